"""`check --plan`: the rows that a gate needs."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from shall import stats
from shall.core.log import Binding, Column, GroupDef
from shall.core.requirement import Requirement
from shall.phases.evidence import Known, Unmeasured
from shall.phases.measuring import known, prepare
from shall.phases.plan import PlannedLine, plan
from shall.tally import accumulate

BINDING = Binding(roles=(("label", Column("y")), ("decision", Column("d"))), groups=(GroupDef("sex", "sex"),))
GROUPS = ((("sex", "men"),), (("sex", "women"),))


def planned(line: str, k: tuple[int, ...], n: tuple[int, ...], looks: int = 1) -> PlannedLine:
    some = Known(stats.Proportions(k=np.array(k), n=np.array(n)), GROUPS if len(n) == 2 else ((),), np.array(n),
                 np.ones(len(n), dtype=bool), None, 0)
    (one,) = plan(prepare([Requirement.parse(line)], BINDING), [[some]], looks)
    return one


def rows_of(line: str, k: tuple[int, ...], n: tuple[int, ...], looks: int = 1) -> int:
    found = planned(line, k, n, looks).rows
    assert found is not None
    return found


def test_a_ratio_on_adult_needs_what_simulation_said() -> None:
    """Rate 0.22, two thirds against one third, true ratio 0.90: simulation with the score test gave 8,000 rows."""
    line = "ratio of selection_rate over sex >= 0.80"
    assert rows_of(line, (1474, 726), (6700, 3300)) == pytest.approx(8000, rel=0.15)


def test_it_says_whom_and_what_it_assumes() -> None:
    found = planned("ratio of selection_rate over sex >= 0.80", (1474, 726), (6700, 3300))
    assert found.group == "sex = women, 33.0% of the rows"
    assert found.assumed == "true value 0.9, assumed"           # a rule moves it, whatever it is now
    gap = planned("difference of true_positive_rate over sex <= 0.10", (50, 40), (100, 80))
    assert gap.assumed == "true value 0.05, assumed"
    assert planned("accuracy >= 0.80", (850,), (1000,)).assumed == "true value 0.85, as it is now"
    assert planned("accuracy >= 0.80", (750,), (1000,)).assumed == "true value 0.9, assumed; it is 0.75 now"
    close = planned("accuracy >= 0.80", (800_001,), (1_000_000,))
    assert close.rows is None and "too near its limit for any number of rows" in close.assumed
    assert planned("accuracy >= 0.80", (850,), (1000,)).group == ""


def test_smaller_groups_tighter_limits_and_more_looks_need_more() -> None:
    line = "ratio of selection_rate over sex >= 0.80"
    base = rows_of(line, (1000, 1000), (5000, 5000))
    assert rows_of(line, (1900, 100), (9500, 500)) > 3 * base
    assert rows_of(line.replace("0.80", "0.90"), (1000, 1000), (5000, 5000)) > 3 * base
    assert rows_of(line, (1000, 1000), (5000, 5000), looks=5) > 1.3 * base


def test_a_small_group_needs_its_rows_whatever_it_shows_now() -> None:
    """Exact bounds certify 0.65 against 0.30 with a power of 80 % on 12 to 20 rows; this group has one row in 68."""
    line = "selection_rate over sex >= 0.30"
    assert 12 * 68 <= rows_of(line, (400, 2), (1000, 15)) <= 20 * 68
    assert rows_of(line, (400, 2), (1000, 15)) == rows_of(line, (400, 10), (1000, 15))


def planned_on(line: str, **role: str) -> PlannedLine:
    """One row in 20 is of a woman, whom every answer is wrong for; ``role``: a column by its role."""
    place = np.arange(1000)
    women, y = place % 20 == 0, place // 20 % 2
    table = pa.table({"sex": women, "y": y, "d": np.where(women, 1 - y, np.where(place % 9 == 0, 1 - y, y)),
                      "s": np.where(women, 1 - y, y + np.sin(place)), "one": np.ones(1000), "id": place,
                      "home": place // 4, "street": place % 7})
    columns = {"label": "y", "decision": "d", "score": "s"} | role
    examination = prepare([Requirement.parse(line)], Binding(
        tuple((name, Column(column)) for name, column in columns.items()), groups=BINDING.groups))
    (one,) = plan(examination, [known(examination, accumulate(examination.plan, table.to_batches()), {})[0]])
    return one


@pytest.mark.parametrize("line", ["accuracy over sex >= 0.8", "ratio of accuracy over sex >= 0.8"])
def test_weights_of_one_ask_for_what_no_weight_asks_for(line: str) -> None:
    plain = planned_on(line)
    assert plain.rows is not None and plain.rows > 1000
    assert planned_on(line, weight="one") == plain


@pytest.mark.parametrize("measure", ["roc_auc", "f1"])
def test_a_value_that_rows_do_not_show_has_no_number_where_they_show_no_noise(measure: str) -> None:
    for role in ({}, {"weight": "one"}):
        found = planned_on(f"{measure} over sex >= 0.7", **role)
        assert found.rows is None and found.assumed.endswith("; it is 0 now; these rows do not tell how many")


@pytest.mark.parametrize(("line", "unit"), [
    ("accuracy over sex >= 0.8", "home"),               # all women have one value
    ("accuracy over sex >= 0.8", "id"),
    ("ratio of accuracy over sex >= 0.8", "home"),
    ("accuracy >= 0.7", "street"),                      # seven of them
])
def test_units_of_which_nothing_is_known_give_no_number(line: str, unit: str) -> None:
    found = planned_on(line, unit=unit)
    assert found.rows is None and found.assumed.endswith("; these rows do not tell how many")
    assert planned_on("accuracy >= 0.7", unit="home").rows is not None


def test_how_many_rows_the_plan_was_made_of_does_not_matter() -> None:
    line = "ratio of selection_rate over sex >= 0.80"
    small, large = rows_of(line, (200, 200), (1000, 1000)), rows_of(line, (20_000, 20_000), (100_000, 100_000))
    assert small == pytest.approx(large, rel=0.03)


def test_what_could_not_be_measured_has_no_rows() -> None:
    examination = prepare([Requirement.parse("accuracy >= 0.80")], BINDING)
    (one,) = plan(examination, [[Unmeasured("there is no label")]])
    assert one.rows is None
    assert one.assumed == "there is no label"


def test_a_fact_needs_its_own_number() -> None:
    examination = prepare([Requirement.parse("rows >= 500")], BINDING)
    rows = np.array([100])
    some = Known(stats.Facts(rows.astype(float), rows), ((),), rows, np.ones(1, dtype=bool), None, 0)
    (one,) = plan(examination, [[some]])
    assert one.rows == 500
