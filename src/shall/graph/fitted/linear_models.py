"""scikit-learn's linear models: X @ coef + intercept, and what each makes of it: a class, a probability, a mean."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import name, numbers, refused
from shall.graph.value import Value

REGRESSORS: Final = (
    "ARDRegression", "BayesianRidge", "ElasticNet", "ElasticNetCV", "HuberRegressor", "Lars", "LarsCV", "Lasso",
    "LassoCV", "LassoLars", "LassoLarsCV", "LassoLarsIC", "LinearRegression", "LinearSVR", "MultiTaskElasticNet",
    "MultiTaskLasso", "OrthogonalMatchingPursuit", "OrthogonalMatchingPursuitCV", "PassiveAggressiveRegressor",
    "QuantileRegressor", "Ridge", "RidgeCV", "SGDRegressor", "TheilSenRegressor")
COUNTS: Final = ("GammaRegressor", "PoissonRegressor", "TweedieRegressor")
CLASSIFIERS: Final = (
    "LinearSVC", "LogisticRegression", "PassiveAggressiveClassifier", "Perceptron", "RidgeClassifier",
    "RidgeClassifierCV", "SGDClassifier")
CLASSES: Final = tuple(f"sklearn.{one}" for one in (*REGRESSORS, *COUNTS, *CLASSIFIERS))


def decision_function(fitted: Any, x: Given) -> Value:
    """float64[n] of two classes, else [n, classes]."""
    coef = fitted.coef_.toarray() if hasattr(fitted.coef_, "toarray") else fitted.coef_
    coef = np.atleast_2d(np.asarray(coef, dtype=np.float64))
    bias = np.broadcast_to(np.asarray(fitted.intercept_, dtype=np.float64), len(coef))
    return n.affine(numbers(fitted, x), coef.T, bias)


def predict_proba(fitted: Any, x: Given) -> Value:
    """float64[n, classes]."""
    score = decision_function(fitted, x)
    loss = getattr(fitted, "loss", None)
    if name(fitted).startswith("LogisticRegression"):
        return n.two(n.sigmoid(score)) if score.kind.width == 1 else n.softmax(score)
    if loss == "modified_huber":
        scaled = (n.clip(score, -1.0, 1.0) + 1.0) / 2.0
        return n.two(scaled) if score.kind.width == 1 else n.normalised(scaled)
    if loss == "log_loss":
        return n.two(n.sigmoid(score)) if score.kind.width == 1 else n.normalised(n.sigmoid(score))
    raise refused(fitted, "has no probabilities", "take decision_function, or calibrate it")


def predict(fitted: Any, x: Given) -> Value:
    """The class, or the number."""
    score = decision_function(fitted, x)
    if hasattr(fitted, "classes_"):
        binarizer = getattr(fitted, "_label_binarizer", None)
        if binarizer is not None and binarizer.y_type_.startswith("multilabel"):
            raise refused(fitted, "tells several labels at once", "make one graph output for each")
        return n.decided(fitted.classes_, score)
    return n.exp(score) if _log_link(fitted) else score


def _log_link(fitted: Any) -> bool:
    """Whether the mean is the exponential of the score."""
    if name(fitted) not in COUNTS:
        return False
    return not (name(fitted) == "TweedieRegressor" and
                (fitted.link == "identity" or (fitted.link == "auto" and fitted.power <= 0)))
