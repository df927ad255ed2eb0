"""scikit-learn's decision trees, random forests, extra trees and isolation forests.

They look at numbers as float32 and compare them with thresholds of double precision.
"""

from __future__ import annotations

from math import log
from typing import Any, Final

import numpy as np

from shall.core.errors import InputError
from shall.graph.converting import Given
from shall.graph.fitted import _grown
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import name, numbers, refused
from shall.graph.kinds import Array
from shall.graph.value import Value

CLASSES: Final = tuple(f"sklearn.{one}" for one in (
    "DecisionTreeClassifier", "DecisionTreeRegressor", "RandomForestClassifier", "RandomForestRegressor",
    "ExtraTreesClassifier", "ExtraTreesRegressor", "IsolationForest"))


def predict_proba(fitted: Any, x: Given) -> Value:
    """float64[n, classes]."""
    if not hasattr(fitted, "classes_"):
        raise InputError(f"a {name(fitted)} has no predict_proba")
    return _average(fitted, x)


def predict(fitted: Any, x: Given) -> Value:
    """The class, or the number."""
    if name(fitted) == "IsolationForest":
        return n.where(decision_function(fitted, x) < 0.0, -1.0, 1.0)
    return n.decided(fitted.classes_, _average(fitted, x)) if hasattr(fitted, "classes_") else _average(fitted, x)


def decision_function(fitted: Any, x: Given) -> Value:
    """float64[n] of an isolation forest: below 0 for what is unusual."""
    if name(fitted) != "IsolationForest":
        raise InputError(f"a {name(fitted)} has no decision_function")
    trees = [_grown.of(one.tree_, np.asarray(length) + np.asarray(within) - 1.0, features)
             for one, features, length, within in zip(fitted.estimators_, fitted.estimators_features_,
                                                      fitted._decision_path_lengths,
                                                      fitted._average_path_length_per_tree, strict=True)]
    depths = n.trees(n.single(numbers(fitted, x)), _grown.together(trees, 1))
    usual = len(trees) * _usual(fitted._max_samples)
    return n.power(2.0, -depths / usual) * -1.0 - float(fitted.offset_)


def _average(fitted: Any, x: Given) -> Value:
    if getattr(fitted, "n_outputs_", 1) != 1:
        raise refused(fitted, "tells several targets at once", "fit one for each")
    every = getattr(fitted, "estimators_", [fitted])
    trees = [_grown.of(one.tree_, _leaves(one)) for one in every]
    grown = _grown.together(trees, trees[0].value.shape[1])
    divisor, value = float(len(trees)) if hasattr(fitted, "estimators_") else None, numbers(fitted, x)
    said = n.trees(n.single(value), grown, divisor)
    return said if _takes_missing(every[0]) else n.unless(n.absent(value), said)


def _takes_missing(tree: Any) -> bool:
    return bool(tree.__sklearn_tags__().input_tags.allow_nan) and tree.monotonic_cst is None


def _leaves(tree: Any) -> Array:
    """float64[nodes, classes], or [nodes, 1]."""
    values: Array = np.asarray(tree.tree_.value)[:, 0, :]
    return values


def _usual(many: int) -> float:
    """The depth that is usual among so many rows: Liu, Ting, Zhou (2008), equation 1."""
    if many <= 2:
        return float(max(many - 1, 0))
    return 2.0 * (log(many - 1.0) + float(np.euler_gamma)) - 2.0 * (many - 1.0) / many
