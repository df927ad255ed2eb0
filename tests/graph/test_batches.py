from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import DataError
from shall.graph.batches import Packer
from shall.graph.edge import packed
from shall.graph.kinds import MISSING
from shall.graph.node import Input

NUMBERS = [Input("a", "number"), Input("b", "number")]
TEXTS = [Input("c", "text"), Input("d", "text")]
EXTREMES = {pa.float64(): [1e300, None, 0.1], pa.float32(): [0.1, None, 3e38],
            pa.int64(): [2**60 + 1, None, -2**53 - 1], pa.int8(): [-128, None, 127],
            pa.uint32(): [2**32 - 1, None, 1], pa.uint64(): [2**64 - 1, None, 2**53 + 1]}
BROKEN = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(np.array([0, 1], np.int32)), pa.py_buffer(b"\xff")])


def plain(texts: pa.DataType | None = None) -> pa.Table:
    return pa.table({"more": [1, 2], "a": [1.5, None], "b": [1, 2], "c": pa.array(["x", None], texts or pa.string()),
                     "d": pa.array(["", "ä€😀"], texts or pa.string())})


@pytest.mark.parametrize("kinds", [*product(EXTREMES, repeat=2)])
def test_numbers_of_any_types_are_those_that_a_column_alone_is(kinds: tuple[pa.DataType, pa.DataType]) -> None:
    arrays = [pa.array(EXTREMES[kind], kind) for kind in kinds]
    found = Packer(NUMBERS, ())(pa.table(arrays, names=["a", "b"]))["numbers"]
    alone = [array.cast("float64", safe=False).to_numpy(zero_copy_only=False) for array in arrays]
    assert found.dtype == np.float64 and np.array_equal(found, np.column_stack(alone), equal_nan=True)


@pytest.mark.parametrize("table", [
    plain(), plain(pa.large_string()), plain().to_batches()[0], plain().slice(0, 2), plain().select(list("dcba")),
    pa.concat_tables([plain().slice(0, 1), plain().slice(1)]), pa.concat_tables([plain(), plain()]).slice(2)])
def test_a_table_is_packed_at_once(table: pa.Table | pa.RecordBatch) -> None:
    found = Packer(NUMBERS, TEXTS)(table)
    assert np.array_equal(found["numbers"], [[1.5, 1], [np.nan, 2]], equal_nan=True)
    assert found["texts"].tolist() == [["x", ""], [MISSING, "ä€😀"]] and found["texts"].flags.c_contiguous


@pytest.mark.parametrize(("change", "left"), [
    ({"a": pa.array([True, None])}, ["texts"]), ({"c": pa.array([1, 2])}, ["numbers"]),
    ({"c": pa.array(["x", "y"], pa.large_string())}, ["numbers"]), ({"b": pa.array(["1", None])}, ["texts"]),
    ({"d": pa.array(["x", "y"]).dictionary_encode(), "a": pa.nulls(2)}, [])])
def test_what_is_odd_is_left(change: dict[str, pa.Array], left: list[str]) -> None:
    table = plain()
    for name, column in change.items():
        table = table.set_column(table.schema.names.index(name), name, column)
    assert list(Packer(NUMBERS, TEXTS)(table)) == left


def test_what_is_not_there_or_twice_or_empty_is_left() -> None:
    packer = Packer(NUMBERS, TEXTS)
    assert list(packer(plain().drop(["a", "d"]))) == []
    assert list(packer(plain().append_column("a", pa.array([1, 2])))) == ["texts"]
    assert packer(plain().slice(0, 0)).get("texts", np.empty((0, 2))).shape == (0, 2)
    assert list(packer(plain())) == ["numbers", "texts"]


def test_an_empty_table_has_no_rows() -> None:
    for table in (plain().slice(0, 0), plain().schema.empty_table(), plain().slice(0, 0).combine_chunks()):
        found = packed([*NUMBERS, *TEXTS], table)
        assert found["numbers"].shape == found["texts"].shape == (0, 2)


@pytest.mark.parametrize("column", [BROKEN, BROKEN.dictionary_encode(), BROKEN.cast(pa.large_string())])
def test_bytes_that_are_no_text_are_told(column: pa.Array) -> None:
    assert Packer((), TEXTS[:1])(pa.table({"c": column})) == {}
    with pytest.raises(DataError, match="the column c cannot be read as text"):
        packed(TEXTS[:1], pa.table({"c": column}))
