"""The kit takes a good log, and finds what is wrong with a careless one."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pytest

from shall.testing import check_log


class Good:
    """A table as a log, two rows a batch."""

    name = "a table"
    table = pa.table({"score": [0.1, 0.5, None], "sex": ["F", "M", "F"]})

    @property
    def schema(self) -> pa.Schema:
        return self.table.schema

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        yield from self.table.select(list(columns)).to_batches(max_chunksize=2)

    def digest(self) -> str:
        return hashlib.sha256(str(self.table.to_pydict()).encode()).hexdigest()


class Nameless(Good):
    name = ""


class GivesAllColumns(Good):
    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        yield from self.table.to_batches()


class ReadOnce(Good):
    def __init__(self) -> None:
        self.left = [2]

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        yield from super().batches(columns) if self.left and self.left.pop() else []


class OtherTypes(Good):
    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for batch in super().batches(columns):
            yield batch.cast(pa.schema([(name, pa.string()) for name in columns]))


class NewDigest(Good):
    numbers = itertools.count()

    def digest(self) -> str:
        return f"{next(self.numbers):064x}"


class NoDigest(Good):
    def digest(self) -> str:
        return ""


def test_a_good_log_passes() -> None:
    check_log(Good(), rows=3)


@pytest.mark.parametrize(("log", "message"), [
    (Nameless(), "no name"),
    (GivesAllColumns(), "asked for column score alone"),
    (ReadOnce(), "a second reading"),
    (OtherTypes(), "have the schema"),
    (NewDigest(), "changes from one call"),
    (NoDigest(), "not a SHA-256"),
])
def test_a_careless_log_is_found(log: Good, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_log(log)


def test_rows_that_are_lost_are_found() -> None:
    with pytest.raises(AssertionError, match="gives 3 rows of 4"):
        check_log(Good(), rows=4)
