"""What is sent byte by byte, too large, too slowly, or so that it can be read in two ways: against a real server."""

from __future__ import annotations

import contextlib
import json
import select
import signal
import socket
import time

import pytest

from tests.http.process import ROW, Process, everything, serve_file, serving

BODY = json.dumps({"inputs": ROW}).encode()
HEAD = b"POST /models/loans/decide HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
GOOD = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
LIVE = b"GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def status(answer: bytes) -> int:
    return int(answer[9:12])


def problem(answer: bytes) -> dict:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head and b"Traceback" not in body
    return json.loads(body)


@pytest.mark.parametrize("request_", [
    HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    HEAD + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
    HEAD + b"Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
    HEAD + b"Content-Length: 4, 4\r\n\r\nabcd",
    HEAD + b"Content-Length: +4\r\n\r\nabcd",
    HEAD + b"Content-Length: -4\r\n\r\nabcd",
    HEAD + b"Content-Length: 0x4\r\n\r\nabcd",
    HEAD + b"Content-Length: 4 4\r\n\r\nabcd",
    HEAD + b"Content-Length: 4\r\n 4\r\n\r\nabcd",
    HEAD + b"Content-Length:\r\n\r\nabcd",
    HEAD + b"Content-Length: 99999999999999999999999\r\n\r\nabcd",
    HEAD + b"Content_Length : 4\r\nContent-Length : 4\r\n\r\nabcd",
    HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    HEAD + b"Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n",
    HEAD.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    HEAD + b"X: a\nY: b\r\n\r\n",
    HEAD + b"X: a\rY: b\r\n\r\n",
    HEAD + b"X: a\x00b\r\n\r\n",
    HEAD + b"X\x00: a\r\n\r\n",
    HEAD + b" X: folded\r\n\r\n",
    HEAD + b": no name\r\n\r\n",
    HEAD + b"no colon\r\n\r\n",
    HEAD + b"Host: localhost\r\n\r\n",
    LIVE.replace(b"\r\n", b"\n") + b"\n",
    LIVE + b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
    LIVE + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET http://localhost/v2 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET * HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET v2 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /v2 HTTP/1.1 \r\nHost: localhost\r\n\r\n",
    b"GET /v2 HTTP/2.0\r\nHost: localhost\r\n\r\n",
    b"GET /v2 HTTP/9.9\r\nHost: localhost\r\n\r\n",
    b"get /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /v2\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /v2#x HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /v2\r\nHost: localhost\r\n\r\n",
    b"NOPE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    CHUNKED + b"5;\r\nabcde\r\n\r\n0\r\n\r\n",
    CHUNKED + b"5\nabcde\r\n0\r\n\r\n",
    CHUNKED + b"5\r\nabcdeX0\r\n\r\n",
    CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n",
    CHUNKED + b"0x5\r\nabcde\r\n0\r\n\r\n",
    CHUNKED + b"5 \r\nabcde\r\n0\r\n\r\n",
    CHUNKED + b"fffffffffffffffff\r\nabcde\r\n0\r\n\r\n",
])
def test_what_can_be_read_in_two_ways_is_refused_and_the_connection_closed(server, request_):
    answer = server.raw(request_ + GOOD, shut=True)
    assert status(answer) == 400, answer
    assert answer.count(b"HTTP/1.1 ") == 1, "what stood behind it was answered too"
    assert problem(answer)["status"] == 400


def test_a_request_in_pieces_of_one_byte(server):
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for place in range(len(GOOD)):
            connection.sendall(GOOD[place:place + 1])
        assert status(connection.recv(65536)) == 200


@pytest.mark.parametrize("host", [b"", b"Host: \r\n", b"Host: a b\r\n", b"Host: evil.example\r\n"])
def test_a_host_that_is_not_this_server(server, host):
    answer = server.raw(LIVE.replace(b"Host: localhost\r\n", host) + b"Connection: close\r\n\r\n")
    assert status(answer) in (400, 403) and problem(answer)["detail"]


def test_a_chunked_body_with_a_trailer_and_an_extension(server):
    pieces = b"".join(b"%x;a=b\r\n%b\r\n" % (len(BODY[i:i + 9]), BODY[i:i + 9]) for i in range(0, len(BODY), 9))
    answer = server.raw(CHUNKED + pieces + b"0\r\nX-Trailer: 1\r\n\r\n" + LIVE + b"Connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200") == 2


