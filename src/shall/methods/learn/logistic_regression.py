"""Logistic regression on standardised numbers and one-hot categories: the probability of each class.

Missing numbers become the training mean, a missing or unseen category has no column of its own.

Reference: Hastie, Tibshirani and Friedman (2009), section 4.4; ridge penalty with C = 1 (scikit-learn).
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import MissingExtra

try:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
except ImportError as error:
    raise MissingExtra("scikit-learn", "build", "logistic regression") from error


@dataclass(frozen=True, slots=True)
class Learned:
    """Means and scales of the numbers float64[p], sizes of the categories, coefficients float64[classes, 1 + q]."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    sizes: tuple[int, ...]
    coefficients: NDArray[np.float64]

    def probabilities(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[n, classes]."""
        margins = _widened(X, self.mean, self.scale, self.sizes) @ self.coefficients[:, 1:].T + self.coefficients[:, 0]
        odds = np.exp(margins - margins.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def content(self) -> bytes:
        """What was learned, as JSON."""
        return json.dumps({"mean": self.mean.tolist(), "scale": self.scale.tolist(), "sizes": self.sizes,
                           "coefficients": self.coefficients.tolist()}).encode()


def fit(X: NDArray[np.float64], y: NDArray[np.int64], sizes: Sequence[int], classes: int = 2, seed: int = 0) -> Learned:
    """Learn ``y`` int64[n] in 0…classes-1 from ``X`` float64[n, p]; ``sizes``: categories of each feature."""
    with warnings.catch_warnings():                     # a column may be missing altogether
        warnings.simplefilter("ignore", RuntimeWarning)
        mean, scale = np.nan_to_num(np.nanmean(X, axis=0)), np.nan_to_num(np.nanstd(X, axis=0))
    scale[scale == 0] = 1.0
    model = LogisticRegression(max_iter=500, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(_widened(X, mean, scale, tuple(sizes)), y)
    coefficients = np.zeros((classes, 1 + model.coef_.shape[1]))
    rows = np.column_stack([model.intercept_, model.coef_])
    coefficients[model.classes_ if len(model.classes_) > 2 else model.classes_[1:]] = rows
    return Learned(mean, scale, tuple(sizes), coefficients)


def load(content: bytes) -> Learned:
    """From the JSON of `content`."""
    plain = json.loads(content)
    mean, scale, coefficients = (np.array(plain[name]) for name in ("mean", "scale", "coefficients"))
    return Learned(mean, scale, tuple(plain["sizes"]), coefficients)


def _widened(X: NDArray[np.float64], mean: NDArray[np.float64], scale: NDArray[np.float64],
             sizes: tuple[int, ...]) -> NDArray[np.float64]:
    """float64[n, q]: numbers standardised, each category a column of 0 and 1."""
    blocks = []
    for place, size in enumerate(sizes):
        column = X[:, place]
        if size:
            blocks.append((column[:, None] == np.arange(size)).astype(np.float64))
        else:
            blocks.append((np.where(np.isnan(column), mean[place], column)[:, None] - mean[place]) / scale[place])
    return np.concatenate(blocks, axis=1)
