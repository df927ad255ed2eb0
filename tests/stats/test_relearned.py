"""Bounds of a family whose weights were learned: both noises, and what is said where replicates say nothing."""

from __future__ import annotations

import numpy as np
import pytest

from shall.stats import Proportions, Relearned
from shall.stats.relearned import FEWEST

ALPHA = 0.05
FIRST, SECOND = np.array([0]), np.array([1])
BASE = Proportions(np.array([30, 60]), np.array([90, 100]))
APART = np.linspace(-0.1, 0.1, 10)


def family(apart=(0.0, 0.0)):
    return Relearned(BASE, BASE.value[:, None] + np.array(apart)[:, None] * APART)


def test_where_learning_again_moves_nothing_the_bounds_are_those_of_the_family():
    for found, base in zip(family().bounds(ALPHA), BASE.bounds(ALPHA), strict=True):
        assert found == pytest.approx(base)
    for how in ("difference", "ratio"):
        found, base = (getattr(one, how)(FIRST, SECOND, ALPHA) for one in (family(), BASE))
        assert np.ravel(found) == pytest.approx(np.ravel(base))


def test_distances_add_as_squares():
    (low, high), (base_low, base_high) = family((1.0, 0.0)).bounds(ALPHA), BASE.bounds(ALPHA)
    reach = 1.8331 * APART.std(ddof=1)                                  # Student, 9 degrees of freedom
    down, up = BASE.value[0] - base_low[0], base_high[0] - BASE.value[0]
    assert down < up                                                    # a rate below one half leans to it
    assert (BASE.value[0] - low[0]) ** 2 == pytest.approx(down**2 + reach**2, rel=1e-3)
    assert (high[0] - BASE.value[0]) ** 2 == pytest.approx(up**2 + (reach * 2 * up / (up + down)) ** 2, rel=1e-3)
    assert (low[1], high[1]) == pytest.approx((base_low[1], base_high[1]))


def test_what_moves_two_groups_alike_is_not_in_their_difference():
    alike, against = (family(apart).difference(FIRST, SECOND, ALPHA) for apart in ((1.0, 1.0), (1.0, -1.0)))
    assert np.ravel(alike) == pytest.approx(np.ravel(BASE.difference(FIRST, SECOND, ALPHA)))
    assert against[0] < alike[0] and against[1] > alike[1]


def test_bounds_stay_in_the_range_of_the_measure():
    low, high = family((50.0, 50.0)).bounds(ALPHA)
    assert low.tolist() == [0, 0] and high.tolist() == [1, 1]
    assert [end[0] for end in family((50.0, -50.0)).difference(FIRST, SECOND, ALPHA)] == [-1, 1]


def test_a_value_that_too_few_replicates_have_is_not_known():
    replicates = family((0.1, 0.1)).replicates
    replicates[0, FEWEST - 1:] = np.nan
    found = Relearned(BASE, replicates)
    low, high = found.bounds(ALPHA)
    assert (low[0], high[0]) == (0, 1) and 0 < low[1] < high[1] < 1
    assert [end[0] for end in found.ratio(FIRST, SECOND, ALPHA)] == [0, np.inf]


def test_more_rows_and_more_groups():
    one = family((1.0, 0.5))
    many = one.scaled(np.array([100.0, 100.0]))
    assert many.value == pytest.approx(one.value)
    width, narrow = (np.subtract(*found.bounds(ALPHA)[::-1]) for found in (one, many))
    assert narrow == pytest.approx(width / 10, rel=0.1)
    both = one.concat(many)
    assert np.array_equal(both.bounds(ALPHA)[0], np.concatenate([one.bounds(ALPHA)[0], many.bounds(ALPHA)[0]]))
