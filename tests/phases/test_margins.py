"""How far beyond a limit a value has to be, against simulation and against the plain formula."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shall import stats
from shall.core.log import Binding, Column, GroupDef
from shall.core.requirement import Requirement
from shall.core.verdict import limit_of
from shall.phases.evidence import Known
from shall.phases.margins import reach_of
from shall.phases.parts import Part, take_apart

BINDING = Binding(roles=(("label", Column("y")), ("decision", Column("d"))), groups=(GroupDef("sex", "sex"),))
ALPHA = 0.05


def part_of(line: str) -> Part:
    (part,) = take_apart(Requirement.parse(line), BINDING, ())
    return part


def known(k: tuple[int, ...], n: tuple[int, ...]) -> Known:
    groups = tuple((("sex", str(place)),) for place in range(len(n)))
    family = stats.Proportions(k=np.array(k), n=np.array(n))
    return Known(family, groups, np.array(n), np.ones(len(n), dtype=bool), None, 0)


def reach(line: str, some: Known, rows: float, chosen: bool = False) -> float:
    part = part_of(line)
    return reach_of(part, some, rows, (limit_of(part.requirement, part.side), ALPHA, 1), chosen=chosen)


def test_one_rate_needs_both_quantiles() -> None:
    some = known((900,), (1000,))
    sigma = math.sqrt(0.9 * 0.1 / 1000)
    assert reach("accuracy >= 0.85", some, 1000) == pytest.approx((1.645 + 0.842) * sigma, rel=0.15)
    assert reach("accuracy >= 0.85", some, 4000) == pytest.approx(reach("accuracy >= 0.85", some, 1000) / 2, rel=0.1)


def test_choosing_on_few_rows_asks_for_more() -> None:
    some = known((900,), (1000,))
    sure, noisy = (reach("accuracy >= 0.80", some, 1000, chosen) for chosen in (False, True))
    assert noisy / sure == pytest.approx((1.645 + 0.842 * math.sqrt(2)) / (1.645 + 0.842), rel=1e-3)


@pytest.mark.parametrize("line", ["ratio of selection_rate over sex >= 0.80",
                                  "difference of selection_rate over sex <= 0.10"])
def test_a_value_at_its_aim_is_certified_four_times_of_five(line: str) -> None:
    """Worlds whose true gap is just what the plan says: 80 % of them shall be certified."""
    part, sizes = part_of(line), np.array([4000, 2000])
    limit = limit_of(part.requirement, part.side)
    far = reach(line, known((1000, 500), (4000, 2000)), 6000)
    assert part.requirement.aggregate is not None
    wide = part.requirement.aggregate == "ratio"
    rates = (0.25, 0.25 * (limit + far)) if wide else (0.25, 0.25 - (limit - far))
    generator, met = np.random.default_rng(0), 0
    for _ in range(200):
        family = stats.Proportions(k=generator.binomial(sizes, rates), n=sizes)
        extreme = stats.over_groups(family, part.requirement.aggregate, part.side, ALPHA)
        met += extreme.low >= limit if part.side == ">=" else extreme.high <= limit
    assert 0.69 < met / 200 < 0.91


def test_a_hopeless_gate_stops_short_of_the_perfect_value() -> None:
    assert reach("ratio of selection_rate over sex >= 0.80", known((3, 2), (12, 8)), 20) == pytest.approx(0.15)
    assert reach("ratio of selection_rate over sex >= 0.80", known((0, 0), (0, 0)), 20) == pytest.approx(0.15)


def test_units_ask_for_more_and_for_nothing_where_rows_are_alone() -> None:
    """A ratio is planned as if the groups were equal, with the units' noise; a plain model's gap does not enter."""
    line, n = "ratio of selection_rate over sex >= 0.80", (4000, 4000)
    rows = known((400, 1600), n)
    generator = np.random.default_rng(0)
    value = np.array([0.1, 0.4])

    def with_units(scale: float) -> Known:
        error = scale * np.sqrt(value * (1 - value) / 4000)
        deviation = error[:, None] * generator.standard_normal((2, 200)) / math.sqrt(200)
        family = stats.Jackknifed(rows.estimates, value[:, None] + deviation)
        return Known(family, rows.groups, rows.rows, rows.judged, None, 0)

    alone = reach(line, rows, 8000)
    assert reach(line, with_units(1.0), 8000) == pytest.approx(alone, rel=0.25)
    assert reach(line, with_units(2.0), 8000) > 1.5 * alone
