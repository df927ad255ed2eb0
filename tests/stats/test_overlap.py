"""F1: exact bounds, and pairs by enumeration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from shall.stats import Overlap

ALPHA = 0.05
SHARES = np.array([0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98])


def f1(share):
    return 2 * share / (1 + share)


@pytest.mark.parametrize("n", [1, 5, 20, 100, 1000, 10_000])
def test_bounds_are_never_wrong_more_often_than_alpha(n):
    k = np.arange(n + 1)
    for alpha in (0.05, 0.0025):
        low, high = Overlap(k, np.full(n + 1, n)).bounds(alpha)
        for share in np.concatenate([SHARES, [0.01, 0.99]]):
            chance = binom.pmf(k, n, share)
            assert chance[low > f1(share)].sum() <= alpha and chance[high < f1(share)].sum() <= alpha


@pytest.mark.parametrize(("n", "m"), [(5, 5), (5, 60), (20, 20), (60, 60)])
def test_pairs(n, m):
    """All pairs of counts at once: the largest share of wrong bounds, over rates of both."""
    i, j = (grid.ravel() for grid in np.meshgrid(np.arange(n + 1), np.arange(m + 1), indexing="ij"))
    family = Overlap(np.concatenate([np.arange(n + 1), np.arange(m + 1)]), np.repeat([n, m], [n + 1, m + 1]))
    bounds = family.difference(i, j + n + 1, ALPHA), family.ratio(i, j + n + 1, ALPHA)
    for one in SHARES:
        for two in SHARES:
            chance = binom.pmf(i, n, one) * binom.pmf(j, m, two)
            for (low, high), true in zip(bounds, (f1(one) - f1(two), f1(one) / f1(two)), strict=True):
                assert max(chance[low > true + 1e-9].sum(), chance[high < true - 1e-9].sum()) <= 1.02 * ALPHA


def test_nothing_positive_is_not_available():
    family = Overlap(np.array([0, 3]), np.array([0, 6]))
    assert np.isnan(family.value[0]) and family.value[1] == pytest.approx(6 / 9)
    assert [end[0] for end in family.bounds(ALPHA)] == [0, 1]
    assert [end[0] for end in family.difference(np.array([0]), np.array([1]), ALPHA)][1] > 0.6
    assert family.scaled(np.array([1.0, 7.0])).value[1] == pytest.approx(family.value[1])
    assert family.concat(family).n.tolist() == [0, 6, 0, 6]
