"""The special functions, held against scipy."""

from __future__ import annotations

import decimal
import math

import numpy as np
import pytest
from scipy import stats as reference
from scipy.special import betaincinv

from shall.stats import special

ALPHAS = (0.05, 0.0025, 0.05 / 1770, 1e-9)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_normal(alpha):
    z = special.normal_quantile(alpha)
    assert z == pytest.approx(reference.norm.isf(alpha), rel=1e-12)
    assert special.normal_cdf(np.array([-z, 0.0, z])) == pytest.approx(reference.norm.cdf([-z, 0, z]), rel=1e-12)


def test_beta_cdf():
    a, b = (grid.ravel() for grid in np.meshgrid([0.5, 1, 3.7, 50, 1e4, 1e6], [0.5, 1, 8, 900, 1e5]))
    for q in (1e-12, 1e-3, 0.3, 0.5, 0.9, 0.9999):
        x = reference.beta.ppf(q, a, b)
        inside = (x > 1e-250) & (x < 1)
        assert special.beta_cdf(x[inside], a[inside], b[inside]) == pytest.approx(
            reference.beta.cdf(x[inside], a[inside], b[inside]), rel=1e-8)
    assert special.beta_cdf(np.array([-1.0, 0.0, 1.0, 2.0]), 2.0, 3.0).tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("n", [1, 2, 10, 300, 10**5, 10**7, 10**9])
def test_clopper_pearson(n, alpha):
    k = np.unique(np.clip([0, 1, 2, 7, n // 1000, n // 3, n // 2, n - 40, n - 1, n], 0, n)).astype(float)
    low, high = special.clopper_pearson(k, np.full(len(k), float(n)), alpha)
    with np.errstate(invalid="ignore"):
        least = np.where(k > 0, reference.beta.ppf(alpha, k, n - k + 1), 0.0)
        most = np.where(k < n, reference.beta.isf(alpha, k + 1, n - k), 1.0)
    trusted = (k > 7) | (n <= 300)              # elsewhere scipy's inverse is the worse one: see the next test
    assert low == pytest.approx(least, rel=1e-12, abs=0)
    assert high[trusted] == pytest.approx(most[trusted], rel=1e-12, abs=0)


@pytest.mark.parametrize("n", [10**5, 10**7, 10**9])
@pytest.mark.parametrize("alpha", ALPHAS)
def test_few_of_many_against_fifty_digits(n, alpha):
    """Scipy's inverse is off by up to 5e-8 here; ours by 3e-14."""
    with decimal.localcontext() as context:
        context.prec = 50
        for k in (1, 2, 7):
            p = decimal.Decimal(float(special.clopper_pearson(np.array([float(k)]), np.array([float(n)]), alpha)[1][0]))
            ways = sum(math.comb(n, i) * (p / (1 - p)) ** i for i in range(k + 1))
            assert float(((1 - p).ln() * n).exp() * ways / decimal.Decimal(alpha)) == pytest.approx(1, rel=3e-13)


def test_clopper_pearson_solves_its_equation():
    """Where scipy's inverse is less exact than its own tail: the definition itself."""
    k, n = np.array([3.0, 150.0, 4e5]), np.array([10.0, 1e4, 1e6])
    low, high = special.clopper_pearson(k, n, 0.0025)
    assert reference.binom.sf(k - 1, n, low) == pytest.approx(0.0025, rel=1e-9)
    assert reference.binom.cdf(k, n, high) == pytest.approx(0.0025, rel=1e-9)


def test_nothing_known_without_rows():
    low, high = special.clopper_pearson(np.array([0.0]), np.array([0.0]), 0.05)
    assert (low[0], high[0]) == (0, 1)


def test_binomial_tail():
    k = np.arange(-1, 23, dtype=float)
    assert special.binomial_tail(k, 20.0, 0.3) == pytest.approx(reference.binom.sf(k - 1, 20, 0.3), rel=1e-11)


@pytest.mark.parametrize("alpha", [*ALPHAS[:3], 0.24, 0.26, 0.4, 0.5, 0.7])
@pytest.mark.parametrize("df", [1.0, 2.0, 9.0, 199.0, 1e6, math.inf])
def test_student(alpha, df):
    assert special.student_quantile(alpha, df) == pytest.approx(reference.t.isf(alpha, df), rel=1e-9, abs=1e-12)


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_bounds_of_nearly_none_and_nearly_all():
    """A count that is not whole may be as close to 0 or to all as may be: no warning, and bounds between its ends."""
    n = np.array([1.0, 30.0, 1000.0, 1e8])
    for alpha in (0.4, 0.05, 1e-4, 1e-12):
        for gone in (1e-9, 1e-6, 1e-3, 0.01):
            low, high = special.clopper_pearson(gone * np.ones(4), n, alpha)
            far, near = special.clopper_pearson(np.zeros(4), n, alpha)
            assert (low >= 0).all() and (low <= gone / n).all()
            assert (high >= near * (1 - 1e-12)).all() and (far == 0).all()
            low, high = special.clopper_pearson(n - gone * n / 1e4, n, alpha)
            assert (low <= 1 - gone / 1e4).all() and (high >= 1 - gone / 1e4).all() and (high <= 1).all()


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("a", [0.02, 0.05, 0.3])
def test_quantiles_of_shapes_near_none(a):
    for b in (1.0, 30.0, 1e8):
        for q in (0.4, 0.01, 1e-5):
            true = betaincinv(a, b, q)
            found = special.beta_logit_quantile(q, np.array([a]), np.array([b]))[0]
            assert found == pytest.approx(np.log(true / (1 - true)) if true > 1e-300 else -700, rel=1e-8)
