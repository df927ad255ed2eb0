"""Balanced accuracy: bounded as a difference of rates."""

from __future__ import annotations

import numpy as np
import pytest

from shall.stats import Balance, Proportions
from tests.stats import worlds

ALPHA, WORLDS = 0.05, 1000


def drawn(chance, rows, rates, count):
    (positives, negatives), (hit, false) = rows, rates
    return Balance(chance.binomial(positives, hit, count), np.full(count, positives),
                   chance.binomial(negatives, false, count), np.full(count, negatives)), (1 + hit - false) / 2


@pytest.mark.parametrize("rows", [(5, 5), (5, 500), (100, 100)])
@pytest.mark.parametrize("rates", [(0.99, 0.01), (0.6, 0.5), (0.3, 0.1)])
def test_bounds(rows, rates):
    family, true = drawn(np.random.default_rng(rows[1]), rows, rates, WORLDS)
    assert max(worlds.wrong(family, true, ALPHA)) <= worlds.allowed(ALPHA, WORLDS, 1.05)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [(5, 5), (5, 500), (20, 100), (100, 100), (1000, 1000), (100, 9900)])
@pytest.mark.parametrize("hit", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_bounds_and_gaps_fully(rows, hit):
    for false in (0.01, 0.1, 0.5, 0.9):
        family, true = drawn(np.random.default_rng(rows[1]), rows, (hit, false), 4000)
        assert max(worlds.wrong(family, true, ALPHA)) <= worlds.allowed(ALPHA, 4000, 1.05)
        low, high = family.difference(np.arange(2000), np.arange(2000, 4000), ALPHA)
        assert max(np.mean(low > 1e-9), np.mean(high < -1e-9)) <= worlds.allowed(ALPHA, 2000, 1.1)


def test_it_is_the_gap_of_two_rates():
    family = Balance(*(np.array([count]) for count in (30, 40, 9, 60)))
    rates = Proportions(np.array([30, 9]), np.array([40, 60]))
    low, high = rates.difference(np.array([0]), np.array([1]), ALPHA)
    assert family.value[0] == pytest.approx((30 / 40 + 51 / 60) / 2)
    assert [end[0] for end in family.bounds(ALPHA)] == [(1 + low[0]) / 2, (1 + high[0]) / 2]


def test_a_missing_class_is_not_available():
    family = Balance(*(np.array([count, 5]) for count in (0, 0, 2, 9)))
    assert np.isnan(family.value[0]) and family.n.tolist() == [9, 10]
    assert [end[0] for end in family.bounds(ALPHA)] == [0, 1]
    assert family.scaled(np.array([2.0, 2.0])).n.tolist() == [18, 20]
    assert len(family.concat(family).value) == 4
