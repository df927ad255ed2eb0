"""scikit-learn's DummyClassifier and DummyRegressor: the same for every row."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import columns, refused
from shall.graph.kinds import Array
from shall.graph.value import Value

CLASSES: Final = ("sklearn.DummyClassifier", "sklearn.DummyRegressor")


def predict_proba(fitted: Any, x: Given) -> Value:
    """float64[n, classes]."""
    return n.everywhere(columns(fitted, x)[0], _shares(fitted))


def predict(fitted: Any, x: Given) -> Value:
    """The class, or the number."""
    if hasattr(fitted, "class_prior_"):
        return n.decided(fitted.classes_, predict_proba(fitted, x))
    return n.everywhere(columns(fitted, x)[0], np.asarray(fitted.constant_, dtype=np.float64).reshape(-1))


def _shares(fitted: Any) -> Array:
    if fitted.strategy in ("uniform", "stratified") or isinstance(fitted.class_prior_, list):
        raise refused(fitted, f"of strategy {fitted.strategy!r} draws at random, or has several targets",
                      "a graph always says the same")
    if fitted.strategy == "prior":
        return np.asarray(fitted.class_prior_, dtype=np.float64)
    certain = np.zeros(len(fitted.classes_))
    chosen = fitted.constant if fitted.strategy == "constant" else fitted.classes_[np.argmax(fitted.class_prior_)]
    certain[list(fitted.classes_).index(np.asarray(chosen).reshape(-1)[0])] = 1.0
    return certain
