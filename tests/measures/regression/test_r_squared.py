from __future__ import annotations

import math

import pytest
from sklearn.datasets import load_diabetes
from sklearn.metrics import r2_score

from shall.measures.regression.r_squared import SUMS, estimate
from shall.testing import cells


@pytest.mark.parametrize("shift", [0.0, 1e4])
def test_real_data_as_scikit_learn_has_it(shift: float) -> None:
    X, y = load_diabetes(return_X_y=True)
    y = y + shift
    guess = 150 + 900 * X[:, 2] + shift
    found = estimate(cells(label=y.tolist(), score=guess.tolist(), kind="regressor", sums=SUMS))
    assert found.value[0] == pytest.approx(r2_score(y, guess), rel=1e-9)
    low, high = found.bounds(0.05)
    assert low[0] < found.value[0] < high[0]


def test_a_constant_target_has_no_variance_to_explain() -> None:
    found = estimate(cells(label=[3.0] * 60, score=[2.0] * 60, kind="regressor", sums=SUMS))
    assert math.isnan(found.value[0])


def test_a_perfect_prediction_shows_nothing_about_rows_not_seen() -> None:
    found = estimate(cells(label=[float(n) for n in range(60)], score=[float(n) for n in range(60)], kind="regressor",
                           sums=SUMS))
    assert found.value.tolist() == [1.0]
    assert found.bounds(0.05)[0].tolist() == [-math.inf]
