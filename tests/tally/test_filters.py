"""Filters against a brute-force evaluator in plain Python."""

from __future__ import annotations

import math
import operator
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shall.core.errors import DataError
from shall.core.filters import And, Comparison, Filter, Missing, Not, OneOf, Or
from shall.core.parse import parse_filter
from shall.tally.filters import selected
from tests.tally.conftest import odd

TABLE = odd(300, seed=9)
LITERALS: dict[str, list[Any]] = {"sex": ["F", "M", "", "none"], "age": [25, 45.5, 0], "code": [0, 1.0, 0.5, -1, 2**40],
                                  "member": [True, False], "kind": ["a", "z"], "latency": [1.0, 0]}
PYTHON = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
          ">=": operator.ge}


@st.composite
def leaves(draw: st.DrawFn) -> Filter:
    column = draw(st.sampled_from(sorted(LITERALS)))
    value = st.sampled_from(LITERALS[column])
    order = ["=", "!="] if column == "member" else sorted(PYTHON)
    return draw(st.one_of(
        st.builds(Comparison, st.just(column), st.sampled_from(order), value),  # type: ignore[arg-type]
        st.builds(OneOf, st.just(column), st.lists(value, min_size=1, max_size=3).map(tuple)),
        st.just(Missing(column))))


def terms(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    some = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, some), st.builds(Or, some))


@given(st.recursive(leaves(), terms, max_leaves=8))
def test_a_filter_selects_what_python_does(where: Filter) -> None:
    batch = TABLE.to_batches()[0]
    rows = TABLE.to_pylist()
    assert selected(where, batch).tolist() == [_holds(where, row) is True for row in rows]


def _holds(where: Filter, row: dict[str, Any]) -> bool | None:
    """Kleene's logic; None is unknown."""
    if isinstance(where, Missing):
        return _value(where.column, row) is None
    if isinstance(where, Comparison):
        value = _value(where.column, row)
        return None if value is None else bool(PYTHON[where.operator](value, where.value))
    if isinstance(where, OneOf):
        value = _value(where.column, row)
        return None if value is None else value in where.values
    if isinstance(where, Not):
        inner = _holds(where.term, row)
        return None if inner is None else not inner
    found = [_holds(term, row) for term in where.terms]
    decisive = not isinstance(where, And)
    return decisive if decisive in found else None if None in found else not decisive


def _value(column: str, row: dict[str, Any]) -> Any:
    value = row[column]
    return None if isinstance(value, float) and math.isnan(value) else value


@pytest.mark.parametrize(("text", "kind", "values", "expected"), [
    ("x = 9007199254740993", pa.int64(), [9007199254740993, 9007199254740992], [True, False]),
    ("x > 1e30", pa.int64(), [2**62, None], [False, False]),
    ("x < 0.5", pa.int8(), [0, 1, None], [True, False, False]),
    ("x >= '2026-01-31'", pa.date32(), [date(2026, 1, 31), date(2026, 1, 30), None], [True, False, False]),
    ("x = 1.5", pa.decimal128(6, 2), None, [True, False]),
    ("x = 'a'", pa.large_string(), ["a", "b", None], [True, False, False]),
    ("x = 'a'", pa.string_view(), ["a", "b", None], [True, False, False]),
    ("x = 2", pa.null(), [None, None], [False, False]),
    ("x is missing", pa.null(), [None, None], [True, True]),
])
def test_types(text: str, kind: pa.DataType, values: list[Any] | None, expected: list[bool]) -> None:
    column = pa.array([1.5, 2.5]).cast(kind) if values is None else pa.array(values, kind)
    assert selected(parse_filter(text), pa.record_batch({"x": column})).tolist() == expected


def test_a_time_is_read_in_the_zone_of_its_text_or_as_utc() -> None:
    times = pa.array([1769846400, 1769846399], pa.timestamp("s", tz="Europe/Madrid"))    # 2026-01-31 08:00 UTC
    batch = pa.record_batch({"x": times})
    assert selected(parse_filter("x >= '2026-01-31 08:00'"), batch).tolist() == [True, False]
    assert selected(parse_filter("x >= '2026-01-31 09:00+01:00'"), batch).tolist() == [True, False]


@pytest.mark.parametrize(("text", "column", "message"), [
    ("x = '1'", pa.array([1]), "x is int64 and cannot be compared with '1'.*without quotes"),
    ("x = 1", pa.array(["1"]), "x is string.*in quotes, x = '1'"),
    ("x = 1", pa.array([True]), "write x = true"),
    ("x >= 'soon'", pa.array([date(2026, 1, 1)]), "'soon' is not one"),
    ("x = 1", pa.array([[1]]), "only numbers, text, dates"),
    ("y = 1", pa.array([1]), "column y"),
])
def test_what_cannot_be_compared_is_said(text: str, column: pa.Array, message: str) -> None:
    with pytest.raises(DataError, match=message):
        selected(parse_filter(text), pa.record_batch({"x": column}))
