"""What `init` proposes from the rows themselves."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

import shall


@pytest.mark.parametrize("turned", [False, True])
def test_the_positive_label_is_the_one_that_high_scores_go_with(turned: bool) -> None:
    X, y = load_breast_cancer(return_X_y=True)
    score = LogisticRegression(max_iter=5000).fit(X[::2, :4], y[::2]).predict_proba(X[1::2, :4])[:, 1]
    label = np.where(y[1::2] == 1, "benign", "malignant")           # malignant is the rarer one
    text = shall.init(pa.table({"label": label, "score": 1 - score if turned else score}))
    assert f'positive = "{"malignant" if turned else "benign"}"' in text
    assert "roc_auc >= 0.9" in text
