"""Quality that is estimated before labels come: in simulated worlds the bounds hold what is true."""

from __future__ import annotations

import numpy as np
import pytest

from shall.stats import Estimated
from shall.stats.estimated import TERMS, Places
from tests.stats import worlds

QUICK, FULL, BINS, THRESHOLD = 400, 1500, 10, 0.5
ALPHAS, LEEWAY = (0.05, 0.01), {0.05: 1.25, 0.01: 2.0}


def scored(chance, shape, mean, slope):
    """Scores, and how likely each is to be positive: calibrated where the slope is 1."""
    z = chance.normal(mean, 1.3, shape)
    return 1 / (1 + np.exp(-z)), 1 / (1 + np.exp(-slope * z))


def placed(score, positive, edges):
    bins = np.searchsorted(edges, score) + BINS * (score >= THRESHOLD)
    where = (bins + np.arange(len(score))[:, None] * 2 * BINS).ravel()
    return Places(*(np.bincount(where, weights.ravel(), len(score) * 2 * BINS).reshape(len(score), -1)
                    for weights in (np.ones_like(score), positive.astype(float), score)))


def true_of(what, chance, mean, slope):
    score, p = scored(chance, 2_000_000, mean, slope)
    chosen = (score >= THRESHOLD).astype(int)
    (top, bottom) = (np.array(part)[chosen] for part in TERMS[what])
    return (top[:, 0] * p + top[:, 1]).sum() / (bottom[:, 0] * p + bottom[:, 1]).sum()


def drawn(chance, count, rows, shift, slope, *, labelled=0, now_slope=None):
    """What a reference of so many rows and so many rows now say; some of these may be labelled."""
    there, p = scored(chance, (count, rows[0]), -0.3, slope)
    here, now_p = scored(chance, (count, rows[1]), -0.3 + shift, slope if now_slope is None else now_slope)
    edges = np.quantile(there, np.linspace(0, 1, BINS + 1)[1:-1])
    then = placed(there, chance.random(p.shape) < p, edges)
    checked = placed(here[:, :labelled], (chance.random(now_p.shape) < now_p)[:, :labelled], edges)
    return placed(here, np.zeros_like(here), edges), then, checked


def check(what, rows, shift, slope, count):
    chance = np.random.default_rng(rows[0])
    family = Estimated(what, *drawn(chance, count, rows, shift, slope), 0.05)
    true = true_of(what, chance, -0.3 + shift, slope)
    for alpha in ALPHAS:
        assert max(worlds.wrong(family, true, alpha)) <= worlds.allowed(alpha, count, LEEWAY[alpha])
    assert np.nanmean(family.value) == pytest.approx(true, abs=0.01)


@pytest.mark.parametrize("what", TERMS)
def test_bounds_where_scores_are_not_calibrated_and_others_come_now(what):
    check(what, (600, 400), -0.5, 0.5, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("what", TERMS)
@pytest.mark.parametrize("slope", [0.5, 1.0])
@pytest.mark.parametrize("shift", [-0.8, 0.0, 0.5])
@pytest.mark.parametrize("rows", [(200, 200), (1000, 300), (2000, 5000)])
def test_bounds_fully(what, rows, shift, slope):
    check(what, rows, shift, slope, FULL)


def test_the_check_lets_a_stable_world_pass_and_stops_one_whose_scores_mean_something_else():
    chance = np.random.default_rng(1)
    still = Estimated("accuracy", *drawn(chance, QUICK, (2000, 1000), 0.3, 1.0, labelled=500), 0.05)
    assert np.isnan(still.value).mean() <= 0.005
    turned = Estimated("accuracy", *drawn(chance, QUICK, (2000, 1000), 0.3, 1.0, labelled=500, now_slope=0.0), 0.05)
    assert np.isnan(turned.value).mean() >= 0.99 and (turned.n == 0).mean() >= 0.99
    unseen = Estimated("accuracy", *drawn(chance, QUICK, (2000, 1000), 0.3, 1.0, now_slope=0.0), 0.05)
    assert not np.isnan(unseen.value).any()             # without labels nobody can know


def test_a_place_that_the_reference_does_not_know_makes_bounds_wide_and_too_many_make_no_estimate():
    then = Places(*(np.array([[row, row]]) for row in (0.0, 0.0, 0.0)))
    then = then._replace(rows=np.array([[0.0, 1000.0]]), k=np.array([[0.0, 800.0]]), score=np.array([[0.0, 800.0]]))
    none = Places(*(np.zeros((1, 2)),) * 3)
    widths = []
    for strange in (0.0, 50.0, 200.0):
        now = Places(np.array([[strange, 1000.0]]), np.zeros((1, 2)), np.array([[strange * 0.2, 800.0]]))
        family = Estimated("accuracy", now, then, none, 0.05)
        low, high = family.bounds(0.05)
        widths.append(high[0] - low[0])
    assert widths[1] > widths[0] + 0.9 * 50 / 1050 and np.isnan(family.value[0]) and widths[2] == 1
