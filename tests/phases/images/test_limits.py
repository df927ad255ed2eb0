"""Limits of a known model: found where they are, claimed wrongly no more often than promised."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shall.phases.images.limits import reaches
from shall.phases.images.rays import Asking, rays
from tests.phases.images.falling import ROWS, SCALE, model, truth


def edge(change: str, sign: int) -> float:
    steps = [value for value in SCALE[change] if value * sign >= 0 and truth({change: value}) >= 0.8]
    return max(steps, key=abs)


def test_reaches_are_near_the_truth_and_cheap():
    asking = Asking(model(0), 0.8)
    found = [*reaches(asking, rays(SCALE), np.arange(ROWS), 0.05)]
    assert [(one.change, one.toward) for one in found] == [("rotation", -40), ("rotation", 40), ("blur", 4)]
    for one in found:
        true = edge(one.change, 1 if one.toward > 0 else -1)
        assert abs(one.met_up_to) <= abs(true) < abs(one.broken_from) and truth({one.change: one.broken_from}) < 0.8
        step = abs(one.toward) / 8
        assert abs(true - one.met_up_to) <= step and abs(one.broken_from - true) <= 2 * step
    assert asking.calls <= ROWS * 3 * 6 < ROWS * 24
    assert found[0].filter() == "rotation >= -15" and found[1].filter(met=False) == "rotation >= 30"


@pytest.mark.parametrize("said, met, broken", [(True, "blur <= 1", ""), (False, "", "blur >= 1")])
def test_nothing_is_claimed_where_nothing_can_be(said, met, broken):
    asking = Asking(lambda index, strengths: np.full(len(index), said), 0.8)
    found = next(reaches(asking, rays({"blur": np.array([0.0, 1.0])}), np.arange(ROWS), 0.05))
    assert (found.filter(), found.filter(met=False)) == (met, broken) and asking.calls == ROWS


@pytest.mark.parametrize("limit", [0.8, truth({"rotation": 15.0}) + 1e-9])
def test_no_more_claims_are_wrong_than_promised(limit):
    """Alpha 0.2, so that wrong ones are seen; the second limit lies just above the truth at a point of the grid."""
    wrong, runs = 0, 300
    for seed in range(runs):
        asking = Asking(model(seed), limit)
        for one in reaches(asking, rays(SCALE), np.arange(300), 0.2):
            end = {one.change: one.met_up_to}
            if (one.met_up_to and truth(end) < limit) or (
                    not math.isinf(one.broken_from) and truth({one.change: one.broken_from}) >= limit):
                wrong += 1
                break
    assert wrong / runs <= 0.2 + 2 * math.sqrt(0.16 / runs)
