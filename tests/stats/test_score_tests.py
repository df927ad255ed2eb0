"""The score tests: likelihoods maximised by brute force, statsmodels, and another author's corrected intervals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from statsmodels.stats.proportion import confint_proportions_2indep

from shall.stats import score_tests
from shall.stats.proportions import Proportions
from shall.stats.special import normal_quantile

TABLES = [(12, 40, 30, 60), (3, 50, 40, 90), (0, 20, 5, 30), (45, 50, 80, 100), (250, 1000, 700, 3000), (50, 50, 9, 10)]


def log_likelihood(k1, n1, k2, n2, p1, p2):
    pieces = ((k1, p1), (n1 - k1, 1 - p1), (k2, p2), (n2 - k2, 1 - p2))
    return sum(k * np.log(max(p, 1e-300)) for k, p in pieces if k)


def rates(k1, n1, k2, n2):
    return np.array([k1 / n1]), np.array([float(n1)]), np.array([k2 / n2]), np.array([float(n2)])


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(("kind", "at"), [("difference", -0.4), ("difference", -0.05), ("difference", 0.0),
                                          ("difference", 0.2), ("ratio", 0.3), ("ratio", 0.8), ("ratio", 1.25)])
def test_constrained_rates_are_the_likeliest(table, kind, at):
    found1, found2 = (float(p[0]) for p in score_tests.constrained(kind, rates(*table), np.array([at])))

    def first(p2):
        return p2 + at if kind == "difference" else p2 * at

    low, high = (max(0.0, -at), min(1.0, 1 - at)) if kind == "difference" else (0.0, min(1.0, 1 / at))
    best = minimize_scalar(lambda p2: -log_likelihood(*table, first(p2), p2), bounds=(low, high), method="bounded",
                           options={"xatol": 1e-12})
    assert found1 == pytest.approx(first(found2), abs=1e-9)
    assert log_likelihood(*table, found1, found2) >= -best.fun - 1e-8
    assert found2 == pytest.approx(best.x, abs=2e-5)


@pytest.mark.parametrize("table", [table for table in TABLES if 5 <= table[0] <= table[1] - 5])
def test_ratio_is_that_of_statsmodels_without_our_corrections(table, monkeypatch):
    monkeypatch.setattr(score_tests, "LATTICE", 0.0)
    monkeypatch.setattr(score_tests, "GART_NAM", 0.0)
    k1, n1, k2, n2 = table
    ours = Proportions(np.array([k1, k2]), np.array([n1, n2])).ratio(np.array([0]), np.array([1]), 0.05)
    theirs = confint_proportions_2indep(k1, n1, k2, n2, method="score", compare="ratio", correction=True, alpha=0.1)
    assert [float(end[0]) for end in ours] == pytest.approx(theirs, rel=1e-8)


@pytest.mark.parametrize("kind", ["difference", "ratio"])
@pytest.mark.parametrize("alpha", [0.05, 0.0025, 0.05 / 1770])
@pytest.mark.parametrize("table", [(12, 40, 30, 60), (250, 1000, 700, 3000), (45, 55, 80, 100)])
def test_bounds_are_where_the_test_turns(kind, alpha, table):
    k1, n1, k2, n2 = table
    low, high = getattr(Proportions(np.array([k1, k2]), np.array([n1, n2])), kind)(np.array([0]), np.array([1]), alpha)
    z = normal_quantile(alpha)
    for end, bound in (("low", low), ("high", high)):
        assert score_tests.beyond(kind, end, rates(*table), bound - 1e-9, z)[0]
        assert not score_tests.beyond(kind, end, rates(*table), bound + 1e-9, z)[0]


def test_bounds_go_over_into_the_normal():
    low, high = Proportions(np.array([400_000, 600_000]), np.array([10**6, 10**6])).difference(
        np.array([1]), np.array([0]), 0.05)
    reach = normal_quantile(0.05) * np.sqrt(2 * 0.24 / 10**6)
    assert (low[0], high[0]) == pytest.approx((0.2 - reach, 0.2 + reach), abs=2e-6)
