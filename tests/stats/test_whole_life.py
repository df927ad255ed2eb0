"""A confidence sequence is right at all times together, and not only at each."""

from __future__ import annotations

import numpy as np
import pytest

from shall.stats.whole_life import WholeLife, whole_life

LIVES, BATCHES = 1000, 24
ALPHA = 0.05


def ever_wrong(course, mean):
    """The share of lives in which a bound was wrong at any time: low, high."""
    return (course.low > mean + 1e-9).any(axis=1).mean(), (course.high < mean - 1e-9).any(axis=1).mean()


@pytest.mark.parametrize(("rate", "rows"), [(0.01, 50), (0.2, 5), (0.5, 500)])
def test_a_thousand_lives_of_a_rate(rate, rows):
    k = np.random.default_rng(rows).binomial(rows, rate, (LIVES, BATCHES))
    course = whole_life(np.full_like(k, rows), k, alpha=ALPHA)
    assert max(ever_wrong(course, rate)) <= ALPHA
    alone = k.cumsum(axis=1) / (rows * np.arange(1, BATCHES + 1))      # what a bound for one time would do
    reach = 1.645 * np.sqrt(rate * (1 - rate) / (rows * np.arange(1, BATCHES + 1)))
    assert ((alone - reach) > rate).any(axis=1).mean() > 2 * ALPHA


def test_a_thousand_lives_whose_rate_moves():
    chance = np.random.default_rng(1)
    rate = 0.1 + 0.3 * (np.arange(BATCHES) >= 12) + chance.uniform(-0.05, 0.05, (LIVES, BATCHES))
    k = chance.binomial(100, rate)
    so_far = rate.cumsum(axis=1) / np.arange(1, BATCHES + 1)
    assert max(ever_wrong(whole_life(np.full_like(k, 100), k, alpha=ALPHA), so_far)) <= ALPHA


@pytest.mark.parametrize(("a", "b"), [(20, 60), (0.5, 0.5), (0.02, 2)])
def test_a_thousand_lives_of_a_mean(a, b):
    values = 5 + 10 * np.random.default_rng(2).beta(a, b, (LIVES, BATCHES, 20))
    rows = np.full((LIVES, BATCHES), 20)
    course = whole_life(rows, values.sum(axis=2), (values**2).sum(axis=2), alpha=ALPHA, least=5, most=15)
    assert max(ever_wrong(course, 5 + 10 * a / (a + b))) <= ALPHA


def test_squares_make_it_narrower_where_values_vary_little():
    values = np.random.default_rng(3).beta(20, 60, (1, BATCHES, 50))
    rows = np.full((1, BATCHES), 50)
    with_squares = whole_life(rows, values.sum(axis=2), (values**2).sum(axis=2))
    without = whole_life(rows, values.sum(axis=2))
    assert with_squares.high[0, -1] - with_squares.low[0, -1] < 0.5 * (without.high[0, -1] - without.low[0, -1])


def test_known_answers():
    """Against 0.5 the bets on 0 and 1 win nothing from half of each; a life of nothing but 1 is never ruled out."""
    course = whole_life([[100, 0, 900]], [[100, 0, 900]])
    assert course.high[0].tolist() == [1, 1, 1] and course.mean[0].tolist() == [1, 1, 1]
    assert course.low[0, 0] == course.low[0, 1] < course.low[0, 2] < 1
    even = whole_life([100], [50])
    assert even.low[0] == pytest.approx(1 - even.high[0], abs=1e-12) and even.low[0] < 0.5 < even.high[0]


def test_before_the_first_row_nothing_is_known():
    course = whole_life([0, 10], [0, 5])
    assert np.isnan([course.mean[0], course.low[0], course.high[0]]).all() and course.low[1] < 0.5 < course.high[1]
    assert WholeLife(2, 4).bounds() == (2, 4)


def test_batch_by_batch_and_after_a_restart_is_the_same():
    values = np.random.default_rng(4).uniform(-1, 3, (12, 30))
    at_once = whole_life(np.full(12, 30), values.sum(axis=1), (values**2).sum(axis=1), least=-1, most=3)
    life = WholeLife(-1, 3)
    for place, batch in enumerate(values):
        life.fold(np.append(batch, np.nan))
        assert life.bounds() == pytest.approx((at_once.low[place], at_once.high[place]), abs=1e-9)
        life = WholeLife(-1, 3, life.sums)
