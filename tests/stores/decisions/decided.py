"""Decisions to be logged, and how they are read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from shall.adapters import open_log as read_log
from shall.core.decisions import Field, Record
from shall.stores.decisions import DecisionLog, QueueFull

FIELDS = (Field("age", "number"), Field("sex", "text"), Field("decision", "text"), Field("abstained", "truth"))
VALUES = (39, "F", "1", False)
DAY = 86_400_000_000


def record(log: DecisionLog, request: str = "", values: tuple[Any, ...] = VALUES, time: int = 1_800_000_000_000_000,
           ) -> Record:
    return Record(log.next_id(), time, request, "income@7", "ab" * 32, "live", values)


def rows(folder: Path) -> list[dict[str, Any]]:
    log = read_log(folder)
    found: list[dict[str, Any]] = pa.Table.from_batches(log.batches(log.schema.names), log.schema).to_pylist()
    return found


def keep(log: DecisionLog, number: int) -> list[str]:
    """So many decisions, one after another; their ids."""
    several = [record(log, values=(place, "F", "1", False)) for place in range(number)]
    for one in several:
        log.write([one])
    return [one.id for one in several]


def submitted(log: DecisionLog, number: int, request: str = "") -> tuple[list[Exception | None], int]:
    told: list[Exception | None] = []
    taken = 0
    for _ in range(number):
        try:
            log.submit([record(log, request)], told.append)
        except QueueFull:
            break
        taken += 1
    return told, taken


class Clock:
    """A clock that the test sets."""

    def __init__(self, time: int = 1_800_000_000_000_000) -> None:
        self.time = time

    def __call__(self) -> int:
        return self.time
