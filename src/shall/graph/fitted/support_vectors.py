"""scikit-learn's SVC, NuSVC, SVR, NuSVR and OneClassSVM: kernels against the support vectors.

Classes are two: several are decided by votes of pairs, which is refused.
"""

from __future__ import annotations

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
    """float64[n]."""
    if len(getattr(fitted, "classes_", ())) > 2:
        raise refused(fitted, "of several classes lets pairs vote", "use OneVsRestClassifier around it")
    if name(fitted).endswith("SVR"):
        raise InputError(f"a {name(fitted)} has no decision_function")
    return _sum(fitted, x)


def predict(fitted: Any, x: Given) -> Value:
    """The class, or the number."""
    if name(fitted).endswith("SVR"):
        return _sum(fitted, x)
    score = decision_function(fitted, x)
    if name(fitted) == "OneClassSVM":
        return n.unless(score.isna(), n.where(score > 0.0, 1.0, -1.0))
    return n.decided(fitted.classes_, score)


def _sum(fitted: Any, x: Given) -> Value:
    value, weight = numbers(fitted, x), _dense(fitted.dual_coef_)
    bias = np.asarray(fitted.intercept_, dtype=np.float64)
    if fitted.kernel == "linear":
        return n.affine(value, (weight @ _dense(fitted.support_vectors_)).T, bias)
    return n.affine(_kernel(fitted, value, _dense(fitted.support_vectors_)), weight.T, bias)


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
