"""The estimators keep the conventions of scikit-learn, as its own checks see them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sklearn.linear_model import LogisticRegression, QuantileRegressor
from sklearn.utils.estimator_checks import parametrize_with_checks

from shall import registry
from shall.core.errors import MissingExtra
from shall.estimators import (
    AbstainingClassifier,
    ConformalClassifier,
    ConformalRegressor,
    ConstrainedClassifier,
    ConstrainedRegressor,
    Learner,
    Mitigated,
)

RULE = {"check_classifiers_train": "a rule decides, whose threshold is not one half: that is what `predict` is for"}
WEIGHTED = "check_sample_weight_equivalence_on_dense_data"
FAILURES: dict[str, dict[str, str]] = {
    "xgboost": {WEIGHTED: "its histograms sum in single precision, so a weight of 2 is two rows only nearly"},
    "extra_trees": {WEIGHTED: "equal splits are told apart by the last bit of a sum, and a weight of 2 is another sum"},
    "mlp": {WEIGHTED: "it learns in batches of rows, and a weight of 2 is one row of a batch"},
    "score_card": {WEIGHTED: "it keeps a tenth of the rows for stopping, and a weight of 2 is one row"},
}


def learners() -> Iterator[Learner]:
    """Each built-in learner that is installed, as all that it can be."""
    for name in registry.within("methods", "learn"):
        try:
            kinds = registry.find("methods", name).KINDS
        except MissingExtra:
            continue
        for kind in sorted({"regressor" if kind == "regressor" else "classifier" for kind in kinds}):
            yield Learner(name, kind=kind)


def expected(estimator: Any) -> dict[str, str]:
    """Checks that an estimator fails for a reason."""
    if isinstance(estimator, Learner):
        return FAILURES.get(estimator.learner, {})
    if getattr(estimator, "calibrate", "") or getattr(estimator, "trials", 1) != 1:
        return {WEIGHTED: "what is chosen or calibrated by depends on the folds, and they part rows, not weights"}
    decides = isinstance(estimator, ConstrainedClassifier) or (isinstance(estimator, Mitigated) and estimator.adjust)
    return RULE if decides else {}


@parametrize_with_checks(list(learners()), expected_failed_checks=expected)
def test_every_learner_alone(estimator: Any, check: Any) -> None:
    if estimator.learner == "mlp":
        pytest.importorskip("torch")
    check(estimator)


@parametrize_with_checks([
    ConstrainedClassifier(learners=("logistic_regression",), trials=1),
    ConstrainedClassifier("accuracy >= 0", learners=("logistic_regression",), trials=1, gate_size=None,
                          on_not_found="nearest"),
    ConstrainedRegressor(learners=("ridge",), trials=1),
    ConstrainedRegressor(learners=("lightgbm",), trials=2, objective="mean_absolute_error"),
    Mitigated(learner="logistic_regression"),
    Mitigated("accuracy >= 0.5", learner="lightgbm", adjust="", calibrate="isotonic"),
], expected_failed_checks=expected)
def test_what_searches_and_what_mitigates(estimator: Any, check: Any) -> None:
    check(estimator)


@parametrize_with_checks([AbstainingClassifier(LogisticRegression())])
def test_what_abstains(estimator: Any, check: Any) -> None:
    check(estimator)


@parametrize_with_checks([
    ConformalClassifier(Learner("logistic_regression")),
    ConformalClassifier(LogisticRegression(), conformity="aps", by_class=True),
    ConformalRegressor(),
    ConformalRegressor(Learner("ridge"), coverage=0.8),
    ConformalRegressor((QuantileRegressor(quantile=0.1, alpha=0), QuantileRegressor(quantile=0.9, alpha=0))),
])
@pytest.mark.filterwarnings("ignore:.*calibration rows:UserWarning")
def test_what_answers_by_sets_and_intervals(estimator: Any, check: Any) -> None:
    check(estimator)
