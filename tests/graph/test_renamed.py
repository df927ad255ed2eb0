"""numpy and Python called on values of a graph: their operators work, all else names what a graph has."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from shall import graph as g
from shall.core.errors import FileError, InputError
from shall.graph import renamed

ROW = {"age": -2.0, "pay": 3.0}


@pytest.fixture
def x() -> g.Columns:
    return g.inputs({"age": "number", "pay": "number"})


def test_what_is_named_is_there() -> None:
    assert {*renamed.SAME, *renamed.OTHER.values()} <= {*g.__all__}
    assert all(hasattr(np, name) for name in (*renamed.OPERATORS, *renamed.SAME - {"square", "stack"}))


@pytest.mark.parametrize(("call", "said"), [
    (lambda a: np.where(a > 1, 1, 0), r"np\.where .* write g\.where"),
    (lambda a: np.log(a), r"np\.log .* write g\.log\("),
    (lambda a: np.sum(a), r"g\.total"),
    (lambda a: np.isnan(a), r"g\.isna"),
    (lambda a: np.maximum(a, 1), r"g\.maximum"),
    (lambda a: np.add.reduce(a), r"np\.add"),
    (lambda a: np.concatenate([a, a]), r"g\.stack"),
    (lambda a: np.arctan2(a, a), r"np\.arctan2 .* @graph\.function"),
    (lambda a: np.logical_and(a > 1, a < 2), "this & that"),
    (lambda a: np.asarray(a), "numpy cannot take it"),
    (lambda a: math.log(a), "Python cannot take it"),
    (lambda a: a % 2, r"g\.floor"),
    (lambda a: 7 % a, r"g\.floor"),
    (lambda a: a // 2, r"g\.floor\(x / y\)"),
    (lambda a: f"{a:.2f}", "print the outputs"),
])
def test_functions_of_numpy_and_python_are_told(x: g.Columns, call: Callable[[Any], Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        call(x["age"])


@pytest.mark.parametrize("call", [
    abs, lambda a: 2.0 ** a, lambda a: np.float64(3) - a, lambda a: np.float64(3) / a, lambda a: np.add(a, 1.0),
    lambda a: np.float64(2) ** a, lambda a: np.float64(1) * (np.float64(-2) + a),
])
def test_operators_are_those_of_numpy(x: g.Columns, call: Callable[[Any], Any]) -> None:
    found = g.compile(x, it=call(x["age"]))(ROW)["it"]
    assert found.tolist() == [call(np.float64(-2.0))]


@pytest.mark.parametrize("call", [
    lambda a: np.float64(-2) < a, lambda a: np.float64(-2) <= a, lambda a: np.float64(-3) < a,
    lambda a: np.float64(-2) == a, lambda a: np.float64(-2) != a, lambda a: np.float64(-1) > a,
    lambda a: np.float64(-2) >= a,
])
def test_comparisons_with_a_number_on_the_left(x: g.Columns, call: Callable[[Any], Any]) -> None:
    assert g.compile(x, it=g.number(call(x["age"])))(ROW)["it"].tolist() == [float(call(np.float64(-2.0)))]


def test_an_array_on_the_left_keeps_the_names_of_the_columns(x: g.Columns) -> None:
    found = np.array([1.0, 2.0]) - x.numeric
    assert found.names == ("age", "pay") and g.compile(x, it=found)(ROW)["it"].tolist() == [[3.0, -1.0]]


def test_a_value_is_shown_and_written_without_a_format(x: g.Columns) -> None:
    assert f"{x['age']}" == "<pick: number>"


@pytest.mark.parametrize("nothing", [float("nan"), np.nan, np.float64("nan"), None])
def test_what_is_missing_is_not_compared_with(x: g.Columns, nothing: Any) -> None:
    for wrong in (x["age"] == nothing, x["age"] != nothing):
        with pytest.raises(FileError, match=r"nothing equals(.|\n)*isna\(\)"):
            g.compile(x, it=g.number(wrong))
