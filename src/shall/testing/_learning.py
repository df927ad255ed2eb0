"""Rows to learn from, what was learned from them, and whether weights count as they must."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ROWS: Final = 300
SIZES: Final = (0, 0, 3)                    # two numbers, and a column of three categories
HEAVY: Final = 3                            # how often a row counts where weights are tried
CLOSE: Final = 3.0                          # a smallest leaf of 20 rows means another thing where rows are repeated
Floats = NDArray[np.float64]


def rows(classes: int, seed: int = 0) -> tuple[Floats, NDArray[Any]]:
    """Rows from which something can be learned: ``X`` float64[n, 3] with missing values, ``y`` [n]."""
    chance = np.random.default_rng([classes, seed])
    y = chance.integers(0, classes, ROWS) if classes else chance.normal(5, 2, ROWS)
    X = np.column_stack([y + chance.normal(0, 0.7, ROWS), chance.normal(0, 1, ROWS), chance.integers(0, 3, ROWS)])
    X[chance.random(X.shape) < 0.1] = np.nan
    return X, y


def said(learned: Any, X: Floats, classes: int) -> Floats:
    """Probabilities float64[n, classes], or values float64[n]."""
    return np.asarray(learned.probabilities(X) if classes else learned.values(X))


def weight_faults(module: ModuleType, classes: int) -> Iterator[str]:
    """Whether a weight is about as good as repeated rows, and weights of 1 as good as none."""
    X, y = rows(classes)
    weight = np.where(y == classes - 1 if classes else y > np.median(y), float(HEAVY), 1.0)
    often = np.repeat(np.arange(len(X)), weight.astype(np.int64))
    tries = [(X, y, None), (X, y, np.ones(len(X))), (X, y, weight), (X[often], y[often], None)]
    plain, ones, weighted, repeated = (
        said(module.fit(some, label, SIZES, classes=classes, seed=1, weight=its), rows(classes, 1)[0], classes)
        for some, label, its in tries)
    if np.abs(ones - plain).mean() > 0.01 * max(1.0, float(np.abs(plain).max())):
        yield "weights of 1 give another model than no weights"
    moved, should = (float(np.mean((found - plain)[:, -1] if classes else found - plain))
                     for found in (weighted, repeated))
    if not abs(should) / CLOSE <= moved * np.sign(should) <= CLOSE * abs(should):
        yield f"a row of weight {HEAVY} does not count like {HEAVY} rows"
