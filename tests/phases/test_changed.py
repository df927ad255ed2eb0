"""A measure before and after, by group: the change and its bounds, and what is not told."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from shall.core.log import Binding, Column, GroupDef
from shall.core.requirement import Requirement
from shall.phases.changed import Counted, changes
from shall.phases.measuring import prepare
from shall.tally import count

BINDING = Binding((("decision", Column("said")), ("label", Column("paid"))), "yes", groups=(GroupDef("sex", "sex"),))
FAIR = Requirement.parse("ratio of selection_rate over sex >= 0.8")


def counted(shares: dict[str, tuple[int, int]], *lines: Requirement) -> Counted:
    """Counts of so many rows a group, of which so many were said yes to."""
    rows = [(name, "yes" if place < yes else "no") for name, (size, yes) in shares.items() for place in range(size)]
    sex, said = zip(*rows, strict=True)
    batch = pa.record_batch({"sex": pa.array(sex), "said": pa.array(said), "paid": pa.array(said)})
    examination = prepare(lines or (FAIR,), BINDING)
    return Counted(count(examination.plan, batch), examination.plan, {"sex": "text"})


def test_each_group_with_its_change_and_its_bounds():
    before, after = ({"f": (400, yes), "m": (500, others)} for yes, others in ((100, 300), (180, 305)))
    whole, by_sex = changes(FAIR, counted(before), counted(after))
    assert whole.grouping == () and whole.groups[0].by == pytest.approx(485 / 900 - 400 / 900)
    f, m = by_sex.groups
    assert (f.before, f.after, f.rows) == (0.25, 0.45, (400, 400)) and f.by == pytest.approx(0.2)
    assert 0 < f.low < f.by < f.high and m.low < 0 < m.high, "one surely, the other perhaps by chance"
    spread = np.sqrt(0.25 * 0.75 / 400 + 0.45 * 0.55 / 400)
    assert f.high - f.low == pytest.approx(2 * 1.645 * spread, rel=0.03)
    assert by_sex.measure == "selection_rate" and by_sex.confidence == 0.95


def test_a_group_of_one_side_only_is_told():
    _, by_sex = changes(FAIR, counted({"f": (400, 100), "m": (500, 300)}), counted({"m": (500, 300), "x": (50, 5)}))
    told = {one.group[0][1]: one for one in by_sex.groups}
    assert told["f"].note == told["x"].note == "only one of both has this group" and told["m"].note == ""
    assert told["f"].after is None and told["f"].by is None and told["f"].low is None


def test_a_small_cell_of_either_side_is_not_shown():
    _, by_sex = changes(FAIR, counted({"f": (400, 100), "m": (500, 300), "x": (90, 9)}),
                        counted({"f": (400, 100), "m": (500, 300), "x": (5, 1)}), 10)
    hidden = {one.group[0][1] for one in by_sex.groups if one.rows == (0, 0)}
    assert hidden == {"x", "f"}, "and the next one, so that it cannot be had by subtraction"


def test_what_was_not_counted_gives_no_change():
    right = Requirement.parse("roc_auc >= 0.7")
    before = counted({"f": (40, 10), "m": (50, 30)})
    assert changes(right, before, before) == []
    assert changes(Requirement.parse("churn against other <= 5%"), before, before) == []


def test_bounds_are_those_of_units_where_rows_have_one():
    """Ten rows a unit that say all the same are worth one row."""
    def of(units: int, yes: int, unit: bool) -> Counted:
        said = ["yes" if place < yes else "no" for place in range(units) for _ in range(10)]
        batch = pa.record_batch({"said": pa.array(said), "paid": pa.array(said), "sex": pa.array(["f"] * len(said)),
                                 "who": pa.array([place for place in range(units) for _ in range(10)])})
        binding = Binding((*BINDING.roles, ("unit", Column("who"))), "yes", groups=BINDING.groups) if unit else BINDING
        examination = prepare((FAIR,), binding)
        return Counted(count(examination.plan, batch), examination.plan, {"sex": "text"})

    wide = {}
    for unit in (False, True):
        one = changes(FAIR, of(400, 100, unit), of(300, 120, unit))[0].groups[0]
        assert one.by == pytest.approx(0.15)
        wide[unit] = one.high - one.low
    assert wide[True] / wide[False] == pytest.approx(np.sqrt(10), rel=0.1)
