"""More requests than the server can answer."""

from __future__ import annotations

import collections
import json
import socket

import pytest

from benchmarks.serving_client import closed, request
from tests.http.process import ROW, Process, serve_file, serving

BODY = json.dumps({"inputs": ROW}).encode()
ASKED = [request("/models/loans/decide", BODY)]


def overload(process: Process, connections: int, seconds: float) -> dict[str, float]:
    """Ask from many connections as fast as they are answered: by status how many, and the median and p99 in ms."""
    calm = closed(process.port, ASKED, 4, seconds=0.5)
    before = process.memory()
    times: dict[int, list[float]] = collections.defaultdict(list)
    for _ in range(10):                     # a machine that slept has answered few
        closed(process.port, ASKED, connections, seconds=seconds,
               heard=lambda status, body, took: times[status].append(took))
        if min(len(times[200]), len(times[503])) > 20:
            break
    grown = process.memory() - before
    after = closed(process.port, ASKED, 4, seconds=0.5)
    assert calm.failed == 0 and after.failed == 0 and set(times) <= {200, 503}
    found = {"grown": float(grown), "calm": calm.quantiles(0.99)[0], "after": after.quantiles(0.99)[0]}
    for status, some in times.items():
        some.sort()
        found |= {f"{status}": len(some), f"{status} median": 1e3 * some[len(some) // 2],
                  f"{status} p99": 1e3 * some[int(0.99 * len(some))]}
    print({name: round(value, 1) for name, value in found.items()})
    return found


def test_an_overload_is_told_at_once_and_leaves_nothing_behind(tmp_path):
    """300 connections, 2 s, 8 in flight; what is refused waits no longer than what is answered."""
    with serving(tmp_path, place=serve_file(tmp_path, "in_flight = 8")) as process:
        found = overload(process, 300, 2.0)
        assert found["503"] > 20 and found["200"] > 20
        assert found["503 median"] <= found["200 median"] and found["grown"] < 64 << 20
        assert process.decide()[0] == 200


@pytest.mark.slow
def test_an_overload_of_a_minute(tmp_path):
    """P: 60 s of 400 connections, about four times what is answered; times are reported, client and server share."""
    sealed = '[log]\nrows = 2000'           # a segment is sealed before memory is looked at
    with serving(tmp_path, place=serve_file(tmp_path, sealed)) as process:
        closed(process.port, ASKED, 16, count=5000)
        found = overload(process, 400, 60.0)
        assert found["200"] > 1000 and found["grown"] < 64 << 20 and found["after"] < 10 * found["calm"]


def test_a_shed_request_says_when_to_come_again(tmp_path):
    """64 at once, of which 16 may be in flight; and the connection goes on."""
    with serving(tmp_path, place=serve_file(tmp_path, "in_flight = 16")) as process:
        some = [socket.create_connection(("127.0.0.1", process.port)) for _ in range(64)]
        for connection in some:
            connection.sendall(ASKED[0])
        answers = [connection.recv(65536) for connection in some]
        assert {answer[9:12] for answer in answers} <= {b"200", b"503"}
        assert all(b"retry-after: 1" in answer and b"application/problem+json" in answer
                   for answer in answers if answer[9:12] == b"503")
        for connection in some:
            connection.sendall(b"GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
            connection.close()
