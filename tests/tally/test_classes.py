"""Subjects of several classes, sets and intervals, weights: counted as a person would, in any batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shall.core.log import Binding, Column, GroupDef
from shall.tally import Need, Tally, accumulate, compile_plan

CLASSES = ("a", "b", "c")
SCORES = tuple((name, f"p_{name}") for name in CLASSES)


def tally(columns: dict[str, Any], needs: list[Need], batch: int | None = None, **binding: Any) -> Tally:
    table = pa.table(columns)
    roles = tuple((role, Column(role)) for role in ("score", "decision", "label", "weight") if role in columns)
    plan = compile_plan(needs, Binding(roles, groups=(GroupDef("sex", "sex"),), **binding))
    return accumulate(plan, table.to_batches(max_chunksize=batch))


def test_one_class_against_the_others() -> None:
    need = Need(axes=("label", "decision"), of="b")
    columns = {"label": ["a", "b", "b", None], "decision": ["b", "b", "c", "a"]}
    table = tally(columns, [need], kind="multiclass", classes=CLASSES).cells(need).table("label", "decision")[0]
    assert table.tolist() == [[0, 1, 0], [1, 1, 0], [1, 0, 0]]


def test_scores_decide_where_nothing_else_does() -> None:
    need = Need(axes=("correct", "rank"))
    columns = {"label": ["a", "b", "c", "owl"], "p_a": [0.6, 0.5, None, 0.9], "p_b": [0.3, 0.2, 0.5, 0.1],
               "p_c": [0.1, 0.3, 0.5, 0.0]}
    cells = tally(columns, [need], kind="multiclass", classes=CLASSES, scores=SCORES).cells(need)
    assert cells.table("correct")[0].tolist() == [1, 1, 2]
    ranks = cells.table("rank")[0]
    assert (ranks[0], ranks[2], ranks[-1]) == (1, 1, 2)


def test_correct_of_two_classes_is_read_off_both() -> None:
    need = Need(groups=("sex",), axes=("correct",))
    counted = tally({"label": [1, 0, 1, None], "decision": [1, 1, 0, 1], "sex": list("FFMM")}, [need])
    assert [cube.axes for cube in counted.plan.cubes] == [("decision", "label")]
    assert counted.cells(need).table("correct").tolist() == [[1, 1, 0], [1, 0, 1]]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([*CLASSES, None]), st.sampled_from(["F", "M"]),
                          st.floats(1e-6, 1e6), st.floats(0, 1)), min_size=1, max_size=40), st.integers(1, 7))
def test_weights_add_as_they_would_by_hand_in_any_batches(rows: list[tuple[Any, ...]], batch: int) -> None:
    label, sex, weight, score = map(list, zip(*rows, strict=True))
    columns = {"label": pa.array(label, pa.string()), "sex": sex, "weight": weight, "score": score}
    need = Need(groups=("sex",), axes=("label",), sums=("score",))
    whole = tally(columns, [need], positive="a")
    parts = tally(columns, [need], batch, positive="a")
    assert whole == parts
    cells = whole.cells(need)
    for power in (0, 1, 2):
        table, total = cells.weighing(power).table("label"), cells.weighing(power).total("score", by=("label",))
        for place, ((_, name),) in enumerate(cells.groups):
            for code, wanted in enumerate((lambda v: v in ("b", "c"), lambda v: v == "a", lambda v: v is None)):
                chosen = [(w**power, s) for v, g, w, s in zip(label, sex, weight, score, strict=True)
                          if g == name and wanted(v)]
                assert table[place, code] == pytest.approx(sum(w for w, _ in chosen), rel=1e-12)
                assert total[place, code] == pytest.approx(sum(w * s for w, s in chosen), rel=1e-9, abs=1e-12)


def test_a_weighted_tally_travels() -> None:
    need = Need(axes=("label",), sums=("score",))
    counted = tally({"label": [1, 0], "score": [0.5, 0.25], "weight": [1e9, 1e-9]}, [need])
    back = Tally.from_bytes(counted.to_bytes(), counted.plan)
    assert back == counted
    assert back.cells(need).weighing(1).table("label").tolist() == [[1e-9, 1e9, 0.0]]


def test_classes_beyond_those_of_the_subject_are_told() -> None:
    need = Need(axes=("correct",))
    counted = tally({"label": ["a", "owl"], "decision": ["a", "owl"]}, [need], kind="multiclass", classes=CLASSES)
    assert counted.cells(need).table("correct").tolist() == [[0, 2, 0]]
    says = "also has owl, which is no class of the subject: list every class under [subject] classes"
    assert list(counted.doubts()) == [f"column {role} {says}" for role in ("label", "decision")]


def test_missing_values_and_filters_are_axes() -> None:
    needs = [Need(axes=("missing:age",)), Need(axes=("filter:age < 30",))]
    counted = tally({"age": [20.0, np.nan, None, 40.0]}, needs)
    assert counted.cells(needs[0]).table("missing:age").tolist() == [[2, 2, 0]]
    assert counted.cells(needs[1]).table("filter:age < 30").tolist() == [[1, 1, 2]]
