"""Wasserstein distance: against scipy, and how often its bounds are wrong."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as laws

from shall.stats import Transport
from tests.stats import worlds

ALPHA, WORLDS = 0.05, 300
WORLD = {"still": (laws.beta(2, 3), laws.beta(2, 3)), "moved": (laws.beta(2.4, 3), laws.beta(2, 3)),
         "spread": (laws.beta(1, 1.5), laws.beta(2, 3)), "skewed": (laws.lognorm(1, scale=1.2), laws.lognorm(1)),
         "skewed, still": (laws.lognorm(1), laws.lognorm(1))}


def drawn(chance, world, n, m, count, cells=200):
    """A family of worlds, and the true distance in standard deviations of each reference sample."""
    now, then = WORLD[world]
    edges = np.linspace(*((0, 1) if then.support()[1] == 1 else (0, 60)), cells + 1)
    places = (edges[1:] + edges[:-1]) / 2
    p, q = (np.diff(law.cdf(edges)) / np.diff(law.cdf(edges)).sum() for law in (now, then))
    family = Transport(chance.multinomial(n, p, size=count), chance.multinomial(m, q, size=count),
                       np.tile(places, (count, 1)))
    return family, np.abs(np.cumsum(p - q)[:-1]) @ np.diff(places) / family._scale


def check(world, n, m, count):
    family, true = drawn(np.random.default_rng(n), world, n, m, count)
    for alpha in (0.05, 0.0025):
        low, high = family.bounds(alpha)
        assert max(np.mean(low > true + 1e-12), np.mean(high < true)) <= worlds.allowed(alpha, count)


@pytest.mark.parametrize("world", WORLD)
@pytest.mark.parametrize(("n", "m"), [(20, 20), (100, 10_000), (1000, 1000)])
def test_bounds(world, n, m):
    check(world, n, m, WORLDS)


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLD)
@pytest.mark.parametrize(("n", "m"), [(5, 100), (20, 20), (20, 10_000), (100, 100), (1000, 1000), (10_000, 10_000)])
def test_bounds_fully(world, n, m):
    check(world, n, m, 5000)


def test_the_plug_in_is_that_of_scipy():
    chance = np.random.default_rng(0)
    places = np.sort(chance.normal(0, 5, 40))
    counts, reference = chance.integers(0, 5, (3, 40)), chance.integers(0, 9, (3, 40))
    family = Transport(counts, reference, np.tile(places, (3, 1)))
    for group in range(3):
        x, y = np.repeat(places, counts[group]), np.repeat(places, reference[group])
        wanted = laws.wasserstein_distance(x, y) / y.std(ddof=1)
        assert family.plug_in[group] == pytest.approx(wanted, rel=1e-12)
        assert 0 <= family.value[group] <= family.plug_in[group]


def test_noise_is_taken_out_and_bounds_close_in():
    still, _ = drawn(np.random.default_rng(1), "still", 300, 300, 400)
    assert still.plug_in.mean() > 0.08 and still.value.mean() < 0.45 * still.plug_in.mean()
    moved, true = drawn(np.random.default_rng(1), "moved", 10**6, 10**6, 10)
    low, high = moved.bounds(ALPHA)
    assert np.all(high - low < 0.05 * true) and moved.value == pytest.approx(true, rel=0.02)


def test_what_cannot_be_told():
    places = np.tile(np.arange(3.0), (4, 1))
    counts = np.array([[0, 0, 0], [5, 5, 5], [5, 5, 5], [40, 0, 0]])
    reference = np.array([[9, 9, 9], [0, 0, 0], [0, 30, 0], [0, 20, 20]])
    family = Transport(counts, reference, places)
    assert np.isnan(family.value).tolist() == [True, True, True, False]
    assert family.value[3] == pytest.approx(1.5 / np.std([1] * 20 + [2] * 20, ddof=1))     # far apart: no noise
    assert [[end[group] for end in family.bounds(ALPHA)] for group in range(3)] == [[0, np.inf]] * 3
    few = Transport(counts[3:] // 8, reference[3:], places[:1])
    assert [end[0] for end in few.bounds(ALPHA)] == [0, np.inf]
    wide = family.concat(Transport(np.array([[1, 2]]), np.array([[2, 1]]), np.array([[0.0, 7.0]])))
    assert wide.at[4].tolist() == [0, 7, 7] and wide.counts[4].tolist() == [1, 2, 0]
