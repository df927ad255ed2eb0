"""Whatever comes from outside is taken, or told to be wrong: every fault at once, never another exception."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shall import graph as g
from shall.core.decisions import Field
from shall.core.errors import Faults
from shall.runtimes.checking import MOST, Checking
from tests.runtimes import made
from tests.runtimes.kept import ROW

CONTEXT = (Field("sex", "text"), Field("weight", "number"), Field("at", "date"), Field("new", "truth"))
SCORER = made.scorer(made.loans(), **made.ABOUT)
CHECK = Checking(SCORER, CONTEXT)


def faults(rows: Any, check: Checking = CHECK) -> list[tuple[int | None, str, str, str]]:
    with pytest.raises(Faults) as caught:
        check(rows)
    return [(one.row, one.field, one.what, one.fix) for one in caught.value.faults]


def fields(rows: Any) -> list[tuple[int | None, str]]:
    return [(row, field) for row, field, _, _ in faults(rows)]


def test_a_row_that_is_right() -> None:
    found = CHECK([ROW])
    assert found.values == [[30.0, 2.0, 1767225600000000, "Bonn", None, None, None, None]]
    assert found.packed["numbers"].shape == (1, 3) and found.packed["texts"].tolist() == [["Bonn"]]
    assert SCORER.said(found.packed)["score"].tolist() == SCORER(ROW)["score"].tolist()


def test_what_is_missing_is_logged_as_missing() -> None:
    found = CHECK([{"age": None, "pay": math.nan, "city": None, "day": None, "weight": math.nan}])
    assert found.values == [[None] * 8]


def test_context_is_taken_and_checked() -> None:
    row = {**ROW, "sex": 1, "weight": 2, "at": "2026-01-02T03:04:05Z", "new": True}
    assert CHECK([row]).values[0][4:] == ["1", 2.0, 1767323045000000, True]
    wrong = {**ROW, "sex": [1], "weight": "2", "at": "soon", "new": "yes"}
    assert fields([wrong]) == [(0, "sex"), (0, "weight"), (0, "at"), (0, "new")]
    told = faults([wrong])
    assert told[1] == (0, "weight", "the field weight is '2', a text", "give a number, or leave it out")
    assert told[3] == (0, "new", "the field new is 'yes', neither true nor false",
                       "give true or false, or leave it out")


def test_every_fault_of_every_row_at_once() -> None:
    rows = [ROW, {"age": "x", "pay": math.inf, "citi": "Bonn", "day": 5}, {**ROW, "sexx": "f"}, [1]]
    assert fields(rows) == [(1, "citi"), (1, "city"), (1, "age"), (1, "pay"), (1, "day"), (2, "sexx"), (3, "")]
    told = {field: (what, fix) for _, field, what, fix in faults(rows)}
    assert told["citi"] == ("the field citi is not known", "did you mean city?")
    assert told["city"] == ("the field city is not there", "citi is there: is it meant?")
    assert told["age"] == ("the field age is 'x', a text; the graph takes a number there",
                           "send the number without quotes; null where it is missing")
    assert told["pay"] == ("the field pay is endless", "give a finite number, or null")
    assert told["sexx"] == ("the field sexx is not known", "did you mean sex?")


@pytest.mark.parametrize("value", [10**400, -10**400, {}, [], "1", b"1", "\ud800", math.inf, -math.inf, object(), {1}])
def test_no_number(value: object) -> None:
    assert fields([{**ROW, "age": value}]) == [(0, "age")]


def test_a_whole_number_that_no_float_has_is_rounded() -> None:
    assert CHECK([{**ROW, "age": 2**60 + 1}]).values[0][0] == float(2**60)


@pytest.mark.parametrize("value", ["\ud800", [], {}, b"a", object()])
def test_no_text(value: object) -> None:
    assert fields([{**ROW, "city": value}]) == [(0, "city")]


def test_a_text_that_training_never_saw_is_allowed() -> None:
    assert CHECK([{**ROW, "city": "Atlantis"}]).values[0][3] == "Atlantis"


def test_values_that_are_columns_are_no_row() -> None:
    assert fields([{"age": [1, 2], "pay": [1, 2], "city": ["a", "b"], "day": [None, None]}]) == [
        (0, "age"), (0, "pay"), (0, "day"), (0, "city")]


@pytest.mark.parametrize("rows", [5, "text", None, [None], [5], [[]], [()], [{}], {}, object()])
def test_what_is_no_rows(rows: object) -> None:
    assert faults(rows)


def test_no_rows_are_no_fault() -> None:
    assert CHECK([]).values == []


def test_many_faults_are_cut() -> None:
    told = faults([{"age": 1}] * 1000)
    assert len(told) == MOST + 1 and told[-1][2] == f"there may be more than these {MOST} faults"


def test_a_table() -> None:
    table = made.rows(50).drop(["id"])
    several = CHECK(table.to_pylist())
    for form in (table, table.to_batches()[0]):
        assert CHECK(form).values == several.values
    with_context = table.append_column("sex", pa.array(["f"] * 50)).append_column("weight", pa.array([1.5] * 50))
    assert CHECK(with_context).values[0][-4:] == ["f", 1.5, None, None]


def test_a_table_that_is_wrong() -> None:
    table = made.rows(3).drop(["id"])
    assert fields(table.rename_columns(["agee", "pay", "city", "day"])) == [(None, "agee")]
    assert fields(table.drop(["age"])) == [(0, "age"), (1, "age"), (2, "age")]
    assert fields(table.set_column(0, "age", pa.array(["1", "2", "3"]))) == [(0, "age"), (1, "age"), (2, "age")]
    assert fields(table.set_column(0, "age", pa.array([1.0, math.inf, 2.0]))) == [(1, "age")]
    twice = pa.Table.from_arrays([*table.columns, table.column(0)], names=[*table.column_names, "age"])
    assert "twice" in faults(twice)[0][2]
    for column in ("city", "sex"):
        broken = pa.array([b"\xff"] * 3).view(pa.string())
        told = faults(pa.table({**{name: table[name] for name in table.column_names}, column: broken}))
        assert [(row, field) for row, field, _, _ in told] == [(None, "")] and "cannot be read" in told[0][2]


def test_fields_of_other_versions_are_no_fault() -> None:
    check = Checking(SCORER, (), frozenset({"rent"}))
    assert check([{**ROW, "rent": 5}]).values == check([ROW]).values
    assert faults([{**ROW, "tent": 5}], check) == [(0, "tent", "the field tent is not known", "did you mean rent?")]


def test_hashed_text_is_logged_as_it_came() -> None:
    x = g.inputs({"word": "hashed", "age": "number"})
    check = Checking(made.scorer(g.compile(x, score=x["word"] * 0.0 + x["age"])))
    found = check([{"word": "hello", "age": 1}])
    assert found.values == [["hello", 1.0]]
    assert found.packed["numbers"].tolist() == [[float(np.int32(613153351)), 1.0]]
    assert check(pa.table({"word": ["hello"], "age": [1]})).values == [["hello", 1.0]]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=8) | st.dates()
    | st.datetimes() | st.text(st.characters(), max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3), max_leaves=4)
NAMES = st.sampled_from(["age", "pay", "city", "day", "sex", "weight", "at", "new"]) | st.text(max_size=5)


@given(st.lists(st.dictionaries(NAMES, ANYTHING, max_size=9) | ANYTHING, max_size=4))
@settings(max_examples=200, deadline=None)
def test_anything_is_taken_or_told(rows: list[Any]) -> None:
    """Faults that name something, or rows that the graph takes and the log can keep."""
    try:
        found = CHECK(rows)
    except Faults as error:
        assert error.faults and all(one.what and (one.row is None or 0 <= one.row < len(rows)) for one in error.faults)
        return
    _kept(found.values)
    SCORER.said(found.packed)


@given(st.fixed_dictionaries({"age": ANYTHING, "pay": ANYTHING, "city": ANYTHING, "day": ANYTHING},
                             optional={"sex": ANYTHING, "weight": ANYTHING, "at": ANYTHING, "new": ANYTHING}))
@settings(max_examples=200, deadline=None)
def test_any_value_in_any_field_is_taken_or_told(row: dict[str, Any]) -> None:
    """A fault names a field of the row, and the others are taken without it."""
    try:
        found = CHECK([row])
    except Faults as error:
        wrong = {one.field for one in error.faults}
        assert wrong and wrong <= row.keys()
        mended = {name: None if name in wrong else value for name, value in row.items()}
        found = CHECK([mended])
    _kept(found.values)
    assert len(SCORER.said(found.packed)["score"]) == 1


def _kept(values: list[list[Any]]) -> None:
    kinds = (float, float, int, str, str, float, int, bool)
    for row in values:
        assert len(row) == len(kinds)
        for value, kind in zip(row, kinds, strict=True):
            assert value is None or (type(value) is kind and (kind is not float or math.isfinite(value)))
            if kind is str and value is not None:
                value.encode()