def test_pipelined_requests_are_answered_in_their_order(server):
    some = b"".join(b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path for path in
                    (b"/v2", b"/nothing", b"/models", b"/v2/health/live"))
    answer = server.raw(some + GOOD + LIVE + b"Connection: close\r\n\r\n")
    assert [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]] == [200, 404, 200, 200, 200, 200]


def test_a_good_request_before_a_bad_one_is_answered_first(server):
    answer = server.raw(GOOD + b"NOPE / HTTP/1.1\r\n\r\n" + GOOD, shut=True)
    assert [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]] == [200, 400]


def test_large_requests_follow_one_another_on_one_connection(server):
    rows = json.dumps({"rows": [ROW] * 1000}).encode()
    large = HEAD + b"Content-Length: %d\r\n\r\n" % len(rows) + rows
    some = large + LIVE + b"\r\n" + large + large + GOOD + LIVE + b"Connection: close\r\n\r\n"
    for pieces in ((some,), [some[place:place + 20_000] for place in range(0, len(some), 20_000)]):
        answer = server.raw(*pieces)
        assert [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]] == [200] * 6


def test_too_many_pipelined_requests(server):
    answer = server.raw(GOOD * 200, shut=True)
    assert answer.count(b"HTTP/1.1 200") <= 80 and b"HTTP/1.1 400" in answer


def test_after_connection_close_nothing_is_answered(server):
    answer = server.raw(LIVE + b"Connection: close\r\n\r\n" + GOOD)
    assert answer.count(b"HTTP/1.1 ") == 1 and status(answer) == 200


def test_http_1_0_is_answered_and_closed(server):
    answer = server.raw(LIVE.replace(b"1.1", b"1.0") + b"\r\n")
    assert status(answer) == 200 and b"connection: close" in answer


def test_a_client_that_says_no_more_and_still_reads_is_answered(server):
    assert status(server.raw(GOOD, shut=True)) == 200


def test_expect_100_continue(server):
    head = HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head)
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(BODY)
        assert status(connection.recv(65536)) == 200
    large = HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % (1 << 30)
    assert status(server.raw(large)) == 413


@pytest.mark.parametrize("head", [
    b"X: " + b"a" * (64 << 10) + b"\r\n\r\n",
    b"X: " + b"a" * (64 << 10),
    b"".join(b"X-%d: a\r\n" % place for place in range(8192)) + b"\r\n",
    b"\r\n\r\n",
])
def test_a_head_that_is_too_large(server, head):
    request = LIVE + head if head.strip() else b"GET /" + b"a" * (64 << 10) + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = server.raw(request)
    assert status(answer) == 431 and problem(answer)["title"] == "Request Header Fields Too Large"


def test_a_header_without_an_end_in_small_pieces(server):
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):    # it waits for a late client for 2 s
            connection.sendall(LIVE + b"X: ")
            for _ in range(40):
                connection.sendall(b"a" * 1024)
                time.sleep(0.001)
        assert status(connection.recv(65536)) == 431


@pytest.mark.parametrize("trailer", [b"X: " + b"a" * (64 << 10), b"1;" + b"a" * (1 << 20)])
def test_what_stands_between_chunks_without_an_end(server, trailer):
    first = b"0\r\n" if trailer.startswith(b"X") else b""
    answer = server.raw(CHUNKED + b"1\r\n{\r\n" + first, *(trailer[i:i + 4096] for i in range(0, len(trailer), 4096)))
    assert status(answer) in (400, 431)


def test_a_body_of_one_byte_too_many(server):
    size = (8 << 20) + 1
    answer = server.raw(HEAD + b"Content-Length: %d\r\n\r\n" % size)
    assert status(answer) == 413 and problem(answer)["status"] == 413
    blank = b" " * (1 << 16)
    answer = server.raw(HEAD + b"Content-Length: %d\r\n\r\n" % size, *([blank] * 128), b" ")
    assert status(answer) == 413
    answer = server.raw(CHUNKED, *([b"10000\r\n" + blank + b"\r\n"] * 128), b"1\r\n \r\n")
    assert status(answer) == 413


