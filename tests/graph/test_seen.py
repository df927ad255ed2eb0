from __future__ import annotations

import datetime

import pandas as pd
import pyarrow as pa
import pytest

from shall.core.errors import InputError
from shall.graph import inputs_of

TABLE = pa.table({
    "age": pa.array([1, 2, None], pa.int8()), "pay": pa.array([1.5, None, 2.0]),
    "member": pa.array([True, None, False]), "city": pa.array(["Paris", "Oslo", None]),
    "size": pa.array(["s", "m", "s"]).dictionary_encode(),
    "born": pa.array([datetime.date(2001, 2, 3)] * 3)})


def _told(columns: object) -> dict[str, tuple[str, object]]:
    return {name: (value.input.what, value.input.values) for name, value in columns.items()}     # type: ignore[attr-defined]


def test_columns_of_a_table() -> None:
    assert _told(inputs_of(TABLE)) == {
        "age": ("number", None), "pay": ("number", None), "member": ("number", None),
        "city": ("text", ("Oslo", "Paris")), "size": ("text", ("m", "s")), "born": ("date", None)}


def test_a_frame_with_an_index_of_its_own() -> None:
    frame = pd.DataFrame({"age": [1.0, 2.0], "city": pd.Categorical(["Oslo", "Rome"])}, index=[7, 3])
    assert _told(inputs_of(frame)) == {"age": ("number", None), "city": ("text", ("Oslo", "Rome"))}


def test_a_column_of_ten_thousand_texts_is_any_text() -> None:
    assert _told(inputs_of(pa.table({"id": [f"row {place}" for place in range(10_001)]}))) == {"id": ("text", None)}


def test_every_column_that_cannot_be_is_told_at_once() -> None:
    with pytest.raises(InputError, match=r"tags is list.*; empty is null"):
        inputs_of(pa.table({"tags": [["a"]], "empty": [None], "age": [1]}))
