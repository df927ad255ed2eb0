"""The largest distance of any bin, and the noise that is taken out of the mean one."""

from __future__ import annotations

import numpy as np
import pytest

from shall.stats import CalibrationError, WorstBin, jackknifed, weighted
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
def test_rows_of_units_are_worth_what_their_noise_says(size):
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


def test_a_calibrated_score_whose_value_is_nought_is_not_taken_for_a_still_one():
    """All noise is taken out of it, so no bucket moves its value; what moves is the noise."""
    made = in_households(1, 12).sum(axis=3, keepdims=True)          # one bin
    whole = CalibrationError(*made.sum(axis=1))
    left = [CalibrationError(*(made.sum(axis=1) - made[:, bucket])) for bucket in range(200)]
    family = jackknifed(whole, left, np.full(12, 200))
    still = family.value == 0
    assert still.any() and (family.bounds(0.05)[1] <= 1.3 * whole.bounds(0.05)[1])[still].all()
    alike = CalibrationError(*(np.full((1, 1), one) for one in (6_000.0, 0.0, 0.0)))    # nobody of 200 lots differs
    left = [CalibrationError(*(np.full((1, 1), one) for one in (5_970.0, 0.0, 0.0)))] * 200
    family = jackknifed(alike, left, np.full(1, 200))
    most = alike.scaled(np.full(1, 1 / 30)).bounds(0.05)[1]
    assert family.worth == pytest.approx(1 / 30) and (family.bounds(0.05)[1] >= most).all()


SHAPES = {"right": lambda score, bins: 0 * score, "by 0.02": lambda score, bins: 0 * score + 0.02,
          "by 0.05, in turn": lambda score, bins: np.where(score * bins % 2 < 1, -0.05, 0.05),
          "one bin": lambda score, bins: np.where((score * bins).astype(int) == bins // 2, 0.02 * bins, 0.0),
          "twice a bin": lambda score, bins: 0.04 * np.sign(np.sin(3 * np.pi * bins * score))}
UNITS = [(1, "alike", False), (3, "alike", False), (10, "alike", False), (3, "high", False), (3, "alike", True)]


def units(chance, shape, rows, unit, count, bins):
    """Counts of a family by bucket, 3 times [3, worlds, buckets, bins]: of rows, of weights and of their squares.

    ``unit`` rows at a time have one score and one label, or ("high") one label only where they score above 0.6.
    """
    each, sort, weights = unit
    homes = (count, rows // each)
    score, coin, bucket = (np.repeat(some, each, axis=1) for some in (
        chance.uniform(0.05, 0.95, homes), chance.random(homes), chance.integers(0, 200, homes)))
    if sort == "high":
        score = chance.uniform(0.05, 0.95, score.shape)
        coin = np.where(score > 0.6, coin, chance.random(score.shape))
    label = coin < np.clip(score + SHAPES[shape](score, bins), 0, 1)
    weight = chance.lognormal(0, 0.7, score.shape) if weights else np.ones(score.shape)
    cell = ((np.arange(count)[:, None] * 200 + bucket) * bins + (score * bins).astype(int)).ravel()
    return np.array([[np.bincount(cell, (one * weight**power).ravel(), count * 200 * bins).reshape(count, 200, bins)
                      for one in (np.ones(score.shape), label, score)] for power in range(3)])


def off(shape, bins):
    """The true error."""
    score = np.linspace(0.05, 0.95, 400_001)[:-1]
    moved = np.clip(score + SHAPES[shape](score, bins), 0, 1) - score
    return np.abs(np.bincount((score * bins).astype(int), moved, bins)).sum() / len(score)


def in_units(made, weights):
    counted, once, squares = (CalibrationError(*part.sum(axis=2)) for part in made)
    base = weighted(once, squares, counted) if weights else counted
    kept = made[1 if weights else 0]
    whole = kept.sum(axis=2)
    left = (CalibrationError(*(whole - kept[:, :, bucket])) for bucket in range(200))
    return jackknifed(base, left, (made[0, 0].sum(axis=2) > 0).sum(axis=1))


def check_units(shape, rows, unit, bins, count):
    chance, step = np.random.default_rng([rows, unit[0], bins]), min(count, 1_000_000 // rows)
    found = {alpha: [] for alpha in (0.05, 0.01)}
    for _ in range(0, count, step):
        family = in_units(units(chance, shape, rows, unit, step, bins), unit[2])
        for alpha, parts in found.items():
            parts.append(worlds.wrong(family, off(shape, bins), alpha))
    for alpha, parts in found.items():
        assert np.mean(parts, axis=0).max() <= worlds.allowed(alpha, step * len(parts)), alpha


@pytest.mark.parametrize(("rows", "unit", "bins", "shape"), [
    (200, UNITS[2], 20, "right"), (200, UNITS[2], 20, "one bin"), (600, UNITS[3], 10, "right"),
    (600, UNITS[0], 5, "by 0.05, in turn"), (1500, UNITS[1], 1, "by 0.02"), (1500, UNITS[4], 10, "twice a bin")])
def test_bounds_in_units(rows, unit, bins, shape):
    """At no error, at the errors that are asked for, and where it jumps; also 20 units in 20 bins."""
    check_units(shape, rows, unit, bins, 300)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("bins", [1, 5, 10, 20])
@pytest.mark.parametrize("rows", [200, 2000, 20_000])
def test_bounds_in_units_fully(rows, bins, unit, shape):
    check_units(shape, rows, unit, bins, 3000)


def test_units_of_one_row_widen_no_bound():
    """The jackknife of a value that has lost its noise did, most near 0: 0.0018 had [0, 0.040], of rows alone 0.020."""
    made = units(np.random.default_rng(5), "right", 4000, (1, "alike", False), 100, 1)
    alone, each = CalibrationError(*made[0].sum(axis=2)).bounds(0.05), in_units(made, False).bounds(0.05)
    assert each[1].mean() == pytest.approx(alone[1].mean(), rel=0.05) and (each[1] <= 1.35 * alone[1]).all()
