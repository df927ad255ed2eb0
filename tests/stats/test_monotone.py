"""Few tests along a falling rate: the same border as with all of them, and no more wrong claims than promised."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from shall.stats.monotone import bounded, climbed, first, halved, halvings, surface, weakest
from shall.stats.special import clopper_pearson


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 8, 31, 100])
def test_halving_finds_each_border_in_the_tests_it_promises(steps):
    for border in range(steps + 1):
        asked = []

        def met(step, border=border, asked=asked):
            asked.append(step)
            return step <= border

        assert halved(met, steps) == border
        assert len(asked) <= halvings(steps) and len({*asked}) == len(asked)
        before = [*asked]
        asked.clear()
        assert first(lambda step, met=met: not met(step), steps) == border + 1
        assert asked == before


def test_the_tests_are_the_logarithm():
    assert [halvings(steps) for steps in (1, 3, 4, 31, 32)] == [1, 2, 3, 5, 6]


def test_a_climb_ends_below_the_first_that_is_not_shown():
    assert climbed([1, 2, 5, 3], lambda step: step < 4) == 2
    assert climbed([5, 1], lambda step: step < 4) is None


def test_bounds_are_exact():
    found = bounded(95, 100, 0.05)
    assert (round(found.low, 4), round(found.high, 4)) == (0.8977, 0.9801)       # Clopper and Pearson
    assert found.rate == 0.95 and math.isnan(bounded(0, 0, 0.05).rate)


@pytest.mark.parametrize("shape", [(16,), (12, 9), (6, 5, 7)])
def test_a_surface_is_that_of_all_points_for_less(shape):
    grid = np.indices([steps + 1 for steps in shape])
    truth = sum((axis / steps) ** 2 for axis, steps in zip(grid, shape, strict=True)) <= 0.6
    asked = []

    def within(point):
        asked.append(point)
        return bool(truth[point])

    assert (surface(shape, within) == truth).all()
    assert len({*asked}) == len(asked) < truth.size * 0.7


def test_a_surface_may_be_all_or_nothing():
    assert surface((4, 4), lambda point: True).all()
    assert not surface((4, 4), lambda point: False).any()


def test_the_weakest_are_the_corners_of_what_is_outside():
    outside = np.array([[0, 0, 0, 1], [0, 0, 1, 1], [0, 0, 1, 1]], dtype=bool)
    assert weakest(outside) == [(0, 3), (1, 2)]
    assert weakest(np.ones((2, 2), dtype=bool)) == [(0, 0)]


def test_halving_is_wrong_no_more_often_than_alpha():
    """At the worst: the rate lies at the limit from the first step on, so every claim is wrong; rows are shared."""
    chance, limit, steps, rows, alpha = np.random.default_rng(0), 0.9, 31, 400, 0.05
    least = int(np.argmax(clopper_pearson(np.arange(rows + 1), np.full(rows + 1, rows), alpha / halvings(steps))[0]
                          >= limit))
    wrong = 0
    for start, _ in itertools.product((0, 3, 15), range(2000)):
        rate = np.where(np.arange(steps + 1) <= start, 0.99, limit - 1e-9)
        able = np.sort(chance.random(rows))
        wrong += halved(lambda step, able=able, rate=rate: np.searchsorted(able, rate[step]) >= least, steps) > start
    assert wrong / 6000 <= alpha + 2 * math.sqrt(alpha / 6000)
