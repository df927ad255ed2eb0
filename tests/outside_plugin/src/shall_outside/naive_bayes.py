"""Naive Bayes: the probability of each class, with the features taken as independent within a class.

Numbers are normal within a class, categories have their counts plus one. A missing value or an unseen
category says nothing, so it is left out of the product.

Reference: Hastie, Tibshirani and Friedman (2009), section 6.6.3.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learned:
    """Log-shares of the classes [K]; for each feature mean and spread [K], or log-chances [K, categories]."""

    classes: Floats
    features: tuple[Floats, ...]
    sizes: tuple[int, ...]

    def probabilities(self, X: Floats) -> Floats:
        """float64[n, classes]."""
        odds = self.classes + sum((_log_chance(column, feature, size) for column, feature, size
                                   in zip(X.T, self.features, self.sizes, strict=True)), np.zeros((len(X), 1)))
        odds = np.exp(odds - odds.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def content(self) -> bytes:
        """What was learned, as JSON."""
        return json.dumps({"classes": self.classes.tolist(), "sizes": self.sizes,
                           "features": [feature.tolist() for feature in self.features]}).encode()


def fit(X: Floats, y: NDArray[np.int64], sizes: Sequence[int], classes: int = 2, seed: int = 0) -> Learned:
    """Learn ``y`` int64[n] in 0…classes-1 from ``X`` float64[n, p]; ``sizes``: how many categories each feature has."""
    of_class = [X[y == number] for number in range(classes)]
    shares = np.log([(len(rows) + 1) / (len(X) + classes) for rows in of_class])
    features = tuple(np.array([_feature(rows[:, place], X[:, place], size) for rows in of_class])
                     for place, size in enumerate(sizes))
    return Learned(shares, features, tuple(sizes))


def load(content: bytes) -> Learned:
    """From the text of `content`."""
    said = json.loads(content)
    features = tuple(np.array(feature) for feature in said["features"])
    return Learned(np.array(said["classes"]), features, tuple(said["sizes"]))


def _feature(column: Floats, everybody: Floats, size: int) -> Floats:
    known = column[~np.isnan(column)]
    if size:
        counts = np.bincount(known.astype(np.int64), minlength=size)[:size] + 1.0
        return np.log(counts / counts.sum())
    whole = everybody[~np.isnan(everybody)]
    floor = 1e-3 * (whole.std() if len(whole) else 0.0) + 1e-9
    return np.array([known.mean(), max(known.std(), floor)]) if len(known) else np.array([0.0, np.inf])


def _log_chance(column: Floats, feature: Floats, size: int) -> Floats:
    if size:
        code = np.where((column >= 0) & (column < size), column, 0).astype(np.int64)
        return np.where(((column >= 0) & (column < size))[:, None], feature[:, code].T, 0.0)
    if not np.isfinite(feature[:, 1]).all():            # a class without a value: this feature says nothing
        return np.zeros((len(column), len(feature)))
    away = (np.nan_to_num(column)[:, None] - feature[:, 0]) / feature[:, 1]
    return np.where(np.isnan(column)[:, None], 0.0, -away**2 / 2 - np.log(feature[:, 1]))
