"""Ridge regression on standardised numbers and one-hot categories: a number.

Missing numbers become the training mean, a missing or unseen category has no column of its own.

Reference: Hoerl and Kennard (1970), "Ridge regression: biased estimation for nonorthogonal problems" (scikit-learn).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from shall.core.errors import InputError, MissingExtra
from shall.graph import Value
from shall.methods import nodes as said
from shall.methods.learn import _columns, _rows
from shall.methods.learn._settings import chosen
from shall.methods.task import Choice, Floats, Scalar

try:
    from sklearn.linear_model import Ridge
except ImportError as error:
    raise MissingExtra("scikit-learn", "build", "ridge regression") from error

KINDS: Final = ("regressor",)
SPACE: Final = (Choice("alpha", 1.0, 1e-3, 1e4, log=True),)


@dataclass(frozen=True, slots=True)
class Learned:
    """How rows become columns, and coefficients float64[1 + q], the constant first."""

    columns: _columns.Columns
    coefficients: Floats

    def values(self, X: Floats) -> Floats:
        """float64[n]."""
        return np.asarray(self.columns(X) @ self.coefficients[1:] + self.coefficients[0])

    def content(self) -> bytes:
        """What was learned, as JSON."""
        return json.dumps({**self.columns.described(), "coefficients": self.coefficients.tolist()}).encode()


def fit(X: Floats, y: Floats, sizes: Sequence[int], classes: int = 0, seed: int = 0, *,
        weight: Floats | None = None, settings: Mapping[str, Scalar] | None = None) -> Learned:
    """Learn ``y`` float64[n] from ``X`` float64[n, p]; ``sizes``: categories of each feature.

    InputError where classes are to be learned or a setting is none of `SPACE`, DataError where the rows or weights
    are not as they must be.
    """
    if classes:
        raise InputError("ridge learns a number, and no classes: take logistic_regression")
    asked = chosen(SPACE, settings)
    _rows.check(X, y, weight)
    columns = _columns.fit(X, sizes, weight)
    model = Ridge(alpha=asked["alpha"], solver="cholesky").fit(columns(X), y, weight)
    return Learned(columns, np.concatenate([[model.intercept_], model.coef_]))


def load(content: bytes) -> Learned:
    """From the JSON of `content`."""
    plain = json.loads(content)
    return Learned(_columns.Columns.of(plain), np.array(plain["coefficients"]))


def nodes(learned: Learned, x: Value, classes: int) -> Value:
    """The same in a graph: [1]."""
    wide = _columns.nodes(learned.columns, x)
    return said.affine(wide, learned.coefficients[1:, None], learned.coefficients[:1])
