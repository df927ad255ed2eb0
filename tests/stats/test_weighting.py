"""Weighted rows: how often the bounds are wrong, with weights that know nothing of the outcome and some that do."""

from __future__ import annotations

import numpy as np
import pytest

from shall.stats import Auc, Means, Proportions, weighted
from tests.stats import worlds

WORLDS = 2000
ALPHA = 0.05
# A weight for each row, given a standard normal that may go with the outcome.
WEIGHTS = {
    "survey": lambda chance, hidden: chance.uniform(0.5, 3, hidden.shape),
    "heavy": lambda chance, hidden: np.exp(chance.normal(0, 0.8, hidden.shape)),
    "of the outcome": lambda chance, hidden: np.exp(0.5 * hidden),
}


def powers(w, *arrays):
    """Each array's sums with weights to the power 1, 2 and 0."""
    return [[(w**power * array).sum(axis=1) for array in arrays] for power in (1, 2, 0)]


def wrongly(family, true):
    return worlds.wrong(family, true, ALPHA)


@pytest.mark.parametrize("kind", WEIGHTS)
@pytest.mark.parametrize(("n", "share"), [(100, 0.5), (400, 0.1), (400, 0.9), (2000, 0.03)])
def test_rates(kind, n, share):
    chance = np.random.default_rng(n)
    hidden = chance.normal(size=(WORLDS, n))
    happens = (hidden > np.quantile(np.random.default_rng(0).normal(size=10**6), 1 - share)).astype(float)
    w = WEIGHTS[kind](chance, hidden)
    once, squares, counted = (Proportions(*sums) for sums in powers(w, happens, np.ones_like(w)))
    tail = np.exp(0.125)                                    # mean weight, where it goes with the outcome
    true = share if kind != "of the outcome" else float(worlds.norm.sf(worlds.norm.isf(share) - 0.5))
    assert tail > 1
    low, high = wrongly(weighted(once, squares, counted), true)
    assert max(low, high) <= worlds.allowed(ALPHA, WORLDS, 1.35)


@pytest.mark.parametrize("kind", ["survey", "heavy"])
@pytest.mark.parametrize("n", [150, 1000])
def test_means(kind, n):
    chance = np.random.default_rng(n)
    w = WEIGHTS[kind](chance, chance.normal(size=(WORLDS, n)))
    x = chance.beta(1, 3, (WORLDS, n))
    once, squares, counted = (Means(*sums) for sums in powers(w, x, x**2, np.ones_like(w)))
    low, high = wrongly(weighted(once, squares, counted), 0.25)
    assert max(low, high) <= worlds.allowed(ALPHA, WORLDS, 1.35)


@pytest.mark.parametrize("kind", ["survey", "heavy"])
def test_areas(kind):
    chance = np.random.default_rng(1)
    n, cells, world_count = 400, 50, 500
    label = np.tile(np.arange(n) % 4 == 0, (world_count, 1))
    place = np.clip(((chance.normal(size=label.shape) + label) + 3) / 7 * cells, 0, cells - 1).astype(int)
    w = WEIGHTS[kind](chance, chance.normal(size=label.shape))
    families = []
    for power in (1, 2, 0):
        sums = np.zeros((2, world_count, cells))
        for world in range(world_count):
            for side in (0, 1):
                kept = label[world] == side
                sums[side, world] = np.bincount(place[world, kept], weights=w[world, kept]**power, minlength=cells)
        families.append(Auc(sums[1], sums[0]))
    edges = np.arange(1, cells) * 7 / cells - 3
    one, zero = (np.diff(np.concatenate([[0], worlds.norm.cdf(edges - middle), [1]])) for middle in (1, 0))
    true = float((one * (np.cumsum(zero) - zero / 2)).sum())
    low, high = wrongly(weighted(*families), true)
    assert max(low, high) <= worlds.allowed(ALPHA, world_count, 1.35)


def test_rows_of_one_weight_are_worth_the_rows():
    sums = ((6.0, 20.0), (12.0, 40.0), (3, 10))
    once, squares, counted = (Proportions(np.array([k]), np.array([n])) for k, n in sums)
    plain = Proportions(np.array([3]), np.array([10]))
    np.testing.assert_allclose(weighted(once, squares, counted).bounds(0.05), plain.bounds(0.05))


def test_no_weight_at_all_is_no_value():
    nothing = Proportions(np.zeros(1), np.zeros(1))
    found = weighted(nothing, nothing, Proportions(np.array([3]), np.array([10])))
    assert np.isnan(found.value).all()
    assert found.bounds(0.05) == (0.0, 1.0)
