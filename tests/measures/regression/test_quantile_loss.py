from __future__ import annotations

import pytest
from sklearn.datasets import load_diabetes
from sklearn.metrics import mean_pinball_loss

from shall.measures.regression.quantile_loss import SUMS, estimate
from shall.testing import cells


@pytest.mark.parametrize("q", [0.0, 0.05, 0.5, 0.9, 1.0])
def test_real_data_as_scikit_learn_has_it(q: float) -> None:
    X, y = load_diabetes(return_X_y=True)
    guess = 150 + 900 * X[:, 2]
    sums = [text.format(q=q) for text in SUMS]
    found = estimate(cells(label=y.tolist(), score=guess.tolist(), kind="regressor", sums=sums), q=q)
    assert found.value[0] == pytest.approx(mean_pinball_loss(y, guess, alpha=q), rel=1e-12)
