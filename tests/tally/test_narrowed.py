"""Tallies of a part of the rows: equal to what counting would give, to the last bit, or none."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shall.core.errors import DataError
from shall.core.filters import And, Comparison, Missing, Not, OneOf, Or
from shall.core.log import GroupDef
from shall.tally import Need, compile_plan, count, derived, type_of
from shall.tally.narrowed import What
from tests.tally.logs import ROWS, batch, binding

TYPES: dict[str, What] = {"sex": "text", "age": "number"}
WIDE = Need(groups=("sex", "band"), axes=("label", "decision", "score"), sums=("score",))
SEX = Comparison("sex", "=", "F")
YOUNG = Comparison("age", "<", 25)
MIDDLE = And((Comparison("age", ">=", 25), Comparison("age", "<", 45)))
TOLD = (SEX, YOUNG, MIDDLE, And((SEX, YOUNG)), OneOf("sex", ("F", "é", "")), Not(YOUNG), Missing("age"),
        Or((SEX, Comparison("age", ">=", 45))))


@settings(max_examples=60, deadline=None)
@given(ROWS, st.sampled_from(TOLD), st.booleans())
def test_it_is_the_tally_that_counting_gives(rows: list[tuple[object, ...]], where: object, unit: bool) -> None:
    read = binding(unit=unit)
    wide = count(compile_plan([WIDE], read), batch(rows))
    for need in (Need(where, ("sex",), ("decision",)), Need(where, ("band",), ("label",), ("score",)),  # type: ignore[arg-type]
                 Need(where, (), ("score", "label"))):                                              # type: ignore[arg-type]
        plan = compile_plan([need], read)
        found = derived(wide, plan, TYPES)
        assert found is not None
        assert found.to_bytes() == count(plan, batch(rows)).to_bytes()


@settings(max_examples=60, deadline=None)
@given(ROWS, st.sampled_from([Not(SEX), Comparison("sex", "!=", "F"), Missing("sex"), Not(Missing("sex")),
                              Comparison("sex", "=", "(missing)")]))
def test_of_missing_text_it_says_nothing_or_the_same(rows: list[tuple[object, ...]], where: object) -> None:
    rows = [*rows, (0.5, 1, 1, "(missing)", 30.0, 1)]         # which a group takes for a missing one
    wide = count(compile_plan([WIDE], binding()), batch(rows))
    plan = compile_plan([Need(where, (), ("label",))], binding())                                   # type: ignore[arg-type]
    found = derived(wide, plan, TYPES)
    assert found is None or found.to_bytes() == count(plan, batch(rows)).to_bytes()


def test_a_filter_that_a_requirement_has_already_is_no_obstacle() -> None:
    rows = [(0.2, 0, 0, "F", 30.0, 1), (0.9, 1, 1, "M", 30.0, 1), (0.9, 1, 1, "F", 50.0, 2)]
    wide = count(compile_plan([replace(WIDE, where=MIDDLE)], binding()), batch(rows))
    plan = compile_plan([Need(And((*MIDDLE.terms, SEX)), (), ("label",))], binding())
    found = derived(wide, plan, TYPES)
    assert found is not None and found.to_bytes() == count(plan, batch(rows)).to_bytes()
    assert derived(wide, compile_plan([Need(SEX, (), ("score",))], binding()), TYPES) is None


@pytest.mark.parametrize("where", [
    Comparison("age", ">", 25), Comparison("age", "<=", 45), Comparison("age", "=", 30), OneOf("age", (25.0,)),
    Comparison("age", ">=", 30), Comparison("score", ">=", 0.5), Comparison("unit", "=", 1)])
def test_what_parts_a_band_or_is_no_group_cannot_be_told(where: object) -> None:
    wide = count(compile_plan([WIDE], binding()), batch([(0.2, 0, 0, "F", 30.0, 1)]))
    assert derived(wide, compile_plan([Need(where, (), ("label",))], binding()), TYPES) is None       # type: ignore[arg-type]


def test_groups_axes_and_sums_that_were_not_counted_cannot_be_told() -> None:
    rows = batch([(0.2, 0, 0, "F", 3.0, 1)])
    some = count(compile_plan([Need(groups=("sex",), axes=("decision",))], binding()), rows)
    for need in (Need(groups=("band",)), Need(axes=("score",)), Need(groups=("sex",), sums=("score",))):
        assert derived(some, compile_plan([need], binding()), TYPES) is None
    other = replace(binding(), groups=(GroupDef("sex", "gender"),))
    assert derived(some, compile_plan([Need(groups=("sex",), axes=("decision",))], other), TYPES) is None


def test_a_filter_that_a_column_cannot_be_held_against_is_told() -> None:
    wide = count(compile_plan([WIDE], binding()), batch([(0.2, 0, 0, "F", 30.0, 1)]))
    with pytest.raises(DataError, match="column sex is string and cannot be compared with 1"):
        derived(wide, compile_plan([Need(Comparison("sex", "=", 1), (), ("label",))], binding()), TYPES)


@pytest.mark.parametrize(("kind", "what"), [
    (pa.int8(), "whole"), (pa.uint64(), "whole"), (pa.float32(), "number"), (pa.bool_(), "truth"),
    (pa.dictionary(pa.int32(), pa.string()), "text"), (pa.string_view(), "text"), (pa.date32(), None),
    (pa.list_(pa.string()), None)])
def test_what_a_column_is(kind: pa.DataType, what: str | None) -> None:
    assert type_of(kind) == what


def test_whole_numbers_and_truths_as_groups() -> None:
    read = replace(binding(), groups=(GroupDef("race", "race"), GroupDef("old", "old")))
    table = pa.record_batch({"score": [0.1, 0.8, 0.9, 0.4], "label": pa.array([0, 1, 1, None], pa.int8()),
                             "decision": [0, 1, 1, 0], "race": pa.array([1, 2, None, 2], pa.int16()),
                             "old": [True, False, None, True]})
    wide = count(compile_plan([Need(groups=("race", "old"), axes=("label",))], read), table)
    for where in (Comparison("race", ">=", 2), Not(Comparison("race", "=", 2)), Missing("race"),
                  Comparison("old", "=", True), And((Comparison("old", "=", False), OneOf("race", (1, 2.0))))):
        plan = compile_plan([Need(where, (), ("label",))], read)
        found = derived(wide, plan, {"race": "whole", "old": "truth"})
        assert found is not None and found.to_bytes() == count(plan, table).to_bytes()
