"""scikit-learn's selections of columns: whatever has `get_support`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shall.core.errors import InputError
from shall.graph.columns import Columns
from shall.graph.converting import Given, said
from shall.graph.fitted._given import beside, columns, name
from shall.graph.value import Value

CLASSES: Final = tuple(f"sklearn.{one}" for one in (
    "GenericUnivariateSelect", "RFE", "RFECV", "SelectFdr", "SelectFpr", "SelectFromModel", "SelectFwe", "SelectKBest",
    "SelectPercentile", "SequentialFeatureSelector", "VarianceThreshold"))


def transform(fitted: Any, x: Given) -> Value:
    """The columns that it keeps."""
    places = np.flatnonzero(fitted.get_support()).tolist()
    if not places:
        raise InputError(f"the {name(fitted)} keeps no column, so nothing can be said of a row")
    if not isinstance(x, Columns):
        columns(fitted, x)
        return x[:, places]
    kept = [columns(fitted, x)[place] for place in places]
    return beside(kept).named(*(one for column in kept for one in column.names))


def predict_proba(fitted: Any, x: Given) -> Value:
    """What the model of a recursive selection says of the columns that it keeps: float64[n, classes]."""
    return said(fitted.estimator_, transform(fitted, x), "predict_proba")


def decision_function(fitted: Any, x: Given) -> Value:
    """float64[n] or [n, classes]."""
    return said(fitted.estimator_, transform(fitted, x), "decision_function")


def predict(fitted: Any, x: Given) -> Value:
    """The class, or the number."""
    return said(fitted.estimator_, transform(fitted, x), "predict")
