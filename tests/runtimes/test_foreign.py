"""Single values from outside as a log keeps them, and tables without the library that made them."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pyarrow as pa
import pytest

from shall.core.errors import DataError
from shall.runtimes.foreign import BESIDE, is_table, listed


@pytest.mark.parametrize(("what", "value", "found"), [
    ("number", 5, 5.0), ("number", True, 1.0), ("number", -0.5, -0.5), ("text", "a", "a"), ("text", 1.0, "1"),
    ("text", True, "true"), ("truth", False, False), ("date", "2026-01-01", 1767225600000000),
    ("date", datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), 1767225600000000)])
def test_a_value_that_is_right(what: Any, value: Any, found: Any) -> None:
    told = BESIDE[what](value)
    assert told == found and type(told) is type(found)


@pytest.mark.parametrize(("what", "value"), [
    ("number", "5"), ("number", math.inf), ("number", math.nan), ("number", [1]), ("number", 10**400), ("text", [1]),
    ("text", "\ud800"), ("truth", 1), ("truth", "true"), ("date", "soon"), ("date", 5)])
def test_a_value_that_is_wrong(what: Any, value: Any) -> None:
    with pytest.raises((DataError, ValueError, TypeError, OverflowError)):
        BESIDE[what](value)


def test_rows_one_by_one() -> None:
    table = pa.table({"a": [1, 2]})
    assert is_table(table) and is_table(table.to_batches()[0]) and not is_table([{"a": 1}])
    assert listed(table) == listed([{"a": 1}, {"a": 2}]) == [{"a": 1}, {"a": 2}] and listed(5) == [5]
    assert listed(pa.table({"a": pa.array([b"\xff"]).view(pa.string())})) == []
