"""Missing values filled in: numbers with the median, the mean or the most frequent value, categories with the latter.

A column that had missing values in training also gets a column that tells where (1: missing), since that often says
something by itself. A column with no value at all becomes 0.

Reference: Little and Rubin (2002), "Statistical analysis with missing data", section 4.2; Van Ness et al. (2023),
"The missing indicator method: from low to high dimensions", section 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.graph import Value, stack
from shall.methods import nodes as said
from shall.methods.prepare._matrix import chosen, finite, to_learn
from shall.methods.task import Choice, Floats, Scalar

KINDS: Final = ("binary", "multiclass", "regressor")
SPACE: Final = (
    Choice("strategy", "median", options=("median", "mean", "most_frequent")),
    Choice("indicator", True, options=(True, False)),
)


@dataclass(frozen=True, slots=True)
class Imputed:
    """What fills each column float[p], the places of those that are told of, and the sizes of what it gives."""

    fill: tuple[float, ...]
    told: tuple[int, ...]
    sizes: tuple[int, ...]

    def __call__(self, X: Floats) -> Floats:
        """float64[n, p + told]: everything is finite."""
        X = finite(X, len(self.fill))
        missing = np.isnan(X)
        return np.column_stack([np.where(missing, np.array(self.fill), X), missing[:, list(self.told)]])

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"fill": list(self.fill), "told": list(self.told), "sizes": list(self.sizes)}


def fit(X: Floats, y: NDArray[Any], sizes: Sequence[int], classes: int = 2, seed: int = 0,
        settings: Mapping[str, Scalar] | None = None) -> Imputed:
    """Learn what fills the columns of ``X`` float64[n, p]; ``sizes``: categories of each, 0 for a number."""
    wanted, X = chosen(SPACE, settings), to_learn(X, sizes)
    fill = tuple(_filling(X[:, place], "most_frequent" if size else wanted["strategy"])
                 for place, size in enumerate(sizes))
    told = tuple(np.flatnonzero(np.isnan(X).any(axis=0)).tolist()) if wanted["indicator"] else ()
    return Imputed(fill, told, (*sizes, *(0 for _ in told)))


def nodes(step: Imputed, x: Value) -> Value:
    """The same in a graph: x [p] gives [p + told]."""
    missing = x.isna()
    filled = said.chosen(missing, np.array(step.fill), x)
    return stack(filled, said.number(missing[:, list(step.told)])) if step.told else filled


def of(described: Mapping[str, Any]) -> Imputed:
    """From plain data."""
    return Imputed(tuple(described["fill"]), tuple(described["told"]), tuple(described["sizes"]))


def _filling(column: Floats, strategy: str) -> float:
    known = column[~np.isnan(column)]
    if not len(known):
        return 0.0
    if strategy == "most_frequent":         # of several the smallest
        values, counts = np.unique(known, return_counts=True)
        return float(values[np.argmax(counts)])
    with np.errstate(over="ignore"):
        return float(np.nan_to_num(np.mean(known) if strategy == "mean" else np.median(known)))
