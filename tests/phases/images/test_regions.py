"""Regions of a known model: found where they are, claimed wrongly no more often than promised."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shall.core.parse import parse_filter
from shall.phases.images.rays import Asking, rays
from shall.phases.images.regions import regions
from tests.phases.images.falling import ROWS, SCALE, model, truth


def test_regions_are_filters_of_the_language():
    asking = Asking(model(1), 0.8)
    met, failing = regions(asking, rays(SCALE), np.arange(ROWS), 0.05, seed=0)
    assert met is not None and len(met.shown) == 2              # the corners to the left and to the right
    assert all(truth(place) >= 0.8 and test.low >= 0.8 for place, test in met.shown)
    assert "rotation >= -" in met.filter and "blur <= " in met.filter
    assert 1 <= len(failing) <= 3
    for region in failing:
        parse_filter(region.filter)
        assert all(truth(place) < 0.8 and test.high < 0.8 for place, test in region.shown)
    assert asking.calls < ROWS / 2 * 17 * 9


def test_nothing_is_claimed_where_nothing_can_be():
    always = Asking(lambda index, strengths: np.ones(len(index), dtype=bool), 0.8)
    never = Asking(lambda index, strengths: np.zeros(len(index), dtype=bool), 0.8)
    met, failing = regions(always, rays(SCALE), np.arange(ROWS), 0.05, 0)
    assert met is not None and met.filter == "rotation >= -40 and rotation <= 40 and blur <= 4" and failing == ()
    met, failing = regions(never, rays(SCALE), np.arange(ROWS), 0.05, 0)
    assert met is None and [region.filter for region in failing] == [""]
    few = Asking(model(0), 0.8)
    assert regions(few, rays(SCALE), np.arange(8), 0.05, 0) == (None, ())       # no bound of 4 images is so high


def test_a_change_that_may_not_be_is_0():
    asking = Asking(lambda index, strengths: np.full(len(index), not strengths.get("blur")), 0.8)
    met, failing = regions(asking, rays(SCALE), np.arange(ROWS), 0.05, 0)
    assert met is not None and met.filter == "rotation >= -40 and rotation <= 40 and blur = 0"
    assert [region.filter for region in failing] == ["blur >= 0.5"]


@pytest.mark.parametrize("limit", [0.8, truth({"rotation": 15.0}) + 1e-9])
def test_no_more_claims_are_wrong_than_promised(limit):
    """Alpha 0.2, so that wrong ones are seen; the second limit lies just above the truth at a point of the grid."""
    wrong, runs = 0, 150
    for seed in range(runs):
        asking, index = Asking(model(seed), limit), np.arange(300)
        met, failing = regions(asking, rays(SCALE), index, 0.2, seed)
        claims = [truth(place) >= limit for place, _ in (met.shown if met else ())]
        claims += [truth(place) < limit for region in failing for place, _ in region.shown]
        wrong += not all(claims)
    assert wrong / runs <= 0.2 + 2 * math.sqrt(0.16 / runs)
