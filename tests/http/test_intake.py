"""The reader of requests: the same ones however the bytes are cut, and nothing but requests and refusals."""

from __future__ import annotations

import random
import resource
import socket
from typing import Any

import pytest

from shall.http.intake import Head, Intake
from shall.http.limits import Limits
from shall.http.server import connections
from tests.http.process import serve_file, serving

LIMITS = Limits(body=1000, stream=2000, head=1000, chunks=50)
SEEDS = [
    b"GET /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST /a/decide HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"rows\":[]}",
    b"PUT / HTTP/1.1\r\nHost:a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nT: x\r\n\r\n",
    b"POST /x HTTP/1.1\r\nHost:a\r\nContent-Type: application/vnd.apache.arrow.stream\r\nContent-Length: 3\r\n\r\nabc",
    b"HEAD /v2/models?x=1 HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nExpect: 100-continue\r\n\r\n",
    b"GET / HTTP/1.0\r\nHost: a\r\nConnection: close\r\n\r\n",
]
LETTERS = b"\r\n\t :;,0159afX/\x00\xff\"#%?"


class Taken:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def begin(self, head: Head) -> None:
        self.seen.append([head, b"", False])

    def piece(self, body: bytes) -> None:
        self.seen[-1][1] += body

    def end(self) -> None:
        self.seen[-1][2] = True


def taken(pieces: list[bytes]) -> tuple[list[Any], int | None]:
    """The requests that were whole, and the status of the refusal after them."""
    told = Taken()
    intake = Intake(LIMITS, told)
    for piece in pieces:
        refused = intake(piece)
        if refused is not None:
            assert refused.status in (400, 413, 431) and refused.detail.endswith(".")
            return [one for one in told.seen if one[2]], refused.status
    return [one for one in told.seen if one[2]], None


def cut(data: bytes, chance: random.Random) -> list[bytes]:
    places = sorted(chance.sample(range(len(data) + 1), min(chance.randint(0, 12), len(data))))
    return [data[start:stop] for start, stop in zip([0, *places], [*places, len(data)], strict=True) if start < stop]


def test_the_same_requests_however_the_bytes_are_cut():
    """P: 5,000 streams of good and changed requests, whole, cut at random, and byte by byte."""
    chance = random.Random(20261121)
    whole = refused = 0
    for _ in range(5_000):
        data = bytearray(b"".join(chance.choices(SEEDS, k=chance.randint(1, 4))))
        for _ in range(chance.choice((0, 0, 1, 2, 5))):
            place = chance.randrange(len(data))
            data[place:place + chance.randint(0, 2)] = bytes(chance.choices(LETTERS, k=chance.randint(0, 3)))
        first = taken([bytes(data)])
        whole, refused = whole + len(first[0]), refused + (first[1] is not None)
        for pieces in (cut(bytes(data), chance), [bytes([byte]) for byte in data]):
            assert taken(pieces) == first, bytes(data)
    assert whole > 3_000 and refused > 1_000


@pytest.mark.parametrize("size, status", [(1000, None), (1001, 413)])
@pytest.mark.parametrize("chunked", [False, True])
def test_the_limit_of_a_body_is_exact(size, status, chunked):
    head = b"POST / HTTP/1.1\r\nHost: a\r\n"
    body = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (size, b"x" * size) if chunked else (
        b"Content-Length: %d\r\n\r\n" % size + b"x" * size)
    assert taken([head + body])[1] == status


def test_a_stream_may_be_longer_and_has_a_room_of_its_own_where_it_is_large():
    told = Taken()
    intake = Intake(Limits(), told)
    kind = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n"
    stream = b"application/vnd.apache.arrow.stream"
    assert intake(kind % (stream, 5_000_000)) is None and told.seen[-1][0].room == 5_000_000
    for media, length in ((b"application/json", 5_000_000), (stream, 1000), (stream, 10**12)):
        intake = Intake(Limits(), told)
        assert intake(kind % (media, length)) is None and told.seen[-1][0].room == 0


def test_pieces_of_a_body_are_counted():
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert taken([head + b"1\r\nx\r\n" * 49 + b"0\r\n\r\n"])[1] is None
    assert taken([head + b"1\r\nx\r\n" * 51])[1] == 413


def test_as_many_connections_as_the_system_allows(monkeypatch):
    set_to = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: set_to.append(limits))
    for soft, hard, wanted, found in ((1024, 4096, 2000, 2000), (1024, 1024, 2000, 768), (100, 100, 2000, 50),
                                      (-1, -1, 2000, 2000), (1024, -1, 4096, 4096)):
        monkeypatch.setattr(resource, "getrlimit", lambda _, told=(soft, hard): told)
        assert connections(wanted) == found, (soft, hard)
    assert set_to == [(2256, 4096), (4352, -1)]


def test_one_connection_too_many_is_told_so(tmp_path):
    with serving(tmp_path, place=serve_file(tmp_path, "connections = 5")) as process:
        some = [socket.create_connection(("127.0.0.1", process.port)) for _ in range(5)]
        for connection in some:
            connection.sendall(SEEDS[0])
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        assert process.raw().startswith(b"HTTP/1.1 503")
        some.pop().close()
        some[0].sendall(SEEDS[0])
        assert some[0].recv(65536).startswith(b"HTTP/1.1 200")
        for connection in some:
            connection.close()
        assert process.decide()[0] == 200
