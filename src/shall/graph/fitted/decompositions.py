"""scikit-learn's linear maps to fewer columns: PCA, IncrementalPCA, TruncatedSVD, FastICA and random projections."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import name, numbers
from shall.graph.value import Value

CLASSES: Final = ("sklearn.PCA", "sklearn.IncrementalPCA", "sklearn.TruncatedSVD", "sklearn.FastICA",
                  "sklearn.GaussianRandomProjection", "sklearn.SparseRandomProjection")


def transform(fitted: Any, x: Given) -> Value:
    """float64[n, components]."""
    value, parts = numbers(fitted, x), fitted.components_
    parts = np.asarray(parts.toarray() if hasattr(parts, "toarray") else parts, dtype=np.float64)
    if name(fitted) in ("TruncatedSVD", "GaussianRandomProjection", "SparseRandomProjection"):
        return n.affine(value, parts.T, np.zeros(len(parts)))
    if name(fitted) == "FastICA":
        mean = fitted.mean_ if fitted.whiten else np.zeros(parts.shape[1])
        return n.affine(value - mean, parts.T, np.zeros(len(parts)))
    mean = np.zeros(parts.shape[1]) if fitted.mean_ is None else np.asarray(fitted.mean_, dtype=np.float64)
    made = n.affine(value - mean, parts.T, np.zeros(len(parts)))
    if not fitted.whiten:
        return made
    scale = np.sqrt(np.asarray(fitted.explained_variance_, dtype=np.float64))
    return made / np.maximum(scale, np.finfo(np.float64).eps)
