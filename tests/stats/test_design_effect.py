"""What rows of units are worth, by hand; and the bounds of drift where rows of a household are alike, by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as laws

from shall.stats import Divergence, JensenShannon, Transport, jackknifed
from shall.stats.design_effect import DesignEffect
from tests.stats import worlds

BUCKETS, PLACES = 200, (np.arange(20) + 0.5) / 20
STILL, MOVED = (np.diff(law.cdf(np.linspace(0, 1, 21))) for law in (laws.beta(2, 3), laws.beta(2.4, 3)))
KINDS = {"index": Divergence, "jensen-shannon": JensenShannon, "transport": Transport}
UNITS = [(1, 1, 1.0), (3, 3, 1.0), (3, 1, 1.0), (1, 3, 1.0), (10, 10, 0.5)]     # of the sample, of the reference; alike
ALPHAS = (0.05, 0.01)
QUICK, FULL = 300, 3000


def family(kind, now, then):
    """Of counts [worlds, B]; bins of two places for what is no transport."""
    if kind == "transport":
        return Transport(now, then, np.tile(PLACES, (len(now), 1)))
    return KINDS[kind](*(part.reshape(len(part), 10, 2).sum(axis=2) for part in (now, then)))


def without(kind, now, then):
    """The family of both samples [worlds, buckets, B], rows of a bucket deleted from both at a time."""
    whole, old = now.sum(axis=1), then.sum(axis=1)
    left = (family(kind, whole - now[:, bucket], old - then[:, bucket]) for bucket in range(now.shape[1]))
    return jackknifed(family(kind, whole, old), left, (now.sum(axis=2) > 0).sum(axis=1))


def truth(kind, share):
    """Of very many rows."""
    many = family(kind, share[None] * 1e12, STILL[None] * 1e12)
    return float(many.plug_in[0])


def drawn(chance, share, rows, units, count):
    """Both samples by bucket, so many worlds: ``units`` are the rows of a unit of either, and how alike they are."""
    *each, alike = units
    return [worlds.in_buckets(chance, law, (count, n), unit, alike) for law, n, unit in
            zip((share, STILL), rows, each, strict=True)]


def check(share, rows, units, count, seed=0):
    """How often the bounds of each kind are wrong."""
    step = min(count, 3_000_000 // max(rows))
    found = {(kind, alpha): [] for kind in KINDS for alpha in ALPHAS}
    chance = np.random.default_rng([seed, *rows, *units[:2]])
    for _ in range(0, count, step):
        samples = drawn(chance, share, rows, units, step)
        for kind in KINDS:
            some, true = without(kind, *samples), truth(kind, share)
            for alpha in ALPHAS:
                low, high = some.bounds(alpha)
                found[kind, alpha].append([np.mean(low > true + 1e-9), np.mean(high < true)])
    for (kind, alpha), parts in found.items():
        assert np.mean(parts, axis=0).max() <= worlds.allowed(alpha, step * len(parts)), (kind, alpha)


@pytest.mark.parametrize("share", [STILL, MOVED], ids=["still", "moved"])
@pytest.mark.parametrize("units", UNITS)
def test_bounds_of_drift_in_households(units, share):
    """Of rows taken as alone up to 95 % of still worlds were called drift, most where the reference has households."""
    check(share, (600, 900), units, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("share", [STILL, MOVED], ids=["still", "moved"])
@pytest.mark.parametrize("alike", [0.5, 1.0])
@pytest.mark.parametrize("units", [(2, 2), (3, 3), (10, 10), (3, 1), (1, 3), (10, 1), (1, 10)])
@pytest.mark.parametrize("rows", [(300, 300), (3000, 3000), (3000, 30_000), (30_000, 30_000)])
def test_bounds_of_drift_in_households_fully(rows, units, alike, share):
    check(share, rows, (*units, alike), FULL)


def test_households_that_are_alike_say_as_much_as_one_of_each():
    """Bounds of 3,000 rows in threes are about those of 1,000 alone, and drift is seen about as often."""
    chance = np.random.default_rng(4)
    threes, alone = (drawn(chance, MOVED, (1000 * each,) * 2, (each, each, 1.0), QUICK) for each in (3, 1))
    for kind in KINDS:
        households, rows = without(kind, *threes), family(kind, *(part.sum(axis=1) for part in alone))
        assert households.value.mean() == pytest.approx(rows.value.mean(), rel=0.15)
        for known, wanted in zip(households.bounds(0.05), rows.bounds(0.05), strict=True):
            assert known.mean() == pytest.approx(wanted.mean(), rel=0.15, abs=0.01)
        assert (households.bounds(0.05)[0] > 0).mean() > (rows.bounds(0.05)[0] > 0).mean() - 0.06


def test_what_rows_are_worth_by_hand():
    """Four buckets of ten rows in two places: alike in each of a first group, half and half in each of a second."""
    rows = np.array([[[10, 0], [5, 5]], [[0, 10], [5, 5]], [[10, 0], [5, 5]], [[0, 10], [5, 5]]], dtype=float)
    whole = rows.sum(axis=0)
    effect = DesignEffect(whole / 40, whole.sum(axis=1))
    for one in rows:
        effect.add(whole - one, (whole - one).sum(axis=1))
    assert effect.buckets.tolist() == [4, 4]
    noise, single = 4 * 5**2 / 40**2, 1 / 4                 # each bucket holds 5 more or less than its share
    wanted = (0.25 / 40) / (noise / (1 - single))
    assert effect.worth(np.ones((2, 2))) == pytest.approx([wanted, 4 / 40])     # nothing tells: buckets count as rows


@pytest.mark.parametrize("kind", [Divergence, JensenShannon])
def test_shares_that_happen_to_be_equal_are_no_wider(kind):
    """There the delta method has no variance, and replicates have some."""
    now, then = np.random.default_rng(6).integers(3, 9, (2, 1, BUCKETS, 2))
    now[:, 0] += 100 - now.sum(axis=1) + np.array([600, 600])
    then[:, 0] += 100 - then.sum(axis=1) + np.array([600, 600])
    whole, old = now.sum(axis=1), then.sum(axis=1)
    assert whole.tolist() == old.tolist()
    left = [kind(whole - now[:, bucket], old - then[:, bucket]) for bucket in range(BUCKETS)]
    found = jackknifed(kind(whole, old), left, np.array([BUCKETS]))
    assert found.bounds(0.05)[1][0] <= 1.1 * found.base.shrunk(found.worth).bounds(0.05)[1][0]


def test_samples_of_which_the_units_say_nothing():
    chance = np.random.default_rng(3)
    now, then = drawn(chance, STILL, (600, 600), (3, 3, 1.0), 2)
    few = np.zeros_like(then)
    few[:, :5] = then[:, :50].reshape(2, 5, 10, 20).sum(axis=2)                 # a reference of five buckets
    for kind in KINDS:
        low, high = without(kind, now, few).bounds(0.05)
        assert (low == 0).all() and (high == (1.0 if kind == "jensen-shannon" else np.inf)).all()
        both = without(kind, now, then)
        twice = both.concat(both)
        np.testing.assert_array_equal(twice.bounds(0.05)[1], np.tile(both.bounds(0.05)[1], 2))
        assert (both.scaled(np.full(2, 4.0)).bounds(0.05)[1] <= both.bounds(0.05)[1]).all()
        low, high = both.difference(np.array([0]), np.array([1]), 0.05)
        assert low[0] <= both.value[0] - both.value[1] <= high[0]
