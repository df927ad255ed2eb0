from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.metrics import mean_absolute_error

from shall.measures.regression.mean_absolute_error import SUMS, estimate
from shall.testing import cells


def test_known_answer_by_group() -> None:
    found = estimate(cells(label=[1.0, 2.0, None, 4.0], score=[2.0, 4.0, 9.0, 4.0], sex=["F", "F", "F", "M"],
                           by=["sex"], kind="regressor", sums=SUMS))
    assert found.value.tolist() == [1.5, 0.0]
    assert found.n.tolist() == [2, 1]


def test_real_data_as_scikit_learn_has_it() -> None:
    X, y = load_diabetes(return_X_y=True)
    guess = 150 + 900 * X[:, 2]
    found = estimate(cells(label=y.tolist(), score=guess.tolist(), kind="regressor", sums=SUMS))
    assert found.value[0] == pytest.approx(mean_absolute_error(y, guess), rel=1e-12)
    low, high = found.bounds(0.05)
    error = np.abs(y - guess)
    assert high[0] - low[0] == pytest.approx(2 * 1.645 * error.std() / len(y) ** 0.5, rel=0.1)


def test_an_infinite_prediction_is_no_prediction() -> None:
    found = estimate(cells(label=[1.0, 1.0], score=[float("inf"), 3.0], kind="regressor", sums=SUMS))
    assert (found.value.tolist(), found.n.tolist()) == ([2.0], [1])
