"""Splits: the same rows always part in the same way."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import DataError, InputError
from shall.phases.split import split

TABLE = pa.table({"id": range(2000), "home": np.arange(2000) // 4, "year": np.arange(2000) // 500 + 2015})


def test_the_same_rows_part_in_the_same_way() -> None:
    first, again = split(TABLE, 0.3, column="id"), split(TABLE.take(np.arange(1999, -1, -1)), 0.3, column="id")
    assert set(first.gate["id"].to_pylist()) == set(again.gate["id"].to_pylist())
    assert first.train.num_rows + first.gate.num_rows == 2000
    assert 500 < first.gate.num_rows < 700


def test_rows_of_one_unit_stay_together() -> None:
    made = split(TABLE, 0.3, "unit", "home")
    assert not set(made.train["home"].to_pylist()) & set(made.gate["home"].to_pylist())


def test_the_latest_rows_make_the_gate_and_one_instant_is_not_parted() -> None:
    made = split(TABLE, 0.3, "time", "year")
    assert set(made.gate["year"].to_pylist()) == {2017, 2018}
    assert set(made.train["year"].to_pylist()) == {2015, 2016}


def test_one_part_of_an_earlier_split_is_parted_by_another_hash() -> None:
    made = split(TABLE, 0.5, "unit", "home")
    for part in (made.train, made.gate):
        inner = split(part, 0.25, "unit", "home")
        assert 0.15 < inner.gate.num_rows / part.num_rows < 0.35
        assert inner.how == "25% of the rows by another hash of home, since these are one part of an earlier split"
        assert 0.15 < split(inner.train, 0.25, "unit", "home").gate.num_rows / inner.train.num_rows < 0.35
    assert made.how == "50% of the rows by a hash of home"


def test_what_cannot_be_parted_is_an_error() -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        split(TABLE, 1.0)
    with pytest.raises(InputError, match="needs a column"):
        split(TABLE, 0.5, "time")
    with pytest.raises(DataError, match="no column nope"):
        split(TABLE, 0.5, "unit", "nope")
    with pytest.raises(DataError, match="would be empty"):
        split(TABLE.slice(0, 1), 0.5, column="id")
