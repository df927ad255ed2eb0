from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import cross_val_predict

from shall.measures.accuracy.multiclass_log_loss import AXES, SUMS, estimate
from shall.testing import cells


def test_real_data_as_scikit_learn_has_it() -> None:
    X, y = load_digits(return_X_y=True)
    scores = cross_val_predict(LogisticRegression(max_iter=1000), X / 16, y, cv=3, method="predict_proba")
    classes = [str(digit) for digit in range(10)]
    log = cells(label=[str(digit) for digit in y], classes=classes, axes=AXES, sums=SUMS,
                **{f"score_{name}": scores[:, int(name)].tolist() for name in classes})
    found = estimate(log)
    assert found.value[0] == pytest.approx(log_loss(y, np.clip(scores, 2**-21, 1)), abs=2e-4)
    low, high = found.bounds(0.05)
    assert low[0] < found.value[0] < high[0]


def test_a_label_that_is_no_class_is_left_out() -> None:
    log = cells(label=["a", "owl", None], score_a=[0.25, 0.5, 0.5], score_b=[0.75, 0.5, 0.5], classes=["a", "b"],
                axes=AXES, sums=SUMS)
    found = estimate(log)
    assert (found.value.round(4).tolist(), found.n.tolist()) == ([1.3863], [1])
