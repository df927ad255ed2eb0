"""scikit-learn's GradientBoosting and HistGradientBoosting: a sum of trees, and the link of the loss.

The former looks at numbers as float32. The latter does not, and has categories, whose codes its own encoder gives.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shall.core.errors import InputError
from shall.graph.columns import stack
from shall.graph.converting import Given
from shall.graph.fitted import _grown, encoders
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import columns, name, numbers, refused
from shall.graph.kinds import Array
from shall.graph.value import Value

CLASSES: Final = ("sklearn.GradientBoostingClassifier", "sklearn.GradientBoostingRegressor",
                  "sklearn.HistGradientBoostingClassifier", "sklearn.HistGradientBoostingRegressor")


def decision_function(fitted: Any, x: Given) -> Value:
    """float64[n] of two classes, else [n, classes]: the sum of the trees."""
    return _histogram(fitted, x) if name(fitted).startswith("Hist") else _plain(fitted, x)


def predict_proba(fitted: Any, x: Given) -> Value:
    """float64[n, classes]."""
    raw = decision_function(fitted, x)
    if not hasattr(fitted, "classes_"):
        raise InputError(f"a {name(fitted)} has no predict_proba")
    if raw.kind.width > 1:
        return n.softmax(raw)
    return n.two(n.sigmoid(raw * 2.0 if fitted.loss == "exponential" else raw))


def predict(fitted: Any, x: Given) -> Value:
    """The class, or the number."""
    raw = decision_function(fitted, x)
    if hasattr(fitted, "classes_"):
        return n.decided(fitted.classes_, raw, at_least=not name(fitted).startswith("Hist"))
    return n.exp(raw) if fitted.loss in ("poisson", "gamma") else raw


def _plain(fitted: Any, x: Given) -> Value:
    value = numbers(fitted, x)
    outputs = fitted.estimators_.shape[1]
    if fitted.init_ != "zero" and not type(fitted.init_).__name__.startswith("Dummy"):
        raise refused(fitted, f"starts from a {name(fitted.init_)}", "fit it without init=, or stack both")
    start = fitted._raw_predict_init(np.zeros((1, value.kind.width), dtype=np.float32))[0]
    trees = [_grown.constant(float(one), place) for place, one in enumerate(start)]
    for stage in fitted.estimators_:
        trees += [_grown.of(one.tree_, fitted.learning_rate * np.asarray(one.tree_.value)[:, 0, 0], None, place)
                  for place, one in enumerate(stage)]
    said = n.trees(n.single(value), _grown.together(trees, outputs))
    return n.unless(n.absent(value), said)


def _histogram(fitted: Any, x: Given) -> Value:
    start = np.asarray(fitted._baseline_prediction, dtype=np.float64).reshape(-1)
    trees = [_grown.constant(float(one), place) for place, one in enumerate(start)]
    for stage in fitted._predictors:
        trees += [_tree(one, place) for place, one in enumerate(stage)]
    return n.trees(_prepared(fitted, x), _grown.together(trees, len(start)))


def _prepared(fitted: Any, x: Given) -> Value:
    """Its categories as codes first, then the numbers."""
    if fitted._preprocessor is None:
        return numbers(fitted, x)
    given, chosen = columns(fitted, x), np.asarray(fitted.is_categorical_)
    coded = encoders.coded(fitted._preprocessor.named_transformers_["encoder"],
                           [given[int(place)] for place in np.flatnonzero(chosen)])
    return stack(coded, *(given[int(place)] for place in np.flatnonzero(~chosen)))


def _tree(predictor: Any, target: int) -> _grown.Tree:
    nodes = predictor.nodes
    leaf = nodes["is_leaf"].astype(bool)
    members = {node: _categories(predictor.raw_left_cat_bitsets[nodes["bitset_idx"][node]])
               for node in np.flatnonzero(nodes["is_categorical"].astype(bool) & ~leaf).tolist()}
    left, right = (nodes[side].astype(np.int64) for side in ("left", "right"))
    return _grown.Tree(nodes["feature_idx"], nodes["num_threshold"], np.where(leaf, -1, left), right,
                       nodes["missing_go_to_left"].astype(bool), nodes["value"], target, members, nodes["count"])


def _categories(bits: Array) -> list[int]:
    return [32 * word + bit for word, value in enumerate(bits.tolist()) for bit in range(32) if value >> bit & 1]
