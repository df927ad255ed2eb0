"""The decisions of another version on the same rows, however they are written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import DataError
from shall.core.log import Binding, Column, GroupDef
from shall.phases.datasets import versions

BINDING = Binding((("id", Column("id")), ("decision", Column("shall_decision")), ("label", Column("label"))),
                  positive="yes", decided="1")
ROWS = pa.table({"id": [1, 2, 3, 4], "label": ["yes", "no", None, "yes"], "shall_decision": [1, 0, 1, None]})


def test_classes_of_labels_and_decisions():
    assert versions.labels(ROWS, BINDING).tolist() == [1, 0, -1, 1]
    assert versions.decisions(ROWS, BINDING).tolist() == [1, 0, 1, -1]


@pytest.mark.parametrize("other", [
    {"id": [4, 3, 2, 1], "prediction": ["yes", "no", "yes", "no"]},             # another name, written as the label
    {"id": [4.0, 3.0, 2.0, 1.0], "decision": [1, 0, 1, 0]},                     # written as the decisions
    {"id": [4, 3, 2, 1], "decision": pa.array(["yes", "no", "yes", "no"]).dictionary_encode()},
    {"id": ["4", "3", "2", "1"], "decision": [True, False, True, False]},
])
def test_decisions_of_another_name_and_kind(other):
    found = versions.others(ROWS, BINDING, pa.table(other), {})
    assert found.tolist() == [0, 1, 0, 1]


def test_scores_decide_where_there_is_nothing_else():
    binding = Binding((("id", Column("id")), ("score", Column("p")), ("label", Column("label"))), "yes", 0.5)
    rows = pa.table({"id": [1, 2], "p": [0.2, None], "label": ["yes", "no"]})
    assert versions.decisions(rows, binding).tolist() == [0, -1]
    assert versions.others(rows, binding, pa.table({"id": [2, 1], "p": [0.9, 0.1]}), {}).tolist() == [0, 1]


def test_several_classes_by_scores():
    binding = Binding((("label", Column("y")),), kind="multiclass", classes=("a", "b"),
                      scores=(("a", "p_a"), ("b", "p_b")))
    rows = pa.table({"y": ["a", "b", "c"], "p_a": [0.9, 0.4, float("nan")], "p_b": [0.1, 0.6, 0.5]})
    assert versions.labels(rows, binding).tolist() == [0, 1, -1]
    assert versions.decisions(rows, binding).tolist() == [0, 1, -1]


def test_rows_that_the_other_log_lacks_are_not_known():
    other = pa.table({"id": [2, 9], "decision": [1, 0]})
    assert versions.others(ROWS, BINDING, other, {}).tolist() == [-1, 1, -1, -1]


@pytest.mark.parametrize(("label", "group", "differ"), [
    ((1, 2, 1, 2, 1, 2, 1, 2), (), ""),                 # the same
    ((1, 2, 1, 2, 1, 2, 1, 1), (), ""),                 # one was mended since
    ((0, 0, 0, 0, 0, 0, 0, 0), (), ""),                 # not known then
    ((0, 0, 0, 0, 0, 2, 1, 2), (), ""),
    ((1, 1, 2, 2, 1, 1, 2, 2), (), "label differs"),
    ((1, 1, 2, 2, 1, 1, 2, 2), (3, 4, 3, 3, 4, 4, 3, 3), ""),       # labels are called otherwise there
    ((1, 1, 2, 2, 1, 1, 2, 2), (3, 3, 4, 4, 3, 4, 3, 3), "label, SEX differ"),
    ((1, 1, 2, 2, 1, 1, 2, 2), (0, 0, 0, 0, 0, 0, 0, 0), "label differs"),
])
def test_rows_of_one_id_are_the_same_rows(label, group, differ):
    """What is known of them goes together better than by chance, in one column at least."""
    binding = replace(BINDING, groups=(GroupDef("sex", "SEX"),))
    rows = pa.table({"id": range(8), "label": ["yes", "no"] * 4, "shall_decision": [1, 0] * 4})
    other = pa.table({"id": range(8), "decision": [1, 1, 0, 0] * 2})
    codes = {"label": lambda: np.array([1, 2, 1, 2, 1, 2, 1, 2, *label]), "age": lambda: np.arange(16),
             **({"SEX": lambda: np.array([3, 4, 3, 3, 4, 4, 3, 3, *group])} if group else {})}
    if not differ:
        assert versions.others(rows, binding, other, codes).tolist() == [1, 1, 0, 0] * 2
        return
    with pytest.raises(DataError, match=f"rows of the same id are other rows in the other log: {differ}"):
        versions.others(rows, binding, other, codes)


def test_rows_by_place_must_be_equal():
    binding = replace(BINDING, roles=BINDING.roles[1:])
    other = pa.table({"decision": [1, 1, 0, 0]})
    same, odd = np.array([5, 6, 7, 8, 5, 6, 7, 8]), np.array([5, 6, 7, 8, 5, 6, 9, 8])
    assert versions.others(ROWS, binding, other, {"age": lambda: same}).tolist() == [1, 1, 0, 0]
    with pytest.raises(DataError, match="row 3 differs in age; name the column of ids"):
        versions.others(ROWS, binding, other, {"age": lambda: odd})
    with pytest.raises(DataError, match="neither an id nor another column in common"):
        versions.others(ROWS, binding, other, {})
    with pytest.raises(DataError, match="has 3 rows and this one 4"):
        versions.others(ROWS, binding, other.slice(1), {"age": lambda: same})


@pytest.mark.parametrize(("other", "said"), [
    ({"id": [1, 2, 3, 4]}, "the other log has no decisions: it needs a column shall_decision"),
    ({"id": [1, 1], "decision": [0, 1]}, "rows of the same id"),
    ({"id": [7, 8], "decision": [0, 1]}, "none of these rows"),
])
def test_what_cannot_be_told(other, said):
    with pytest.raises(DataError, match=said):
        versions.others(ROWS, BINDING, pa.table(other), {})


def test_an_empty_other_log():
    other = pa.table({"id": pa.array([], pa.int64()), "decision": pa.array([], pa.int64())})
    with pytest.raises(DataError, match="none of these rows"):
        versions.others(ROWS, BINDING, other, {})