def test_a_body_of_the_largest_size_is_read(server):
    body = BODY + b" " * ((8 << 20) - len(BODY))
    answer = server.raw(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    assert status(answer) == 200


def test_three_megabytes_in_chunks_of_one_byte(server):
    server.decide()
    before, used = server.memory(), server.cpu()
    answer = server.raw(CHUNKED, *([b"1\r\n \r\n" * 4096] * 768))
    assert status(answer) == 413 and "pieces" in problem(answer)["detail"]
    assert server.cpu() - used < 2
    assert server.memory() - before < 64 << 20
    assert server.decide()[0] == 200


def test_a_stray_end_of_a_connection_leaves_nothing_behind(server):
    for cut in (1, 20, len(HEAD), len(GOOD) - 1, len(GOOD)):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(GOOD[:cut])
    assert server.decide()[0] == 200


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    """A server that waits for a second only."""
    folder = tmp_path_factory.mktemp("hasty")
    with serving(folder, place=serve_file(folder, 'seconds = "1 s"\nidle = "2 s"')) as process:
        yield process


@pytest.mark.parametrize("some", [b"G", LIVE, LIVE + b"X: ", HEAD + b"Content-Length: 100\r\n\r\n{",
                                  CHUNKED + b"5\r\nab"])
def test_what_comes_too_slowly_is_refused(hasty, some):
    began = time.monotonic()
    answer = hasty.raw(some)
    assert status(answer) == 408 and problem(answer)["title"] == "Request Timeout"
    assert time.monotonic() - began > 0.9


def test_a_connection_that_says_nothing_is_closed_without_a_word(hasty):
    assert hasty.raw() == b""               # within ten seconds


def test_a_connection_with_nothing_to_do_is_closed(hasty):
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=10) as connection:
        connection.sendall(GOOD)
        answer = everything(connection)
    assert answer.count(b"HTTP/1.1") == 1 and status(answer) == 200


def test_a_connection_is_not_idle_while_a_request_comes(hasty):
    """A request that began late in the time in which a connection may be silent has its own time, and its answer."""
    late = True
    while late:
        began = time.monotonic()
        with contextlib.ExitStack() as held:
            some = [held.enter_context(socket.create_connection(("127.0.0.1", hasty.port), 10)) for _ in range(9)]
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                for place, connection in enumerate(some, 1):
                    time.sleep(max(began + place / 10 - time.monotonic(), 0))
                    connection.sendall(LIVE)
            late = time.monotonic() - began >= 1        # we were: they said nothing for a second, and are closed
            answers = [] if late else [everything(connection) for connection in some]
    assert [status(answer) for answer in answers] == [408] * 9


def test_what_came_while_the_server_was_late_is_read_before_its_clock(hasty):
    """The machine was busy with others: what was sent in time is answered."""
    for before, after in ((GOOD, GOOD), (GOOD[:-1], GOOD[-1:])):
        answer = None
        while answer is None:
            answer = answered_late(hasty, before, after)
        assert status(answer) == 200


def answered_late(hasty: Process, before: bytes, after: bytes) -> bytes | None:
    """The last answer, where the server slept when the last bytes came; None where they did not come in time."""
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=20) as connection:
        began = time.monotonic()
        connection.sendall(before)
        if before == GOOD:
            assert status(connection.recv(65536)) == 200
        time.sleep(0.2)                     # so that it was read
        hasty.process.send_signal(signal.SIGSTOP)
        if time.monotonic() - began >= 1:
            hasty.process.send_signal(signal.SIGCONT)
            return None
        connection.sendall(after)
        time.sleep(2.5)
        hasty.process.send_signal(signal.SIGCONT)
        return everything(connection)


def slow_loris(server: Process, count: int, seconds: float) -> tuple[float, int, int]:
    """``count`` sockets that send a byte now and then, and a good client beside them.

    The time in which nine of ten good requests were answered, how many of the sockets were refused (408), and bytes of
    memory that it took.
    """
    server.decide()
    before, took, end = server.memory(), list[float](), time.monotonic() + seconds
    some = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(count)]
    for connection in some:
        connection.sendall(HEAD)
    while time.monotonic() < end or len(took) < 30:
        told, _, _ = select.select(some, [], [], 0)
        for connection in {*some[::10]} - {*told}:      # who was answered is not asked again: it would lose the answer
            connection.send(b"X")
        began = time.monotonic()
        assert server.decide()[0] == 200
        took.append(time.monotonic() - began)
    grown = server.memory() - before
    refused = 0
    for connection in some:
        connection.settimeout(20)
        refused += everything(connection).startswith(b"HTTP/1.1 408")
        connection.close()
    return sorted(took)[9 * len(took) // 10], refused, grown


def test_slow_loris(hasty):
    took, refused, grown = slow_loris(hasty, 100, 2.0)
    assert took < 1 and refused > 50 and grown < 64 << 20     # some sent another byte just then, and lost the answer


@pytest.mark.slow
def test_slow_loris_of_500_sockets(server):
    """P: 500 sockets, 35 s: past the limit of 30 s."""
    took, refused, grown = slow_loris(server, 500, 35.0)
    assert took < 1 and refused > 400 and grown < 64 << 20
