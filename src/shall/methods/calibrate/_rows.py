"""What every calibration expects of held-out rows, and probabilities on the scale of logits."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError, InputError
from shall.methods.task import Floats, Ints

EDGE: Final = 1e-12                         # no probability is nearer to 0 or 1 when its logarithm is taken


def held_out(P: Any, y: Any, weight: Any = None) -> tuple[Floats, Ints, Floats]:
    """P float64[n, C], labels int64[n] and weights float64[n] of the rows that count.

    DataError where they do not fit together, are no probabilities, or have fewer than two classes.
    """
    P, y = np.asarray(P, dtype=np.float64), np.asarray(y)
    weight = np.ones(len(P)) if weight is None else np.asarray(weight, dtype=np.float64)
    if P.ndim != 2 or P.shape[1] < 2 or y.shape != (len(P),) or weight.shape != (len(P),):
        raise DataError(f"calibration takes probabilities [n, classes], labels [n] and weights [n]; these have the "
                        f"shapes {P.shape}, {y.shape} and {weight.shape}")
    if not ((P >= 0) & (P <= 1)).all():
        raise DataError("calibration takes probabilities; some are missing or not between 0 and 1")
    if not (np.isfinite(weight) & (weight >= 0)).all():
        raise DataError("calibration takes weights that are 0 or more; some are missing or negative")
    if not np.isin(y, np.arange(P.shape[1])).all():
        raise DataError(f"calibration takes labels from 0 to {P.shape[1] - 1}, as many as there are probabilities")
    counts = weight > 0
    if len(np.unique(y[counts])) < 2:
        raise DataError("calibration needs rows of two classes at least: there is nothing to learn from one")
    return np.asarray(P[counts]), np.asarray(y[counts], dtype=np.int64), np.asarray(weight[counts])


def told(P: Any, classes: int) -> Floats:
    """float64[n, classes]; InputError for another number of classes."""
    found: Floats = np.asarray(P, dtype=np.float64)
    if found.ndim != 2 or found.shape[1] != classes:
        raise InputError(f"this calibration was made for {classes} classes, and was given the shape {found.shape}")
    return found


def logit(p: Floats) -> Floats:
    """log(p / (1 - p)), finite at 0 and 1."""
    inside = np.clip(p, EDGE, 1 - EDGE)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def logs(P: Floats) -> Floats:
    """log P, finite at 0."""
    return np.asarray(np.log(np.clip(P, EDGE, 1)))


def softmax(margins: Floats) -> Floats:
    """float64[n, classes]: exp of the margins, made to add up to 1."""
    odds = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def expit(x: Floats) -> Floats:
    """1 / (1 + exp(-x)), without overflow."""
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1.0, small) / (1 + small))


def both(x: Floats) -> Floats:
    """float64[n, 2]: the probabilities of two classes from the logit of the second."""
    return np.column_stack([expit(-x), expit(x)])


def shares(label: NDArray[np.bool_], weight: Floats) -> tuple[float, float]:
    """How many rows are not of a class, and how many are."""
    return float(weight[~label].sum()), float(weight[label].sum())
