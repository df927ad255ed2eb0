"""Slope and intercept against statsmodels; the bounds of the intercept."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from shall.stats import InTheLarge, Smooth, slope
from tests.stats import worlds

ALPHA, WORLDS = 0.05, 500
PLACES = np.linspace(0.03, 0.96, 12)


def logit(score):
    return np.log(score / (1 - score))


def rows(seed, groups=4, most=30):
    return np.random.default_rng(seed).integers(0, most, (groups, 2, 12))


def test_both_are_those_of_statsmodels():
    counts = rows(0)
    total = counts.sum(axis=1) * PLACES
    ours = Smooth(counts, slope, (-np.inf, np.inf), total)
    large = InTheLarge(counts, total)
    for group in range(4):
        both = counts[group, ::-1].T                        # positives, negatives
        binomial = sm.families.Binomial()
        free = sm.GLM(both, sm.add_constant(logit(PLACES)), family=binomial).fit(tol=1e-14)
        assert ours.value[group] == pytest.approx(free.params[1], rel=1e-9)
        fixed = sm.GLM(both, np.ones((12, 1)), family=binomial, offset=logit(PLACES)).fit(tol=1e-14)
        assert large.value[group] == pytest.approx(fixed.params[0], rel=1e-9)


def test_the_variance_is_that_of_the_sandwich():
    counts = rows(1, 1)
    label = np.repeat(np.tile([0, 1], 12), counts[0].T.ravel())
    place = np.repeat(logit(PLACES), counts[0].sum(axis=0))
    fitted = sm.GLM(label, sm.add_constant(place), family=sm.families.Binomial()).fit(tol=1e-14, cov_type="HC0")
    family = Smooth(counts, slope, (-np.inf, np.inf), counts.sum(axis=1) * PLACES)
    variance = (counts * family.influence**2).sum() / counts.sum() ** 2
    assert np.sqrt(variance) == pytest.approx(fitted.bse[1], rel=1e-8)


@pytest.mark.parametrize("labels", [
    ([3, 0, 0], [0, 0, 4]),                                 # told apart
    ([3, 2, 0], [0, 2, 4]),                                 # told apart but for one place
    ([0, 7, 0], [0, 5, 0]),                                 # one score
    ([3, 4, 5], [0, 0, 0]),                                 # one class
])
def test_what_has_no_best_slope_is_not_available(labels):
    counts = np.array([labels])
    family = Smooth(counts, slope, (-np.inf, np.inf), counts.sum(axis=1) * np.array([0.2, 0.5, 0.8]))
    assert np.isnan(family.value[0])
    assert [end[0] for end in family.bounds(ALPHA)] == [-np.inf, np.inf]


def drawn(chance, n, mean, shift, count):
    """Scores around a mean, labels shifted on the logit."""
    places = 1 / (1 + np.exp(-(logit(mean) + np.linspace(-2, 2, 9))))
    one = 1 / (1 + np.exp(-(logit(places) + shift)))
    cells = np.stack([1 - one, one]) / 9
    counts = chance.multinomial(n, cells.ravel(), size=count).reshape(count, 2, 9)
    return InTheLarge(counts, counts.sum(axis=1) * places), shift


@pytest.mark.parametrize("shift", [0.0, 0.7])
@pytest.mark.parametrize("mean", [0.01, 0.1, 0.5, 0.99])
@pytest.mark.parametrize("n", [5, 20, 100, 1000, 10_000])
def test_bounds_of_the_intercept(n, mean, shift):
    family, true = drawn(np.random.default_rng(n), n, mean, shift, WORLDS)
    for alpha in (0.05, 0.0025):
        assert max(worlds.wrong(family, true, alpha)) <= worlds.allowed(alpha, WORLDS)


def test_one_rare_event_proves_nothing():
    """5 rows of score 0.01 and one positive: the chance of that is 0.05."""
    family = InTheLarge(np.array([[[4], [1]]]), np.array([[0.05]]))
    assert family.value[0] == pytest.approx(logit(0.2) - logit(0.01))
    assert family.bounds(0.0489)[0][0] < 0 < family.bounds(0.0491)[0][0]
    assert [end[0] for end in InTheLarge(np.array([[[5], [0]]]), np.array([[0.05]])).bounds(0.05)] == [-np.inf, np.inf]
    assert family.scaled(np.array([3.0])).value[0] == pytest.approx(family.value[0])
    assert len(family.concat(family).value) == 2
