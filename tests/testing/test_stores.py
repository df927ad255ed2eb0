"""The kit takes the built-in store, and finds what is wrong with a careless one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from shall.core.store import Head, Look, Record
from shall.stores.sqlite import SqliteStore
from shall.testing import check_store


def maker(kind: type[SqliteStore], folder: Path) -> Callable[[], SqliteStore]:
    """Each call opens a new, empty store."""
    numbers = itertools.count()
    return lambda: kind(folder / f"{next(numbers)}.db")


def test_the_built_in_store_passes(tmp_path: Path) -> None:
    check_store(maker(SqliteStore, tmp_path))


class ForgetsKeys(SqliteStore):
    def append(self, kind: str, subject: str, body: Mapping[str, Any], key: str | None = None) -> Record:
        return super().append(kind, subject, body)


class CountsRepeats(SqliteStore):
    def look(self, gate: str, subject: str, budget: int) -> Look:
        return super().look(gate, f"{subject}{self.head().sequence}", budget)


class HasNoBudget(SqliteStore):
    def look(self, gate: str, subject: str, budget: int) -> Look:
        return super().look(gate, subject, 1000)


class NewestFirst(SqliteStore):
    def records(self, kind: str, subject: str | None = None) -> tuple[Record, ...]:
        return super().records(kind, subject)[::-1]


class SkipsOne(SqliteStore):
    def after(self, sequence: int, most: int) -> tuple[Record, ...]:
        return super().after(sequence, most)[1:]


class TrustsAnyHead(SqliteStore):
    def verify(self, known: Head | None = None) -> Head:
        return super().verify()


class LosesEmptyBlobs(SqliteStore):
    def blob(self, digest: str) -> bytes:
        return super().blob(digest) or b"nothing"


@pytest.mark.parametrize(("kind", "message"), [
    (ForgetsKeys, "was recorded twice"),
    (CountsRepeats, "raises LooksSpent where all is well"),
    (HasNoBudget, "a third model is let in"),
    (NewestFirst, "oldest first"),
    (SkipsOne, "`after` does not give the records that follow"),
    (TrustsAnyHead, "accepts a head that was never in the chain"),
    (LosesEmptyBlobs, "a blob of 0 bytes"),
])
def test_a_careless_store_is_found(tmp_path: Path, kind: type[SqliteStore], message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_store(maker(kind, tmp_path))
