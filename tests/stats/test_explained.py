"""What is explained of a score, against what a large world says."""

from __future__ import annotations

import numpy as np
import pytest

from shall.stats import Explained
from tests.stats import worlds

QUICK, FULL = 600, 2000
ALPHAS, LEEWAY = (0.05, 0.01), {0.05: 1.25, 0.01: 2.0}


def drawn(chance, count, rows, slope, bins=8):
    place = chance.integers(0, bins, (count, rows))
    score = 1 / (1 + np.exp(-(chance.normal(-0.5, 1, (count, rows)) + slope * (place / (bins - 1) - 0.5))))
    where = (place + np.arange(count)[:, None] * bins).ravel()
    return Explained(*(np.bincount(where, (score**power).ravel(), count * bins).reshape(count, bins)
                       for power in range(5)))


def check(rows, slope, count):
    chance = np.random.default_rng(rows)
    true = drawn(chance, 1, 2_000_000, slope).value[0] if slope else 0.0
    family = drawn(chance, count, rows, slope)
    for alpha in ALPHAS:
        assert max(worlds.wrong(family, true, alpha)) <= worlds.allowed(alpha, count, LEEWAY[alpha])


@pytest.mark.parametrize(("rows", "slope"), [(200, 0.0), (200, 1.0), (2000, 0.3), (2000, 3.0)])
def test_bounds(rows, slope):
    check(rows, slope, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("slope", [0.0, 0.1, 0.3, 1.0, 3.0, 8.0])
@pytest.mark.parametrize("rows", [60, 200, 1000, 5000])
def test_bounds_fully(rows, slope):
    check(rows, slope, FULL)


def test_noise_is_taken_out():
    still = drawn(np.random.default_rng(0), QUICK, 300, 0.0)
    raw = 1 - (1 - still.value) * (300 - 8) / 299
    assert raw[still.value > 0].mean() > 0.02
    unclipped = 1 - (1 - still._moments[2]) * 299 / (300 - 8)
    assert still._moments[2].mean() == pytest.approx(7 / 299, rel=0.1) and abs(unclipped.mean()) < 0.003


def test_the_influence_of_a_row_is_what_it_moves():
    chance = np.random.default_rng(1)
    place, score = chance.integers(0, 4, 500), chance.random(500)
    score = (score + place / 4) / 2

    def plug_in(weights):
        sums = [np.bincount(place, weights * score**power, 4)[None] for power in range(5)]
        return Explained(*sums), Explained(*sums)._moments[2][0]

    family, usual = plug_in(np.ones(500))
    moved = [(plug_in(np.ones(500) + 1e-6 * (np.arange(500) == row))[1] - usual) / 1e-6 * 500 for row in range(500)]
    assert family._spread()[0] == pytest.approx(np.mean(np.square(moved)), rel=1e-3)


def test_a_constant_score_says_nothing_and_a_constant_feature_explains_nothing():
    same = Explained(*(np.array([[5.0, 5.0]]) * 0.3**power for power in range(5)))
    assert np.isnan(same.value[0]) and [end[0] for end in same.bounds(0.05)] == [0, 1]
    score = np.linspace(0, 1, 50)
    one = Explained(*(np.array([[(score**power).sum()]]) for power in range(5)))
    assert one.value[0] == 0
