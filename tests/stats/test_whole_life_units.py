"""Bounds for a whole life are right at all times together where rows of one unit are alike, whatever their number."""

from __future__ import annotations

import numpy as np
import pytest

from shall.stats.whole_life import whole_life
from shall.stats.whole_life_units import FIGURES, batch_of, whole_life_of_units

ALPHA, WINDOWS = 0.05, 12


def batches(rows, total):
    """float64[5, lives, T] of clusters [lives, T, K]."""
    made, before = [], np.zeros((2, len(rows)))
    for window in range(rows.shape[1]):
        made.append(batch_of(rows[:, window], total[:, window], before))
        before = before + made[-1][:2]
    return np.stack(made, axis=-1)


def lives(chance, number, units, rate, like):
    """Units of 1 to 5 rows, the large ones with another rate; ``like``: how far the rows of one agree, 1 is wholly.

    What was to be expected of all rows so far is told beside: float64[lives, T].
    """
    size = chance.integers(1, 6, (number, WINDOWS, units)).astype(float)
    mean = np.clip(rate * (0.6 + 0.2 * (size - 1)), 0, 1)
    together = chance.random(size.shape) < like
    total = np.where(together, size * (chance.random(size.shape) < mean), chance.binomial(size.astype(int), mean))
    expected = (size * mean).sum(axis=2).cumsum(axis=1) / size.sum(axis=2).cumsum(axis=1)
    return size, total, expected


def ever_wrong(course, mean):
    return max((course.low > mean + 1e-9).any(axis=1).mean(), (course.high < mean - 1e-9).any(axis=1).mean())


@pytest.mark.parametrize(("rate", "like"), [(0.05, 1.0), (0.3, 0.5), (0.9, 1.0)])
def test_some_hundred_lives_of_units_whose_rows_are_alike(rate, like):
    size, total, expected = lives(np.random.default_rng(int(100 * rate)), 300, 60, rate, like)
    assert ever_wrong(whole_life_of_units(batches(size, total), alpha=ALPHA), expected) <= ALPHA


def test_rows_taken_one_by_one_would_be_wrong():
    size, total, expected = lives(np.random.default_rng(1), 300, 60, 0.3, 1.0)
    alone = whole_life(size.sum(axis=2), total.sum(axis=2), alpha=ALPHA)
    assert ever_wrong(alone, expected) > ALPHA


@pytest.mark.slow
@pytest.mark.parametrize("units", [10, 200])
@pytest.mark.parametrize(("rate", "like"), [(0.02, 1.0), (0.3, 0.2), (0.5, 1.0), (0.95, 0.7)])
def test_thousands_of_lives_of_units(units, rate, like):
    size, total, expected = lives(np.random.default_rng(units), 4000, units, rate, like)
    assert ever_wrong(whole_life_of_units(batches(size, total), alpha=ALPHA), expected) <= ALPHA


def test_a_rate_that_moves_and_units_that_share_a_cluster():
    chance, wrong = np.random.default_rng(2), 0
    for _ in range(150):
        rate = np.clip(0.2 + 0.05 * np.arange(WINDOWS) + chance.uniform(-0.1, 0.1, WINDOWS), 0, 1)
        size = chance.integers(1, 5, (WINDOWS, 120)).astype(float)
        total = size * (chance.random(size.shape) < rate[:, None])
        cluster = chance.integers(0, 32, (WINDOWS, 120))
        rows, sums = (np.stack([np.bincount(c, w, 32) for c, w in zip(cluster, some, strict=True)])[None]
                      for some in (size, total))
        n = size.sum(axis=1)
        course = whole_life_of_units(batches(rows, sums), alpha=ALPHA)
        wrong += ever_wrong(course, ((n * rate).cumsum() / n.cumsum())[None]) > 0
    assert wrong <= 15, "of 150 at most one in ten, for two bounds of 5%"


def test_the_value_is_that_of_all_rows_and_a_unit_of_one_row_costs_little():
    chance = np.random.default_rng(3)
    rows, total = np.ones((1, WINDOWS, 500)), (chance.random((1, WINDOWS, 500)) < 0.3).astype(float)
    ours, alone = whole_life_of_units(batches(rows, total)), whole_life(rows.sum(axis=2), total.sum(axis=2))
    np.testing.assert_array_equal(ours.mean, alone.mean)
    width = (ours.high - ours.low) / (alone.high - alone.low)
    assert width.max() < 1.3 and width[0, -1] < 1.15


def test_one_batch_alone_is_the_same_as_among_all():
    size, total, _ = lives(np.random.default_rng(4), 3, 40, 0.4, 1.0)
    table = batches(size, total)
    whole = whole_life_of_units(table)
    for window in range(WINDOWS):
        last = whole_life_of_units(table[..., :window + 1], since=-1)
        assert [one[:, 0].tolist() for one in last] == [one[:, window].tolist() for one in whole]


def test_nothing_is_known_before_the_first_row_and_a_huge_unit_is_borne():
    empty = whole_life_of_units(np.zeros((FIGURES, 1, 2)))
    assert np.isnan(empty.low).all() and np.isnan(empty.mean).all()
    huge = np.full((1, 1, 3), 4e6)
    course = whole_life_of_units(batches(huge, huge * 0.5))
    assert course.low[0, 0] < 0.5 < course.high[0, 0] and course.low[0, 0] < 0.1
