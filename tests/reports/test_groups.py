"""The order of a table of groups: those that set the value, then from the least favourable on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shall.core.evidence import Evidence, GroupRow, Outcome
from shall.reports._groups import in_order, least_favourable_first, note_of

VALUES = {"a": 0.1, "b": 0.3, "c": 0.2}


def part(aggregate: str, side: str, better: str, worst: tuple[str, ...] = ()) -> Evidence:
    rows = [GroupRow((("sex", name),), 100, 100, value, value - 0.1, value + 0.1) for name, value in VALUES.items()]
    rows += [GroupRow((("sex", "few"),), 3, 3, 0.9, 0.0, 1.0, judged=False),
             GroupRow((("sex", "none"),), 100, 0, None, None, None)]
    return Evidence("m", aggregate, ("sex",), side, Outcome.MEASURED, groups=tuple(rows), better=better,
                    worst=tuple((("sex", name),) for name in worst))


@pytest.mark.parametrize(("aggregate", "side", "better", "order"), [
    ("each", ">=", "higher", "acb"), ("each", "<=", "lower", "bca"), ("each", "<=", "neither", "bca"),
    ("difference", "<=", "lower", "bca"),       # of a rate of harm the highest group has it worst
    ("difference", "<=", "higher", "acb"), ("ratio", ">=", "lower", "bca"), ("ratio", ">=", "higher", "acb"),
    ("ratio", ">=", "neither", "acb")])
def test_by_what_is_worse(aggregate, side, better, order):
    found = part(aggregate, side, better)
    names = [row.group[0][1] for row in least_favourable_first(found)]
    assert names == [*order, "none", "few"]
    assert in_order(found).endswith("highest" if order == "bca" else "lowest")


def test_those_that_set_the_value_stand_first_and_in_the_same_order():
    names = [row.group[0][1] for row in least_favourable_first(part("difference", "<=", "lower", ("a", "b")))]
    assert names[:3] == ["b", "a", "c"], "the pair of a difference, the higher false positive rate before the lower"


def test_of_a_pair_it_is_said_which_one_a_group_is():
    def notes(found):
        return {row.group[0][1]: note_of(row, found) for row in found.groups}
    assert notes(part("ratio", ">=", "higher", ("a", "b"))) == {
        "a": "worst pair, lower", "b": "worst pair, higher", "c": "", "few": "too small, shown only",
        "none": "not available"}
    assert notes(part("each", ">=", "higher", ("a",)))["a"] == "worst"


def test_what_the_rest_is_stands_beside_it():
    row = GroupRow((("race", "(rest)"),), 100, 100, 0.5, 0.4, 0.6)
    assert note_of(row, part("each", ">=", "higher")) == "pooled small groups"
    worst = replace(part("each", ">=", "higher"), groups=(row,), worst=(row.group,))
    assert note_of(row, worst) == "worst, pooled small groups"
