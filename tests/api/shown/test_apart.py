"""Work in a process of its own gives what it gives here, and who asked hears of its end."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time

import pyarrow as pa
import pytest

from shall.adapters.frames import TableLog
from shall.adapters.workers import WorkerLost
from shall.api.shown.answered import AnsweredLog
from shall.api.shown.apart import Apart
from shall.core.errors import InputError

ROWS = pa.table({"sex": pa.array(["f", "m", None] * 20_000).dictionary_encode(), "pay": [*range(60_000)]})


def summed(log: TableLog, column: str, times: int) -> tuple[int, list[str], int, str, int]:
    batches = [*log.batches([column, "sex"])]
    return (times * sum(sum(one.column(0).to_pylist()) for one in batches), log.schema.names,
            sum(one.column(1).null_count for one in batches), log.name, os.getpid())


def failing(log: TableLog, kind: type[Exception]) -> None:
    raise kind(f"{log.name} has no column that is asked for")


def killed(log: TableLog, *asked: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def endless(log: TableLog) -> None:
    time.sleep(600)


def test_what_it_gives_is_what_it_gives_here() -> None:
    apart, log = Apart(), AnsweredLog(ROWS, "loans@7")
    *found, where = apart(summed, log, "pay", 2)
    *here, own = summed(log, "pay", 2)
    assert found == here and where != own
    assert apart(summed, AnsweredLog(ROWS.slice(0, 0), "loans@7"), "pay", 2)[0] == 0
    assert not multiprocessing.active_children(), "it has ended"


@pytest.mark.parametrize("kind", [InputError, ValueError])
def test_what_it_raises_is_raised(kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"^loans@7 has no column"):
        Apart()(failing, AnsweredLog(ROWS.slice(0, 3), "loans@7"), kind)


def test_its_death_is_told_and_the_next_one_works() -> None:
    apart, log = Apart(), AnsweredLog(ROWS.slice(0, 3), "loans@7")
    with pytest.raises(WorkerLost, match="has died, perhaps for lack of memory"):
        apart(killed, log)
    assert apart(summed, log, "pay", 1)[0] == 3


def test_closing_does_not_wait_for_it() -> None:
    apart, log, told = Apart(), AnsweredLog(ROWS.slice(0, 3), "loans@7"), []

    def ask() -> None:
        with pytest.raises(WorkerLost):
            apart(endless, log)
        told.append("ended")

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    while not multiprocessing.active_children():
        time.sleep(0.01)
    apart.close()
    for thread in threads:
        thread.join(30)
    assert told == ["ended", "ended"] and not multiprocessing.active_children()
