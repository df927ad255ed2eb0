"""A light client of HTTP/1.1: connections that are kept, in a closed loop or at a rate, each answer timed.

In a closed loop a connection asks again as soon as it was answered. At a rate requests are due at even times, whether
or not the server keeps up, and an answer's time counts from when its request was due: a server that stands still for
a second has made everybody wait who would have come in it (no coordinated omission).
"""

from __future__ import annotations

import gc
import itertools
import json
import select
import socket
import time
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

HOST: Final = "127.0.0.1"
PATIENCE: Final = 60.0                      # seconds that an answer may take
Heard = Callable[[int, bytes, float], None]     # status, body, seconds


def request(path: str, body: bytes = b"", media: str = "application/json", headers: str = "", method: str = "POST",
            ) -> bytes:
    """The bytes of a request."""
    length = f"Content-Type: {media}\r\nContent-Length: {len(body)}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\n{length}{headers}\r\n".encode() + body


@dataclass
class Seen:
    """What a load found."""

    seconds: array[float] = field(default_factory=lambda: array("d"))
    statuses: Counter[int] = field(default_factory=Counter)
    wall: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.wall

    @property
    def failed(self) -> int:
        """Answers that are not 2xx."""
        return sum(count for status, count in self.statuses.items() if not 200 <= status < 300)

    def quantiles(self, *levels: float) -> list[float]:
        """Milliseconds within which such shares of all answers came."""
        ordered = sorted(self.seconds)
        return [1000 * ordered[min(int(level * len(ordered)), len(ordered) - 1)] for level in levels]


class Connection:
    """One socket, and what of the next answer has come."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._got = b""
        self.due = 0.0
        self.heard: Heard | None = None

    def fileno(self) -> int:
        """For select."""
        return self.socket.fileno()

    def ask(self, content: bytes, due: float = 0.0, heard: Heard | None = None) -> None:
        """Send a request."""
        self.due, self.heard = due, heard
        self.socket.sendall(content)

    def hear(self) -> tuple[int, bytes] | None:
        """Status and body, where all of it has come. ConnectionError where the server hung up."""
        part = self.socket.recv(1 << 20)
        if not part:
            raise ConnectionError(f"the server hung up after {self._got[:200]!r}")
        self._got = self._got + part if self._got else part
        head, parted, body = self._got.partition(b"\r\n\r\n")
        if not parted:
            return None
        status, length = int(head[9:12]), _length(head)
        if len(body) < length:
            return None
        self._got = b""
        return status, body

    def answer(self, content: bytes) -> tuple[int, bytes]:
        """Ask and wait."""
        self.ask(content)
        while (answered := self.hear()) is None:
            pass
        return answered

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


def _length(head: bytes) -> int:
    place = head.lower().find(b"content-length:")
    if place < 0:
        if b"transfer-encoding" in head.lower():
            raise ConnectionError("an answer in chunks, which this client does not read")
        return 0
    return int(head[place + 15:].split(b"\r\n", 1)[0])


def closed(port: int, requests: Sequence[bytes], connections: int, *, count: int | None = None,
           seconds: float = float("inf"), heard: Heard | None = None) -> Seen:
    """Each connection asks as soon as it was answered, until so many were asked or so long has passed."""
    endless = itertools.cycle(requests)
    return drive(port, itertools.islice(endless, count), connections, seconds=seconds, heard=heard)


def at_rate(port: int, requests: Sequence[bytes], connections: int, rate: float, seconds: float,
            heard: Heard | None = None) -> Seen:
    """Requests are due at even times; each waits for a free connection, and its time counts from when it was due."""
    return drive(port, itertools.cycle(requests), connections, seconds=seconds, rate=rate, heard=heard)


def drive(port: int, requests: Iterable[bytes], connections: int, *, seconds: float = float("inf"),
          rate: float | None = None, heard: Heard | None = None) -> Seen:
    """The one loop."""
    free = deque(Connection(port) for _ in range(connections))
    every, busy, seen = list(free), set[Connection](), Seen()
    waiting, sent, clock = iter(requests), 0, time.perf_counter
    gc.disable()
    began = clock()
    try:
        while True:
            now = clock() - began
            while free and now < seconds and (rate is None or sent / rate <= now):
                if (content := next(waiting, None)) is None:
                    seconds = 0.0
                    break
                one = free.popleft()
                one.ask(content, now if rate is None else sent / rate)
                busy.add(one)
                sent += 1
                now = clock() - began
            if not busy and now >= seconds:
                break
            pause = PATIENCE if rate is None or not free or now >= seconds else max(sent / rate - now, 0.0)
            ready = select.select(busy, (), (), pause)[0]
            if not ready and pause == PATIENCE:
                raise TimeoutError(f"no answer within {PATIENCE:.0f} seconds")
            for one in ready:
                if (answered := one.hear()) is None:
                    continue
                busy.discard(one)
                free.append(one)
                took = clock() - began - one.due
                seen.seconds.append(took)
                seen.statuses[answered[0]] += 1
                if heard is not None:
                    heard(*answered, took)
        seen.wall = clock() - began
    finally:
        gc.enable()
        for one in every:
            one.close()
    return seen


def get(port: int, path: str) -> tuple[int, bytes]:
    """One answer of a fresh connection."""
    one = Connection(port)
    try:
        return one.answer(request(path, method="GET"))
    finally:
        one.close()


def post(port: int, path: str, content: Any) -> tuple[int, bytes]:
    """The same for a body of JSON."""
    one = Connection(port)
    try:
        return one.answer(request(path, json.dumps(content).encode()))
    finally:
        one.close()
