from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

from shall.measures.selective.selective_risk import AXES, estimate
from shall.testing import cells


def test_the_surest_answers_are_wrong_less_often() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    score = LogisticRegression(max_iter=5000).fit(X[::2, :4], y[::2]).predict_proba(X[1::2, :4])[:, 1]
    label, decision = y[1::2], (score >= 0.5).astype(int)
    unsure = np.abs(score - 0.5) < 0.3
    log = dict(label=label.tolist(), decision=decision.tolist())
    every = estimate(cells(**log, abstained=[0] * len(label), axes=AXES))
    sure = estimate(cells(**log, abstained=unsure.astype(int).tolist(), axes=AXES))
    assert every.value[0] == pytest.approx((label != decision).mean(), rel=1e-12)
    assert sure.value[0] == pytest.approx((label != decision)[~unsure].mean(), rel=1e-12)
    assert sure.value[0] < every.value[0]


def test_an_abstained_row_without_a_decision_counts_for_nothing() -> None:
    found = estimate(cells(label=[1, 0], decision=[None, 0], abstained=[1, 0], axes=AXES))
    assert (found.value.tolist(), found.n.tolist()) == ([0.0], [1])
