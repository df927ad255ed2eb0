"""The largest distance of any bin, and the noise that is taken out of the mean one."""

from __future__ import annotations

import numpy as np
import pytest

from shall.stats import WorstBin
from shall.stats.calibration import clean_share
from tests.stats import worlds

WORLDS = 500
SCORES = (np.arange(10) + 0.5) / 10


def drawn(chance, n, shift, count, scale=1.0):
    """Equal bins of scores up to ``scale``; one bin is off by ``shift``. Every bin has rows, as it is defined there."""
    score = SCORES * scale
    rate = np.clip(score + np.where(np.arange(10) == 6, shift, 0), 0, 1)
    rows = np.maximum(chance.multinomial(n, np.full(10, 0.1), size=count), 1)
    return WorstBin(rows, chance.binomial(rows, rate), rows * score), float(np.abs(rate - score).max())


@pytest.mark.parametrize("scale", [0.02, 1.0])
@pytest.mark.parametrize("shift", [0.0, 0.05, 0.3])
@pytest.mark.parametrize("n", [5, 20, 100, 1000, 10_000])
def test_bounds_of_the_worst_bin_are_exact(n, shift, scale):
    family, true = drawn(np.random.default_rng(n), n, shift, WORLDS, scale)
    for alpha in (0.05, 0.0025):
        assert max(worlds.wrong(family, true, alpha)) <= worlds.allowed(alpha, WORLDS)


def test_the_worst_bin_of_a_hand_written_table():
    family = WorstBin(np.array([[10, 0, 4], [0, 0, 0]]), np.array([[2, 0, 4], [0, 0, 0]]),
                      np.array([[3.0, 0, 2.4], [0, 0, 0]]))
    assert family.value[0] == pytest.approx(0.4) and np.isnan(family.value[1])
    low, high = family.bounds(0.05)
    assert low[0] <= 0.4 <= high[0] and (low[1], high[1]) == (0, 1)
    assert isinstance(family.scaled(np.ones(2)), WorstBin) and isinstance(family.concat(family), WorstBin)


def test_the_share_without_noise_by_simulation():
    """Gaps that are scaled down, with noise added again, give the sum that was seen."""
    gap, error = np.array([[3.0, 1.0, 0.5, 0.2]]), np.array([[1.0, 0.8, 0.6, 0.5]])
    share = clean_share(gap, error)
    noise = np.random.default_rng(0).normal(size=(400_000, 4)) * error
    assert np.abs(share * gap + noise).sum(axis=1).mean() == pytest.approx(gap.sum(), rel=3e-3)
    assert clean_share(gap / 10, error)[0] == 0 and clean_share(gap * 1e6, error)[0] == pytest.approx(1)
