"""Scales: the same as scikit-learn's, categories untouched, constants 0, missing stays missing."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import QuantileTransformer, RobustScaler, StandardScaler

from shall.methods.prepare import scale

DATA = load_breast_cancer()
X = np.where(np.random.default_rng(0).random(DATA.data.shape) < 0.1, np.nan, DATA.data)
NUMBERS = (0,) * X.shape[1]


def theirs(method: str) -> object:
    """Scikit-learn's of the same name."""
    return {"standard": StandardScaler(), "robust": RobustScaler(),
            "quantile": QuantileTransformer(n_quantiles=scale.QUANTILES, output_distribution="normal")}[method]


@pytest.mark.parametrize("method", ["standard", "robust", "quantile"])
def test_it_scales_as_scikit_learn_does(method: str) -> None:
    step = scale.fit(X[:300], DATA.target[:300], NUMBERS, settings={"method": method})
    expected = theirs(method).fit(X[:300]).transform(X)     # type: ignore[attr-defined]
    found, known = step(X), X[:300]
    if method == "quantile":                # it takes equal values at an end for the end, not for the middle
        inside = (np.nanmin(known, axis=0) + 1e-7 < X) & (np.nanmax(known, axis=0) - 1e-7 > X)
        assert inside.mean() > 0.85
        found, expected = found[inside], expected[inside]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_categories_stay_and_a_constant_becomes_0() -> None:
    rows = np.array([[2.0, 5.0, np.nan], [0.0, 5.0, np.nan], [np.nan, 5.0, np.nan], [1.0, 5.0, np.nan]])
    for method in ("standard", "robust", "quantile"):
        found = scale.fit(rows, np.zeros(4), (3, 0, 0), settings={"method": method})(rows)
        np.testing.assert_array_equal(found, np.column_stack([rows[:, 0], np.zeros(4), np.full(4, np.nan)]))


def test_equal_quartiles_fall_back_on_the_standard_deviation() -> None:
    rows = np.append(np.zeros(95), np.arange(1, 6) * 1000.0)[:, None]       # as capital gains are
    found = scale.fit(rows, np.zeros(100), (0,), settings={"method": "robust"})(rows)
    np.testing.assert_allclose(found, rows / rows.std())


def test_ranks_keep_the_order_and_bear_outliers() -> None:
    rows = np.random.default_rng(0).standard_cauchy(2000)[:, None]
    found = scale.fit(rows, np.zeros(2000), (0,), settings={"method": "quantile"})(np.sort(rows, axis=0))[:, 0]
    assert (np.diff(found) >= 0).all()
    assert abs(found.mean()) < 0.01 and abs(found.std() - 1) < 0.05 and np.abs(found).max() < 5.3


def test_ranks_of_equal_values_are_in_their_middle() -> None:
    rows = np.repeat([[0.0], [1.0]], 500, axis=0)
    found = scale.fit(rows, np.zeros(1000), (0,), settings={"method": "quantile"})(np.array([[0.5]]))
    assert found[0, 0] == pytest.approx(0, abs=1e-9)


def test_huge_numbers_stay_finite() -> None:
    rows = np.array([[-1e308], [1e308], [1.7e308]])
    for method in ("standard", "robust", "quantile"):
        assert np.isfinite(scale.fit(rows, np.zeros(3), (0,), settings={"method": method})(rows)).all(), method
