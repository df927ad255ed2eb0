"""Platt's curve: scikit-learn's on the logit, few rows, wrong scores, several classes, and the effect on real rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.calibration import _SigmoidCalibration

from shall.methods.calibrate import platt
from shall.testing.maps import too_sure


def logit(P: Any) -> Any:
    p = np.clip(P[:, 1], 1e-12, 1 - 1e-12)
    return np.log(p / (1 - p))


@pytest.mark.parametrize("weighted", [False, True])
def test_it_is_scikit_learn_s(boosted: Any, weighted: bool) -> None:
    weight = np.random.default_rng(0).integers(0, 4, len(boosted.y)).astype(float) if weighted else None
    made = platt.fit(boosted.P, boosted.y, weight)
    theirs = _SigmoidCalibration().fit(logit(boosted.P), boosted.y, weight)
    np.testing.assert_allclose(made(boosted.fresh)[:, 1], theirs.predict(logit(boosted.fresh)), rtol=0, atol=2e-6)


def test_wrong_models_get_better(boosted: Any, bayes: Any, digits: Any) -> None:
    made = platt.fit(boosted.P, boosted.y)
    assert boosted.loss(made) < 0.85 * boosted.loss() and boosted.error(made) < 0.3 * boosted.error()
    assert bayes.loss(platt.fit(bayes.P, bayes.y)) < 0.5 * bayes.loss()
    made = platt.fit(digits.P, digits.y)
    assert digits.loss(made) < 0.5 * digits.loss() and digits.error(made) < 0.5 * digits.error()


def test_few_rows_that_can_be_told_apart_are_not_certain() -> None:
    made = platt.fit(np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([0, 1]))
    np.testing.assert_allclose(made(np.array([[0.9, 0.1], [0.2, 0.8]]))[:, 1], [1 / 3, 2 / 3], atol=1e-8)


def test_scores_that_point_the_wrong_way_give_everybody_the_share() -> None:
    score = np.linspace(0.1, 0.9, 9)
    made = platt.fit(np.column_stack([1 - score, score]), (score < 0.35).astype(np.int64))
    assert made.curves[0][1] == 0
    np.testing.assert_allclose(made(np.array([[0.5, 0.5], [1.0, 0.0]]))[:, 1], (3 * 4 / 5 + 6 / 8) / 9)


def test_each_of_several_classes_has_its_curve() -> None:
    P, y = too_sure(3)
    made = platt.fit(P, y)
    assert made.classes == len(made.curves) == 3
    without = platt.fit(P[y != 2], y[y != 2])               # a class without a row becomes rare, not impossible
    assert 0 < without(P)[:, 2].max() < 0.01
