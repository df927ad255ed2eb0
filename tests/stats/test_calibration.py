"""The largest distance of any bin, and the noise that is taken out of the mean one."""

from __future__ import annotations

import numpy as np
import pytest

from shall.stats import CalibrationError, WorstBin, calibration, jackknifed
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


def in_households(size, count=3):
    """Sums by bucket [buckets, worlds, bins] of calibrated rows, ``size`` of each sort at a time."""
    chance, buckets, homes = np.random.default_rng(size), 200, 1_500
    made = np.zeros((3, buckets, count, 10))
    for world in range(count):
        score, bucket = chance.choice(SCORES, homes), chance.integers(0, buckets, homes)
        for part, weights in enumerate((np.ones(homes), chance.random(homes) < score, score)):
            np.add.at(made[part], (bucket, world, (score * 10).astype(int)), size * weights)
    return made


@pytest.mark.parametrize("size", [1, 3])
def test_rows_of_units_are_worth_what_their_noise_says(size, monkeypatch):
    made = in_households(size)
    whole = CalibrationError(*made.sum(axis=1))
    left = [CalibrationError(*(made.sum(axis=1) - made[:, bucket])) for bucket in range(200)]
    family = jackknifed(whole, left, np.full(3, 200))
    assert family.worth == pytest.approx(1 / size, rel=0.15) and (family.worth <= 1).all()
    np.testing.assert_array_equal(family.value, whole.scaled(family.worth).value)
    low, high = family.bounds(0.05)
    assert (low <= family.value).all() and (family.value <= high).all() and (low <= whole.bounds(0.05)[0]).all()
    assert size == 1 or (family.value.sum() < whole.value.sum() and (family.value <= whole.value).all())
    both = family.concat(family).scaled(np.full(6, 4.0))
    np.testing.assert_array_equal(both.worth, np.tile(family.worth, 2))
    monkeypatch.setattr(calibration, "AT_ONCE", 1)                  # one family at a time: the same values
    np.testing.assert_array_equal(jackknifed(whole, left, np.full(3, 200)).replicates, family.replicates)


def test_a_calibrated_score_whose_value_is_nought_is_not_taken_for_a_still_one():
    """All noise is taken out of it, so no bucket moves its value; what moves is the noise."""
    made = in_households(1, 12).sum(axis=3, keepdims=True)          # one bin
    whole = CalibrationError(*made.sum(axis=1))
    left = [CalibrationError(*(made.sum(axis=1) - made[:, bucket])) for bucket in range(200)]
    family = jackknifed(whole, left, np.full(12, 200))
    still = (family.value == 0) & (np.ptp(family.replicates, axis=1) == 0)
    assert still.any() and (family.bounds(0.05)[1] <= 1.3 * whole.bounds(0.05)[1])[still].all()
    alike = CalibrationError(*(np.full((1, 1), one) for one in (6_000.0, 0.0, 0.0)))    # nobody of 200 lots differs
    left = [CalibrationError(*(np.full((1, 1), one) for one in (5_970.0, 0.0, 0.0)))] * 200
    family = jackknifed(alike, left, np.full(1, 200))
    most = alike.scaled(np.full(1, 1 / 30)).bounds(0.05)[1]
    assert np.isnan(family.worth).all() and (family.bounds(0.05)[1] >= most).all()
