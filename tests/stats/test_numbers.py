"""Means of any numbers, and the share of a variance: how often the bounds are wrong."""

from __future__ import annotations

import numpy as np
import pytest

from shall.stats import Averaged, Determination, Numbers, Proportions
from tests.stats import worlds

WORLDS = 2000
SHAPES = {
    "normal": (lambda chance, size: chance.normal(3, 1, size), 3.0, 3.0**2 + 1),
    "exponential": (lambda chance, size: chance.exponential(1, size), 1.0, 2.0),
    "lognormal": (lambda chance, size: chance.lognormal(0, 0.8, size), np.exp(0.32), np.exp(1.28)),
    "large": (lambda chance, size: chance.normal(0, 1e9, size), 0.0, 1e18),
}


def numbers(values, root=False):
    if root:
        values = values**2
    n = np.full(len(values), float(values.shape[1]))
    return Numbers(values.sum(axis=1), (values**2).sum(axis=1), (values**3).sum(axis=1), n, n, root=root)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("n", [50, 200, 1000])
@pytest.mark.parametrize(("alpha", "leeway"), [(0.05, 1.4), (0.0025, 3.0)])
def test_means(shape, n, alpha, leeway):
    draw, true, _ = SHAPES[shape]
    family = numbers(draw(np.random.default_rng(n), (WORLDS, n)))
    assert max(worlds.wrong(family, true, alpha)) <= worlds.allowed(alpha, WORLDS, leeway)


@pytest.mark.parametrize("shape", ["normal", "exponential"])
@pytest.mark.parametrize("n", [50, 200, 1000])
def test_roots(shape, n):
    draw, _, square = SHAPES[shape]
    family = numbers(draw(np.random.default_rng(n), (WORLDS, n)), root=True)
    assert max(worlds.wrong(family, np.sqrt(square), 0.05)) <= worlds.allowed(0.05, WORLDS, 1.8)


def determination(y, guess):
    u = (guess - y) ** 2
    sums = [y, y**2, y**3, y**4, u, u**2, u * y, u * y**2, np.ones_like(y), np.ones_like(y)]
    return Determination(*(part.sum(axis=1) for part in sums))


@pytest.mark.parametrize("noise", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("n", [50, 200, 1000])
def test_shares_of_a_variance(noise, n):
    chance = np.random.default_rng(n)
    guess = chance.normal(5, 1, (WORLDS, n))
    y = guess + chance.normal(0, noise, (WORLDS, n))
    family = determination(y, guess)
    assert max(worlds.wrong(family, 1 - noise**2 / (1 + noise**2), 0.05)) <= worlds.allowed(0.05, WORLDS, 1.6)


def test_few_rows_say_nothing():
    low, high = numbers(np.random.default_rng(0).normal(size=(3, 49))).bounds(0.05)
    assert (low == -np.inf).all() and (high == np.inf).all()


def test_a_constant_target_is_not_available():
    family = determination(np.full((1, 30), 2.0), np.full((1, 30), 3.0))
    assert np.isnan(family.value).all()


@pytest.mark.parametrize("apart", [True, False])
def test_averages_of_rates(apart):
    chance = np.random.default_rng(0)
    rates = np.array([0.95, 0.8, 0.6, 0.9])
    rows = np.array([40, 100, 300, 25])
    families = [Proportions(chance.binomial(n, rate, WORLDS), np.full(WORLDS, n))
                for n, rate in zip(rows, rates, strict=True)]
    average = Averaged(tuple(families), np.full((4, WORLDS), 0.25), apart)
    low, high = worlds.wrong(average, rates.mean(), 0.05)
    assert max(low, high) <= worlds.allowed(0.05, WORLDS)
    if apart:
        assert max(low, high) >= 0.01, "not wider than it must be"
