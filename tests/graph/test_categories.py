from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from shall import graph as g
from shall.core.errors import FileError, InputError

ROWS = [{"city": "Oslo", "sex": "m", "age": 1.0}, {"city": None, "sex": "f", "age": None},
        {"city": "Bonn", "sex": "f", "age": 3.0}]


def said(of: Callable[[g.Columns], g.Value]) -> Any:
    x = g.inputs({"city": ["Rome", "Oslo"], "sex": ["f", "m"], "age": "number"})
    return g.compile(x, it=of(x))(ROWS)["it"]


def same(one: Any, other: Any) -> bool:
    return np.array_equal(one, np.asarray(other, dtype=float), equal_nan=True)


def test_codes_of_one_column_and_of_all_texts() -> None:
    assert same(said(lambda x: g.codes(x["city"])), [1, np.nan, -1])
    assert same(said(lambda x: g.codes(x, missing=-2)), [[1, 1], [-2, 0], [-1, 0]])
    assert same(said(lambda x: g.codes(x.texts, unknown=9)), [[1, 1], [np.nan, 0], [9, 0]])
    assert same(said(lambda x: g.ordinal(x["city"], ["Bonn", None, "Oslo"])), [2, 1, 0])
    assert same(said(lambda x: g.codes(x["age"], [3, 1])), [1, np.nan, 0])


def test_a_column_for_each_category() -> None:
    assert same(said(lambda x: g.one_hot(x)), [[0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 1, 0]])
    assert same(said(lambda x: g.one_hot(x["city"], ["Bonn", None])), [[0, 0], [0, 1], [1, 0]])
    x = g.inputs({"city": ["Rome", "Oslo"], "sex": ["f", "m"]})
    assert g.one_hot(x).names == ("city_Rome", "city_Oslo", "sex_f", "sex_m")
    assert g.one_hot(x["city"], ["Rome", None]).names == ("city_Rome", "city_missing")


def test_rows_of_a_table() -> None:
    assert same(said(lambda x: g.lookup(x["city"], {"Oslo": 0.5, None: 0.1}, default=0.2)), [0.5, 0.1, 0.2])
    wide = said(lambda x: g.lookup(x["city"], {"Oslo": [1, 2]}, default=[3, 4], missing=0))
    assert same(wide, [[1, 2], [0, 0], [3, 4]])
    assert same(said(lambda x: g.lookup(x["age"], {1: 10})), [10, np.nan, np.nan])
    frame = pd.DataFrame({"size": [1.0], "rate": [2.0]}, index=["Oslo"])
    x = g.inputs({"city": "text"})
    assert g.lookup(x["city"], frame).names == ("size", "rate")
    assert same(said(lambda x: g.lookup(x["city"], frame["rate"], default=7)), [2, 7, 7])


def test_preparation() -> None:
    assert same(said(lambda x: g.impute(x["age"], 2)), [1, 2, 3])
    assert same(said(lambda x: g.scale(x["age"], mean=1, scale=2)), [0, np.nan, 1])
    assert said(lambda x: g.impute(x["city"], "none")).tolist() == ["Oslo", "none", "Bonn"]


@pytest.mark.parametrize(("of", "error", "match"), [
    (lambda x: g.codes(x["age"]), InputError, "the categories of age are not known"),
    (lambda x: g.lookup(x["city"], {"a": [1, 2], "b": [1]}), InputError, "equally many numbers"),
    (lambda x: g.lookup(x["city"], {"a": [1, 2]}, default=[1, 2, 3]), InputError, "the default is 3"),
    (lambda x: g.lookup(x["city"], 3), InputError, "a mapping or a data frame"),
    (lambda x: g.lookup(x["city"], {1: 2}), FileError, "test_categories.py"),
    (lambda x: g.codes(x["city"], ["a", "a"]), FileError, "there twice")])
def test_what_is_wrong_is_told(of: Any, error: type[InputError], match: str) -> None:
    with pytest.raises(error, match=match):
        said(of)
