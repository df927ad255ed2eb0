"""scikit-learn's SVC, NuSVC, SVR, NuSVR and OneClassSVM: kernels against the support vectors.

Several classes are decided by a vote of each pair.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

import numpy as np

from shall.core.errors import InputError
from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import name, numbers, refused
from shall.graph.kinds import Array
from shall.graph.value import Value

CLASSES: Final = ("sklearn.SVC", "sklearn.NuSVC", "sklearn.SVR", "sklearn.NuSVR", "sklearn.OneClassSVM")


def decision_function(fitted: Any, x: Given) -> Value:
    """float64[n] of two classes, else [n, classes] or [n, pairs]."""
    if name(fitted).endswith("SVR"):
        raise InputError(f"a {name(fitted)} has no decision_function")
    score = _sum(fitted, x)
    several = len(getattr(fitted, "classes_", ())) > 2
    return _of_pairs(fitted, score) if several and fitted.decision_function_shape == "ovr" else score


def predict_proba(fitted: Any, x: Given) -> Value:
    """Refused: libsvm finds the shares by rounds that end when they are near enough."""
    raise refused(fitted, "finds its probabilities in rounds", "use CalibratedClassifierCV around it")


def predict(fitted: Any, x: Given) -> Value:
    """The class, or the number."""
    if name(fitted).endswith("SVR"):
        return _sum(fitted, x)
    if len(getattr(fitted, "classes_", ())) > 2 and not (
            fitted.break_ties and fitted.decision_function_shape == "ovr"):
        return n.decided(fitted.classes_, _votes(fitted, _sum(fitted, x), at_zero=False))
    score = decision_function(fitted, x)
    if name(fitted) == "OneClassSVM":
        return n.unless(score.isna(), n.where(score > 0.0, 1.0, -1.0))
    return n.decided(fitted.classes_, score)


def _sum(fitted: Any, x: Given) -> Value:
    value, weight = numbers(fitted, x), _weights(fitted)
    bias = np.asarray(fitted.intercept_, dtype=np.float64)
    if fitted.kernel == "linear":
        return n.affine(value, (weight @ _dense(fitted.support_vectors_)).T, bias)
    return n.affine(_kernel(fitted, value, _dense(fitted.support_vectors_)), weight.T, bias)


def _weights(fitted: Any) -> Array:
    """float64[pairs, support vectors]; a pair looks at the vectors of its two classes only."""
    weight = _dense(fitted.dual_coef_)
    if len(getattr(fitted, "classes_", ())) <= 2:
        return weight
    ends = np.cumsum([0, *fitted.n_support_])
    rows = []
    for one, other in _pairs(fitted):
        row = np.zeros(weight.shape[1])
        row[ends[one]:ends[one + 1]] = weight[other - 1, ends[one]:ends[one + 1]]
        row[ends[other]:ends[other + 1]] = weight[one, ends[other]:ends[other + 1]]
        rows.append(row)
    return np.array(rows)


def _pairs(fitted: Any) -> list[tuple[int, int]]:
    return list(combinations(range(len(fitted.classes_)), 2))


def _signs(fitted: Any) -> Array:
    """float64[pairs, classes]: 1 for the first of a pair, -1 for the second."""
    signs = np.zeros((len(_pairs(fitted)), len(fitted.classes_)))
    for row, (one, other) in zip(signs, _pairs(fitted), strict=True):
        row[one], row[other] = 1.0, -1.0
    return signs


def _votes(fitted: Any, score: Value, at_zero: bool) -> Value:
    """float64[n, classes]; a pair whose score is 0 votes for the first where ``at_zero``."""
    signs, none = _signs(fitted), np.zeros(len(fitted.classes_))
    first = n.unless(score.isna(), n.number(score >= 0.0 if at_zero else score > 0.0, score))
    return n.affine(first, np.maximum(signs, 0.0), none) + n.affine(1.0 - first, np.maximum(-signs, 0.0), none)


def _of_pairs(fitted: Any, score: Value) -> Value:
    """Votes, and within a third of one how sure the pairs are."""
    sure = n.affine(score, _signs(fitted), np.zeros(len(fitted.classes_)))
    return _votes(fitted, score, at_zero=True) + sure / ((n.absolute(sure) + 1.0) * 3.0)


def _kernel(fitted: Any, x: Value, vectors: Array) -> Value:
    gamma, many = float(fitted._gamma), len(vectors)
    if fitted.kernel == "rbf":
        middle = vectors.mean(axis=0)       # distances are taken near zero, so that they keep their digits
        near, x = vectors - middle, x - middle
        inner = n.affine(x, -2.0 * near.T, (near * near).sum(axis=1))
        return n.exp((n.relu(inner + n.total(x * x))) * -gamma)
    inner = n.affine(x, gamma * vectors.T, np.full(many, float(fitted.coef0)))
    if fitted.kernel == "poly":
        return n.power(inner, float(fitted.degree))
    if fitted.kernel == "sigmoid":
        return n.tanh(inner)
    raise refused(fitted, f"has the kernel {fitted.kernel!r}", "use rbf, linear, poly or sigmoid")


def _dense(matrix: Any) -> Array:
    return np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix, dtype=np.float64)
