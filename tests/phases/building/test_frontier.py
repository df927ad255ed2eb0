"""Which candidates no other beats, and what the requirements cost."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shall.phases.building.aims import Aim
from shall.phases.building.candidates import Tried
from shall.phases.building.frontier import FEW, frontier_of, kind_of

AIM = ((Aim("fair", ">= 0.8", 0.9, "", ">=", 0.8),),)
SMALL = ((Aim("equal", "<= 0.1", 0.05, "", "<=", 0.1),),)


def one(objective: float, value: float | None, chosen: bool = False) -> Tried:
    shortfall = math.inf if value is None else max((0.9 - value) / 0.1, 0.0)
    return Tried("a", objective, (value,), (shortfall <= 0,), (shortfall <= 1,), shortfall, chosen)


def test_from_the_best_objective_to_the_aims() -> None:
    tried = [one(0.85, 0.92, chosen=True), one(0.90, 0.3), one(0.84, 0.99), one(0.87, 0.7), one(0.86, 0.6)]
    found = frontier_of(tried, AIM, 0.5)
    assert found.places == (1, 3, 0)                    # 0.84 is within the aim too, but no better for it
    assert found.fronts == ((1, 3, 0, 2),)
    assert found.best == 1
    assert found.price == tried[1].objective - tried[0].objective
    assert {1, 0} <= set(found.few)


def test_less_is_better_where_the_limit_is_from_above() -> None:
    found = frontier_of([one(0.9, 0.2), one(0.8, 0.04), one(0.7, 0.1)], SMALL, 0.5)
    assert found.fronts == ((0, 1),)


def test_what_decides_all_alike_is_never_on_it() -> None:
    found = frontier_of([one(0.5, 1.0), one(0.9, 0.3), one(math.nan, 0.95)], AIM, 0.5)
    assert found.places == (1,)
    nothing = frontier_of([one(0.5, 1.0)], AIM, 0.5)
    assert (nothing.places, nothing.best, nothing.price, nothing.kinds) == ((), None, None, ("none",))


def test_where_one_requirement_is_out_of_reach_the_others_still_count() -> None:
    def two(objective: float, fair: float) -> Tried:
        return Tried("a", objective, (0.2, fair), (False, fair >= 0.9), (False, fair >= 0.8), 7.0)
    tried = [two(0.90, 0.5), two(0.88, 0.7), two(0.86, 0.95)]
    assert frontier_of(tried, AIM * 2, 0.5).places == (0, 2)


def test_a_limit_on_both_sides_has_no_front() -> None:
    both = ((AIM[0][0], SMALL[0][0]),)
    assert frontier_of([one(0.9, 0.3), one(0.8, 0.9)], both, 0.5).fronts == ((),)


def test_near_equal_candidates_are_shown_once() -> None:
    tried = [one(0.90 - step / 1000, 0.30 + step / 100) for step in range(61)]
    found = frontier_of(tried, AIM, 0.5)
    assert len(found.places) == 61
    shown = [tried[place].objective for place in found.few]
    assert len(shown) == FEW
    assert (shown[0], shown[-1]) == (tried[0].objective, tried[60].objective)
    assert min(before - after for before, after in pairwise(shown)) > 0.005


def test_the_kind_is_the_mitigation_of_learning_and_of_deciding() -> None:
    assert kind_of({"config": {"mitigate": ""}, "rule": {"events": [], "abstain": 0.0}}) == "none"
    assert kind_of({"config": {"mitigate": "reweighing"}, "rule": {"events": [[[True], None, 0.5]]}}) == (
        "reweighing + plug-in")
    assert kind_of({"config": {}, "rule": {"by_group": [[["sex", "F"]], 0.4], "abstain": 0.1}}) == (
        "group thresholds + abstaining")
    assert kind_of({}) == "none"


@given(st.lists(st.tuples(st.floats(0.5, 1), st.floats(0, 1)), min_size=1, max_size=30))
def test_nothing_on_the_frontier_is_beaten(pairs: list[tuple[float, float]]) -> None:
    tried = [one(objective, value) for objective, value in pairs]
    found = frontier_of(tried, AIM, 0.4)
    for place in found.places:
        assert not any(other.objective >= tried[place].objective and other.shortfall < tried[place].shortfall
                       for other in tried)
    assert set(found.few) <= set(found.places)
    assert tried[found.places[0]].objective == max(other.objective for other in tried)
