"""Means that are asked for are reached, by the weights nearest to even ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from shall.stats.balancing import balanced, solved


def test_weights_are_those_of_a_general_minimiser() -> None:
    """Least divergence from even weights under the means: Hainmueller (2012), equation 2, by scipy on the weights."""
    chance = np.random.default_rng(0)
    Z, wanted = chance.normal(size=(40, 2)), np.array([0.4, -0.2])
    weight = np.exp(Z @ solved(Z, wanted, 0.0))
    weight /= weight.sum()
    assert weight @ Z == pytest.approx(wanted, abs=1e-6)
    limits = [{"type": "eq", "fun": lambda w: w.sum() - 1}, {"type": "eq", "fun": lambda w: w @ Z - wanted}]
    found = minimize(lambda w: (w * np.log(np.maximum(w, 1e-12) * 40)).sum(), np.full(40, 1 / 40), method="SLSQP",
                     bounds=[(0, 1)] * 40, constraints=limits, options={"maxiter": 500, "ftol": 1e-12})
    assert weight == pytest.approx(found.x, abs=2e-4)


def test_values_of_a_column_are_balanced_one_by_one() -> None:
    chance = np.random.default_rng(0)
    X = np.column_stack([chance.normal(size=3000), chance.choice(3, 3000, p=[0.8, 0.1, 0.1])])
    other = np.column_stack([chance.normal(size=2000), chance.choice(3, 2000, p=[0.3, 0.2, 0.5])])
    weight = balanced(X, other)(X)
    for value in range(3):
        assert np.average(X[:, 1] == value, weights=weight) == pytest.approx((other[:, 1] == value).mean(), abs=0.005)


def test_missing_values_are_balanced_too() -> None:
    chance = np.random.default_rng(0)
    X, other = (np.where(chance.random((2000, 1)) < share, np.nan, chance.normal(size=(2000, 1)))
                for share in (0.1, 0.4))
    weight = balanced(X, other)(X)
    assert np.average(np.isnan(X[:, 0]), weights=weight) == pytest.approx(np.isnan(other[:, 0]).mean(), abs=0.005)


def test_noise_is_not_balanced() -> None:
    """Of 40 columns and their squares that do not differ one in twenty is taken in; rows keep most of their worth."""
    chance = np.random.default_rng(1)
    X, other = chance.normal(size=(2000, 40)), chance.normal(size=(500, 40))
    tilt = balanced(X, other)
    weight = tilt(X)
    assert len(tilt.terms) <= 10 and weight.sum() ** 2 / (weight**2).sum() > 0.9 * 2000


def test_columns_without_a_difference_give_even_weights() -> None:
    assert np.ptp(balanced(np.zeros((100, 2)), np.zeros((60, 2)))(np.zeros((100, 2)))) == 0
