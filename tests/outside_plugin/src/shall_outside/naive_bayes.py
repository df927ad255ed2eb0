"""Naive Bayes: the probability of each class, with the features taken as independent within a class.

Numbers are normal within a class, categories have their counts plus the smoothing. A missing value or an unseen
category says nothing, so it is left out of the product. A row of weight 2 counts like two rows.

Reference: Hastie, Tibshirani and Friedman (2009), section 6.6.3.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError
from shall.methods.task import Choice

Floats = NDArray[np.float64]
KINDS = ("binary", "multiclass")
SPACE = (Choice("smoothing", 1.0, 0.01, 100.0, log=True),)


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


def fit(X: Floats, y: NDArray[np.int64], sizes: Sequence[int], classes: int = 2, seed: int = 0, *,
        weight: Floats | None = None, settings: Mapping[str, bool | int | float | str] | None = None) -> Learned:
    """Learn ``y`` int64[n] in 0…classes-1 from ``X`` float64[n, p]; ``sizes``: how many categories each feature has."""
    given = {"smoothing": SPACE[0].default, **(settings or {})}
    if len(given) > 1:
        raise InputError(f"naive_bayes has only the setting smoothing, and got {', '.join(given)}")
    smoothing = float(given["smoothing"])
    weight = np.ones(len(X)) if weight is None else weight
    of_class = [y == number for number in range(classes)]
    shares = np.log([(weight[rows].sum() + 1) / (weight.sum() + classes) for rows in of_class])
    features = tuple(np.array([_feature(X[rows, place], weight[rows], size, (X[:, place], smoothing))
                               for rows in of_class]) for place, size in enumerate(sizes))
    return Learned(shares, features, tuple(sizes))


def load(content: bytes) -> Learned:
    """From the text of `content`."""
    said = json.loads(content)
    features = tuple(np.array(feature) for feature in said["features"])
    return Learned(np.array(said["classes"]), features, tuple(said["sizes"]))


def _feature(column: Floats, weight: Floats, size: int, everybody: tuple[Floats, float]) -> Floats:
    there = ~np.isnan(column)
    known, weight = column[there], weight[there]
    all_of_it, smoothing = everybody
    if size:
        counts = np.bincount(known.astype(np.int64), weights=weight, minlength=size)[:size] + smoothing
        return np.log(counts / counts.sum())
    whole = all_of_it[~np.isnan(all_of_it)]
    floor = 1e-3 * (whole.std() if len(whole) else 0.0) + 1e-9
    if not weight.sum():
        return np.array([0.0, np.inf])
    mean = np.average(known, weights=weight)
    return np.array([mean, max(np.sqrt(np.average((known - mean) ** 2, weights=weight)), floor)])


def _log_chance(column: Floats, feature: Floats, size: int) -> Floats:
    if size:
        code = np.where((column >= 0) & (column < size), column, 0).astype(np.int64)
        return np.where(((column >= 0) & (column < size))[:, None], feature[:, code].T, 0.0)
    if not np.isfinite(feature[:, 1]).all():            # a class without a value: this feature says nothing
        return np.zeros((len(column), len(feature)))
    away = (np.nan_to_num(column)[:, None] - feature[:, 0]) / feature[:, 1]
    return np.where(np.isnan(column)[:, None], 0.0, -away**2 / 2 - np.log(feature[:, 1]))
