"""Logs are opened once, let go when nobody can be writing into them, and all closed in the end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from shall.api.service.logs import GRACE, Keeping, Logs
from shall.core.decisions import Field
from shall.core.errors import StoreError
from tests.runtimes.kept import Memory

ONE, TWO = (Field("a", "number"),), (Field("a", "number"), Field("b", "text"))


class Made:
    """Opens logs in memory, and remembers them."""

    def __init__(self) -> None:
        self.sinks: list[Memory] = []
        self.now = 0.0

    def __call__(self, folder: Path, fields: Sequence[Field], keeping: Keeping) -> Memory:
        self.sinks.append(Memory(fields))
        return self.sinks[-1]


@pytest.fixture
def made() -> Made:
    return Made()


@pytest.fixture
def logs(made: Made) -> Logs:
    return Logs(made, lambda: made.now)


def test_the_same_log_is_opened_once(logs: Logs, made: Made) -> None:
    first = logs.of(Path("x"), ONE)
    logs.settle()
    assert logs.of(Path("x"), ONE) is first and len(made.sinks) == 1
    assert logs.of(Path("x"), ONE, Keeping("try")) is not first and len(made.sinks) == 2


def test_an_old_one_takes_what_is_in_flight(logs: Logs, made: Made) -> None:
    first = logs.of(Path("x"), ONE)
    logs.settle()
    second = logs.of(Path("x"), TWO)
    assert first is made.sinks[0] and not made.sinks[0].closed
    logs.settle()
    made.now = GRACE - 1
    logs.sweep()
    assert not made.sinks[0].closed
    made.now = GRACE + 1
    logs.sweep()
    assert made.sinks[0].closed and second is made.sinks[1] and not made.sinks[1].closed


def test_what_fails_leaves_everything_as_it_was(logs: Logs, made: Made) -> None:
    first = logs.of(Path("x"), ONE)
    logs.settle()
    logs.of(Path("x"), TWO)
    logs.of(Path("y"), ONE)
    logs.undo()
    assert [one.closed for one in made.sinks] == [False, True, True]
    assert logs.of(Path("x"), ONE) is first


def test_close_closes_all_and_tells_the_first_that_could_not(logs: Logs, made: Made) -> None:
    logs.of(Path("x"), ONE)
    logs.settle()
    logs.of(Path("x"), TWO)
    logs.of(Path("y"), ONE)
    logs.settle()
    logs.of(Path("z"), ONE)

    def broken() -> None:
        raise StoreError("the disk is full")

    made.sinks[1].close = broken            # type: ignore[method-assign]
    with pytest.raises(StoreError, match="the disk is full"):
        logs.close()
    assert [one.closed for one in made.sinks] == [True, False, True, True]
    logs.close()
