from __future__ import annotations

import subprocess
import sys
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from shall.core.errors import DataError
from shall.graph.edge import Edge, packed
from shall.graph.kinds import MISSING
from shall.graph.node import Input

INPUTS = [Input("age", "number"), Input("city", "text", ("Oslo", "Rome")), Input("pay", "number"), Input("sex", "text")]
ROW = {"age": 41, "city": "Oslo", "pay": 1.5, "sex": "f"}


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return np.array_equal(one["numbers"], other["numbers"], equal_nan=True) and (
        one["texts"].tolist() == other["texts"].tolist())


def test_one_row() -> None:
    found = packed(INPUTS, ROW)
    assert found["numbers"].dtype == np.float64 and found["numbers"].tolist() == [[41.0, 1.5]]
    assert found["texts"].dtype == object and found["texts"].tolist() == [["Oslo", "f"]]


@pytest.mark.parametrize("change", [
    {"age": None, "sex": None}, {"pay": float("nan")}, {"city": "nobody saw it"}, {"age": True}, {"pay": np.float64(2)},
    {"age": float("inf"), "more": 3}])
def test_a_row_is_the_same_in_every_form(change: dict[str, Any]) -> None:
    row = ROW | change
    one = packed(INPUTS, row)
    assert same(one, packed(INPUTS, MappingProxyType(row)))
    assert same(one, packed(INPUTS, [row])) and same(one, packed(INPUTS, (row,)))
    assert same(one, packed(INPUTS, {name: [value] for name, value in row.items()}))
    assert (one["texts"][0, 1] == MISSING) == (row["sex"] is None)
    assert np.isnan(one["numbers"][0, 0]) == (row["age"] is None)


def test_several_rows_and_none() -> None:
    rows = [ROW, ROW | {"age": None}, ROW | {"city": None}]
    found = packed(INPUTS, rows)
    assert np.array_equal(found["numbers"], [[41, 1.5], [np.nan, 1.5], [41, 1.5]], equal_nan=True)
    assert packed(INPUTS, [])["numbers"].shape == (0, 2) and packed(INPUTS, [])["texts"].shape == (0, 2)


def test_an_edge_without_numbers_or_without_texts() -> None:
    assert packed([INPUTS[1]], ROW)["texts"].tolist() == [["Oslo"]]
    assert packed([INPUTS[0]], ROW)["numbers"].tolist() == [[41.0]]
    assert packed([INPUTS[1]], {"city": np.array(["Oslo", "Rome"])})["texts"].tolist() == [["Oslo"], ["Rome"]]


@pytest.mark.parametrize(("rows", "said"), [
    (ROW | {"age": "41"}, "row 0: the field age is '41', a text; the graph takes a number there: send the number"),
    ([ROW, ROW | {"pay": b"1"}], "row 1: the field pay is b'1'"),
    ({"Age": 41, "city": "Oslo", "pay": 1, "sex": "f"}, "row 0: the field age is not there; Age is there: is it"),
    ([ROW, {}], "row 1: the field age is not there; where it is not known, give None"),
    ([ROW, 5], "row 1: a row is a mapping"), (ROW | {"age": 10**400}, "too large for a number"),
    (ROW | {"age": object()}, "of type object"), (ROW | {"city": ROW}, "of type dict"),
    (ROW | {"city": "\ud800"}, "half a character"), (ROW | {"city": [1, 2]}, "the field age is one value (41)"),
    ({"age": [1], "city": ["a"], "pay": [1, 2], "sex": ["a"]}, "the column age has 1 values, and pay has 2"),
    ({"age": [1], "city": ["a"], "pay": [1]}, "the field sex is not there"),
    (np.ones((2, 4)), "an array has no names")])
def test_what_is_wrong_is_told_with_its_place(rows: Any, said: str) -> None:
    with pytest.raises(DataError) as raised:
        packed(INPUTS, rows)
    assert said in str(raised.value)


def test_it_needs_no_arrow_for_rows() -> None:
    code = ("import sys; from shall.graph.edge import packed; from shall.graph.node import Input; "
            "packed([Input('a', 'number'), Input('d', 'date')], [{'a': None, 'd': '2026-01-01'}]); "
            "print(sorted({'pyarrow', 'narwhals', 'pandas', 'onnx', 'onnxruntime'} & set(sys.modules)))")
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_an_edge_is_prepared_once() -> None:
    edge = Edge(INPUTS)
    assert same(edge(ROW), edge([ROW]))
    assert [one.name for one in edge.numbers] == ["age", "pay"]
