"""Logistic regression on standardised numbers and one-hot categories: the probability of each class.

Missing numbers become the training mean, a missing or unseen category has no column of its own.

Reference: Hastie, Tibshirani and Friedman (2009), section 4.4; ridge penalty with C = 1 (scikit-learn).
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import MissingExtra
from shall.graph import Value
from shall.methods import nodes as said
from shall.methods.learn import _columns, _rows
from shall.methods.learn._settings import chosen
from shall.methods.task import Choice, Floats, Scalar

try:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
except ImportError as error:
    raise MissingExtra("scikit-learn", "build", "logistic regression") from error

KINDS: Final = ("binary", "multiclass")
SPACE: Final = (Choice("C", 1.0, 1e-3, 1e3, log=True),)
ABSENT: Final = -100.0                      # margin of a class that no training row has: a probability of 1e-43


@dataclass(frozen=True, slots=True)
class Learned:
    """How rows become columns, and coefficients float64[classes, 1 + q]."""

    columns: _columns.Columns
    coefficients: Floats

    def probabilities(self, X: Floats) -> Floats:
        """float64[n, classes]."""
        return _rows.probabilities_of(self.columns(X) @ self.coefficients[:, 1:].T + self.coefficients[:, 0])

    def content(self) -> bytes:
        """What was learned, as JSON."""
        return json.dumps({**self.columns.described(), "coefficients": self.coefficients.tolist()}).encode()


def fit(X: Floats, y: NDArray[np.int64], sizes: Sequence[int], classes: int = 2, seed: int = 0, *,
        weight: Floats | None = None, settings: Mapping[str, Scalar] | None = None) -> Learned:
    """Learn ``y`` int64[n] in 0…classes-1 from ``X`` float64[n, p]; ``sizes``: categories of each feature.

    InputError where a setting is none of `SPACE`, DataError where the rows or weights are not as they must be.
    """
    asked = chosen(SPACE, settings)
    _rows.check(X, y, weight)
    columns = _columns.fit(X, sizes, weight)
    wide = columns(X)
    coefficients = np.zeros((classes, 1 + wide.shape[1]))
    present = np.unique(y)
    coefficients[np.setdiff1d(np.arange(classes), present), 0] = ABSENT
    if len(present) > 1:
        model = LogisticRegression(C=asked["C"], max_iter=500, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(wide, y, weight)
        rows = np.column_stack([model.intercept_, model.coef_])
        coefficients[present if len(present) > 2 else present[1:]] = rows
    return Learned(columns, coefficients)


def load(content: bytes) -> Learned:
    """From the JSON of `content`."""
    plain = json.loads(content)
    return Learned(_columns.Columns.of(plain), np.array(plain["coefficients"]))


def nodes(learned: Learned, x: Value, classes: int) -> Value:
    """The same in a graph: [classes]."""
    wide = _columns.nodes(learned.columns, x)
    return said.probabilities(said.affine(wide, learned.coefficients[:, 1:].T, learned.coefficients[:, 0]))
