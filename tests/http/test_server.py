"""Work beside the answers is done again and again, never twice at once, and keeps nobody from ending."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from types import SimpleNamespace

from shall.http.server import Beside, Server


def test_work_begins_when_it_is_due_and_never_twice_at_once() -> None:
    going, done = threading.Event(), threading.Semaphore(0)

    def work() -> None:
        done.release()
        going.wait(10)

    one = Beside(0.0, work)
    one.due(0.0)                            # before it is due
    for _ in range(3):
        one.due(time.monotonic() + 1)
    assert done.acquire(timeout=10) and not done.acquire(blocking=False)
    going.set()
    one.end(10)
    one.due(time.monotonic() + 10)          # it has ended
    assert not done.acquire(blocking=False)


def test_what_takes_too_long_is_left_and_what_it_then_meets_is_no_fault(caplog) -> None:
    going = threading.Event()

    def work() -> None:
        going.wait(10)
        raise ValueError("what it works on was closed")

    one = Beside(0.0, work)
    one.due(time.monotonic() + 1)
    began = time.monotonic()
    one.end(0.05)
    assert time.monotonic() - began < 5 and one._thread is not None and one._thread.daemon
    going.set()
    one._thread.join(10)
    assert not caplog.records


def test_a_fault_of_it_is_told_and_it_goes_on(caplog) -> None:
    def work() -> None:
        raise ValueError("no")

    one = Beside(0.0, work)
    for _ in range(2):
        one.due(time.monotonic() + 1)
        assert one._thread is not None
        one._thread.join(10)
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2


def test_what_has_come_is_read_before_the_clock_is_looked_at() -> None:
    """Of a loop that was late, whichever runs first in it: its timers, or what can be read."""
    told: list[str] = []

    async def late() -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            asyncio.get_running_loop().add_reader(ours, lambda: told.append(ours.recv(1).decode()))
            theirs.send(b"x")
            connection = SimpleNamespace(sweep=lambda now: told.append("swept"))
            keeping = SimpleNamespace(overdue=lambda: None)
            await Server._sweep(SimpleNamespace(        # type: ignore[arg-type]
                server_state=SimpleNamespace(connections={id(connection): connection}.values()),
                _app=SimpleNamespace(deciding=SimpleNamespace(keeping=keeping))))
            asyncio.get_running_loop().remove_reader(ours)

    asyncio.run(late())
    assert told == ["x", "swept"]
