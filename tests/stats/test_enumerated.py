"""How often bounds of two rates are wrong: every pair of counts, weighed by its exact probability."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from shall.stats.proportions import Proportions

RATES = np.concatenate([np.geomspace(0.002, 0.05, 20), np.linspace(0.055, 0.995, 110)])
SMALL = [(5, 5), (10, 10), (20, 20), (40, 40), (60, 60), (7, 13), (45, 55), (5, 60), (60, 5), (20, 60), (15, 300),
         (300, 15), (30, 600), (600, 30), (50, 1000), (1000, 50), (100, 100), (200, 200)]
LARGE = [(150, 150), (100, 200), (90, 300), (300, 300), (100, 1000), (1000, 100), (30, 1000), (1000, 30), (500, 500)]
LIMITS = [("ratio", 0.8), ("difference", -0.05), ("difference", 0.05)]


def wrong(n1, n2, kind, alpha, true, end):
    """float64[R]: the probability, at each rate of the second group, that a bound lies on the wrong side of the truth.

    Whether a bound lies beyond the truth is asked of the test itself, as `extreme_bound` does.
    """
    family = Proportions(np.concatenate([np.arange(n1 + 1), np.arange(n2 + 1)]), np.repeat([n1, n2], [n1 + 1, n2 + 1]))
    said = []
    for start in range(0, n1 + 1, 100):
        first = np.arange(start, min(start + 100, n1 + 1))
        i, j = (grid.ravel() for grid in np.meshgrid(first, np.arange(n2 + 1) + n1 + 1, indexing="ij"))
        pairs = family._compared(kind, i, j, alpha)
        beyond = pairs.above("low", true) if end == "low" else ~pairs.above("high", true)
        said.append((beyond & ~pairs.unknown).reshape(len(first), -1))
    first_rates = RATES * true if kind == "ratio" else RATES + true
    possible = (first_rates >= 0) & (first_rates <= 1)
    chance1 = binom.pmf(np.arange(n1 + 1), n1, first_rates[possible][:, None])
    chance2 = binom.pmf(np.arange(n2 + 1), n2, RATES[possible][:, None])
    return np.asarray(((chance1 @ np.concatenate(said).astype(float)) * chance2).sum(axis=1))


@pytest.mark.parametrize(("kind", "true"), LIMITS)
@pytest.mark.parametrize("alpha", [0.05, 0.05 / 20, 0.05 / 1770])
@pytest.mark.parametrize("end", ["low", "high"])
def test_never_wrong_more_often_than_alpha(kind, true, alpha, end):
    assert max(wrong(*sizes, kind, alpha, true, end).max() for sizes in SMALL) <= alpha


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "true"), [*LIMITS, ("ratio", 0.5), ("ratio", 0.9), ("ratio", 0.98), ("ratio", 1.25),
                                            ("difference", 0.01), ("difference", 0.1), ("difference", 0.2)])
@pytest.mark.parametrize("alpha", [0.05, 0.05 / 20, 0.05 / 1770])
@pytest.mark.parametrize("end", ["low", "high"])
def test_nor_at_more_rows_and_other_limits(kind, true, alpha, end):
    assert max(wrong(*sizes, kind, alpha, true, end).max() for sizes in SMALL + LARGE) <= 1.02 * alpha


def test_not_needlessly_wide():
    """With some hundred rows the bounds are wrong nearly as often as they may be."""
    for kind, true in LIMITS:
        assert np.median(wrong(500, 500, kind, 0.05, true, "low")[40:110]) > 0.8 * 0.05
