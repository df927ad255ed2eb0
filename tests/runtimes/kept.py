"""A log in memory, and services over the graphs of `made`."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from typing import Any

from shall.core.decisions import Field, Record, Told
from shall.core.errors import StoreError
from shall.runtimes.columns import Columns
from shall.runtimes.fleet import Fleet
from shall.runtimes.service import Service
from shall.runtimes.version import Lane, Version, columns_of
from tests.runtimes import made

ROW = {"age": 30, "pay": 2, "city": "Bonn", "day": "2026-01-01"}


class Memory:
    """A sink that keeps its records in memory; it is closed, or it keeps."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields, self.records, self.closed = tuple(fields), [], False
        self._count, self._lock = itertools.count(1), threading.Lock()

    def next_id(self) -> str:
        return f"e{next(self._count)}"

    def submit(self, records: Sequence[Record], told: Told) -> None:
        self.write(records)
        told(None)

    def write(self, records: Sequence[Record]) -> None:
        if self.closed:
            raise StoreError("the log is closed")
        assert all(len(record.values) == len(self.fields) for record in records)
        with self._lock:
            self.records += records

    def answered(self, request: str) -> list[Record] | None:
        return [record for record in self.records if record.request == request] or None

    def close(self) -> None:
        self.closed = True


def version(number: str = "7", columns: Columns | None = None, **about: Any) -> Version:
    """A version of the loans."""
    return Version("loans", number, made.scorer(made.loans(), **{**made.ABOUT, **about}), columns)


def fleet(*versions: Version, **told: Any) -> Fleet:
    """All of them may answer into one log; the first is in charge."""
    sink = Memory(columns_of(versions))
    return Fleet(versions[0].name, versions[0].version, {one.version: Lane(one, sink, "live") for one in versions},
                 **told)


def service(*versions: Version, **told: Any) -> Service:
    """A service of one name."""
    found = Service()
    found.swap({versions[0].name: fleet(*versions, **told)})
    return found


def beside(one: Version, mode: Any = "shadow") -> Lane:
    """A lane whose answers never leave."""
    return Lane(one, Memory(columns_of([one], beside=True)), mode)
