"""What every learner asks of the rows that it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.methods.task import Floats, Ints


def check(X: Floats, y: NDArray[Any], weight: Floats | None = None) -> None:
    """DataError where there is no row, a label is missing, or weights are not as they must be."""
    if not len(X):
        raise DataError("there is no row to learn from")
    if len(y) != len(X) or not np.isfinite(y).all():
        raise DataError(f"every one of the {len(X)} rows needs a label to learn from")
    if weight is None:
        return
    if weight.shape != (len(X),) or not np.isfinite(weight).all() or (weight < 0).any() or not weight.any():
        raise DataError("weights must be one number a row, none below zero, and not all zero")


def known(X: Floats, sizes: Sequence[int]) -> Floats:
    """The rows with every unseen category missing."""
    of = np.array(sizes)
    unseen = (of > 0) & ~((X >= 0) & (of > X))
    return np.where(unseen, np.nan, X)


def shares(y: Ints, classes: int, weight: Floats | None = None) -> Floats:
    """float64[classes]: what part of the weight each class has, one row added to each."""
    counts = np.bincount(y, weights=weight, minlength=classes) + 1.0
    return np.asarray(counts / counts.sum())


def probabilities_of(margins: Floats) -> Floats:
    """float64[n, classes] from margins float64[n, classes], or [n, 1] of two classes."""
    if margins.shape[1] == 1:
        with np.errstate(over="ignore"):            # exp of a large number is infinite, and its share 0
            second = 1 / (1 + np.exp(-margins[:, 0]))
        return np.column_stack([1 - second, second])
    odds = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))
