"""The features that tell the most of what is learned, each by itself: a share of all, by mutual information.

Numbers are cut into ``BINS`` bins of about equal rows, missing is a bin, categories are their own bins, those with
less than ``FEW`` rows together. From the mutual information is taken what chance could give it (its mean and two
standard deviations), else a column of many categories would always seem to tell much. Two features that tell the
same are both kept.

Reference: Battiti (1994), "Using mutual information for selecting features in supervised neural net learning"; Wilks
(1938), "The large-sample distribution of the likelihood ratio" (by chance 2n times the information is chi-squared).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.graph import Value
from shall.methods.prepare._matrix import chosen, finite, to_learn
from shall.methods.task import Choice, Floats, Ints, Scalar

KINDS: Final = ("binary", "multiclass", "regressor")
SPACE: Final = (Choice("share", 0.75, 0.2, 1.0),)
BINS: Final = 20
FEW: Final = 10


@dataclass(frozen=True, slots=True)
class Selected:
    """The places of the columns that are kept, ascending; of how many; and their sizes."""

    kept: tuple[int, ...]
    columns: int
    sizes: tuple[int, ...]

    def __call__(self, X: Floats) -> Floats:
        """float64[n, kept]; nan where missing."""
        return finite(X, self.columns)[:, list(self.kept)]

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"kept": list(self.kept), "columns": self.columns, "sizes": list(self.sizes)}


def fit(X: Floats, y: NDArray[Any], sizes: Sequence[int], classes: int = 2, seed: int = 0,
        settings: Mapping[str, Scalar] | None = None) -> Selected:
    """Learn which columns of ``X`` float64[n, p] tell most of ``y`` [n]; of equal ones the first is kept."""
    share, X = float(chosen(SPACE, settings)["share"]), to_learn(X, sizes)
    told = information(X, y, sizes, classes)
    count = math.ceil(share * len(sizes) - 1e-9)
    kept = tuple(sorted(np.argsort(-told, kind="stable")[:count].tolist()))
    return Selected(kept, len(sizes), tuple(sizes[place] for place in kept))


def nodes(step: Selected, x: Value) -> Value:
    """The same in a graph: x [columns] gives [kept]."""
    return x[:, list(step.kept)]


def of(described: Mapping[str, Any]) -> Selected:
    """From plain data."""
    return Selected(tuple(described["kept"]), described["columns"], tuple(described["sizes"]))


def information(X: Floats, y: NDArray[Any], sizes: Sequence[int], classes: int = 2) -> Floats:
    """float64[p]: what each column tells of ``y`` beyond chance, in nats; mostly below 0 for one that tells nothing."""
    label = np.asarray(y, dtype=np.int64) if classes else binned(np.asarray(y, dtype=np.float64))
    return np.array([_beyond_chance(column if size else binned(column), label)
                     for column, size in zip(np.asarray(X).T, sizes, strict=True)])


def binned(column: Floats) -> Ints:
    """int64[n]: the bin of each number; -1 where missing."""
    known = column[np.isfinite(column)]
    if not len(known):
        return np.full(len(column), -1, dtype=np.int64)
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1], method="inverted_cdf"))
    return np.where(np.isfinite(column), np.searchsorted(edges, column, side="left"), -1).astype(np.int64)


def _beyond_chance(column: NDArray[Any], label: Ints) -> float:
    code = _common(np.where(np.isfinite(column), column, -1))
    values, place = np.unique(label, return_inverse=True)
    rows = np.bincount(code * len(values) + place, minlength=(int(code.max()) + 1) * len(values)
                       ).reshape(-1, len(values)) / len(label)
    expected = rows.sum(axis=1, keepdims=True) * rows.sum(axis=0)
    some = rows > 0
    told = float((rows[some] * np.log(rows[some] / expected[some])).sum())
    degrees = (len(rows) - 1) * (len(values) - 1)
    return told - (degrees + 2 * math.sqrt(2 * degrees)) / (2 * len(label))


def _common(column: NDArray[Any]) -> Ints:
    """int64[n]: codes without gaps, all rare ones have the same."""
    _, code, counts = np.unique(column, return_inverse=True, return_counts=True)
    return np.asarray(np.unique(np.where(counts[code] < FEW, -1, code), return_inverse=True)[1], dtype=np.int64)
