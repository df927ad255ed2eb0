from __future__ import annotations

import pytest
from sklearn.datasets import load_diabetes
from sklearn.metrics import root_mean_squared_error

from shall.measures.regression.root_mean_squared_error import SUMS, estimate
from shall.testing import cells


def test_real_data_as_scikit_learn_has_it() -> None:
    X, y = load_diabetes(return_X_y=True)
    guess = 150 + 900 * X[:, 2]
    found = estimate(cells(label=y.tolist(), score=guess.tolist(), kind="regressor", sums=SUMS))
    assert found.value[0] == pytest.approx(root_mean_squared_error(y, guess), rel=1e-12)
    low, high = found.bounds(0.05)
    assert low[0] < found.value[0] < high[0]


def test_no_row_is_no_value() -> None:
    found = estimate(cells(label=[None, 1.0], score=[1.0, None], kind="regressor", sums=SUMS))
    assert found.value != found.value
    assert [bound.tolist() for bound in found.bounds(0.05)] == [[0.0], [float("inf")]]
