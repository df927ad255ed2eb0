from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from shall.core.errors import DataError
from shall.graph.edge import packed
from shall.graph.node import Input

DAY = datetime.datetime(2026, 11, 21, 12, 30)
INPUTS = [Input("n", "number"), Input("whole", "number"), Input("d", "date"), Input("c", "text"), Input("h", "hashed")]
ROWS = [{"n": 1.5, "whole": 3, "d": DAY, "c": "a", "h": "x"}, {"n": None, "whole": 4, "d": None, "c": None, "h": None}]
TABLE = pa.Table.from_pylist(ROWS)


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return np.array_equal(one["numbers"], other["numbers"], equal_nan=True) and (
        one["texts"].tolist() == other["texts"].tolist())


@pytest.mark.parametrize("rows", [
    TABLE, TABLE.to_batches()[0], TABLE.to_pandas(), pl.from_arrow(TABLE), pl.from_arrow(TABLE).lazy(),
    TABLE.to_pandas(types_mapper=pd.ArrowDtype), pl.from_arrow(TABLE).with_columns(pl.col("c").cast(pl.Categorical)),
    TABLE.append_column("more", pa.array([[1], [2]])), pa.concat_tables([TABLE.slice(0, 1), TABLE.slice(1)]),
    {name: TABLE.column(name).to_pylist() for name in TABLE.column_names},
    {name: pd.Series(TABLE.column(name).to_pylist()) for name in TABLE.column_names}])
def test_a_table_is_packed_as_its_rows(rows: Any) -> None:
    assert same(packed(INPUTS, rows), packed(INPUTS, ROWS))


@pytest.mark.parametrize(("column", "value"), [
    (pa.array([2**60 + 1]), float(2**60)), (pa.array([True]), 1.0), (pa.array([0.5], pa.float32()), 0.5),
    (pa.array([None], pa.null()), np.nan), (pa.array([datetime.timedelta(seconds=1.5)]), 1.5),
    (pa.array([datetime.time(1)]), 3600.0)])
def test_a_column_of_numbers(column: pa.Array, value: float) -> None:
    found = packed([Input("n", "number")], pa.table({"n": column}))["numbers"]
    assert np.array_equal(found, [[value]], equal_nan=True)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_column_of_dates_in_any_unit_and_zone(unit: str) -> None:
    days = pa.array([-86_401], pa.int64()).cast(pa.timestamp("s")).cast(pa.timestamp(unit))
    for column in (days, days.cast(pa.timestamp(unit, "UTC")).cast(pa.timestamp(unit, "Asia/Tokyo"))):
        assert packed([Input("d", "date")], pa.table({"d": column}))["numbers"].tolist() == [[-86_401e6]]
    assert packed([Input("d", "date")], pa.table({"d": pa.array([datetime.date(1970, 1, 2)])}))["numbers"] == 86_400e6


def test_a_column_of_texts() -> None:
    for column, said in ((pa.array([True]), "true"), (pa.array([3]), "3"), (pa.array(["a"], pa.large_string()), "a")):
        assert packed([Input("c", "text")], pa.table({"c": column}))["texts"].tolist() == [[said]]


@pytest.mark.parametrize(("rows", "said"), [
    (pa.table({"m": [1]}), "the field n is not there"),
    (pa.table({"n": [None, "1"]}), "the column n is of text"),
    (pa.table([[1], [2]], names=["n", "n"]), "is there twice"), (3, "an array has no names")])
def test_what_is_wrong_is_told(rows: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        packed([Input("n", "number")], rows)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_a_column_of_text_is_no_number(kind: pa.DataType) -> None:
    table = pa.table({"age": pa.array([None, "31"], pa.string()).cast(kind)})
    with pytest.raises(DataError, match=r"the column age is of text .'31'., and the graph takes a number") as raised:
        packed([Input("age", "number")], table)
    assert "quotes" not in str(raised.value)
    empty = packed([Input("age", "number")], table.slice(0, 1))["numbers"]
    assert np.isnan(empty).all()
