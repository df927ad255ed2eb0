"""Functions of labels by cell of the score, for `Smooth`: value and influence from rows [G, 2, K] by label."""

from __future__ import annotations

from typing import Final

import numpy as np

from shall.stats.arrays import Floats, Ints, Pair, floats

FLOOR: Final = 2.0**-21                     # scores are kept this far from 0 and 1, so that a loss has an end


def log_loss(rows: Floats, at: Floats) -> Pair:
    """The mean of -log(score of the label), natural logarithm; scores are kept ``FLOOR`` away from 0 and 1."""
    score = np.clip(at, FLOOR, 1 - FLOOR)
    loss = -np.log(np.stack([1 - score, score], axis=1))
    value = (rows * loss).sum(axis=(1, 2)) / rows.sum(axis=(1, 2))
    return value, floats(loss - value[:, None, None])


def as_positive(rows: Ints) -> Ints:
    """Rows [G, 2, K] of which all [G, K] are positive: what happened, and what might have."""
    return np.stack([np.zeros_like(rows), rows], axis=1)


def average_precision(rows: Floats, at: Floats) -> Pair:
    """The mean, over positives, of the precision among rows of at least their score; nan where a class is missing.

    Rows of one cell count as in random order: a positive has half of the others of its cell above it.
    """
    negative, positive = rows[:, 0], rows[:, 1]
    ones = positive.sum(axis=1, keepdims=True)
    hits = _above(positive) + (positive + 1) / 2
    false = _above(negative) + negative / 2
    precision = hits / (hits + false)
    value = (positive * precision).sum(axis=1) / ones[:, 0]
    value = np.where((ones[:, 0] > 0) & (negative.sum(axis=1) > 0), value, np.nan)
    square = (hits + false) ** 2
    gain, loss = positive * false / square, -positive * hits / square
    pull = np.stack([_below(loss) + loss / 2, precision - value[:, None] + _below(gain) + gain / 2], axis=1)
    return value, floats(pull * (rows.sum(axis=(1, 2)) / ones[:, 0])[:, None, None])


def _above(rows: Floats) -> Floats:
    """What lies in higher cells."""
    return floats(rows.sum(axis=1, keepdims=True) - np.cumsum(rows, axis=1))


def _below(rows: Floats) -> Floats:
    """What lies in lower cells."""
    return floats(np.cumsum(rows, axis=1) - rows)
