"""Each category as what is learned of it: the share of positives (of each class, or the mean), drawn to that of all.

A category of n rows with the mean m becomes ``(n m + smooth M) / (n + smooth)``, M being the mean of all rows. Missing
is a category too; an unseen one and one without rows become M. Numbers stay what they are.

The rows that it is learned from know too much of themselves: a category of one row tells its label. So a learner must
be given the matrix of `training`, where each row is encoded by a step learned from other rows.

Reference: Micci-Barreca (2001), "A preprocessing scheme for high-cardinality categorical attributes in classification
and prediction problems", equations 3 and 7; cross-fitting as in scikit-learn's TargetEncoder.
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
SPACE: Final = (Choice("smooth", 10.0, 1.0, 1000.0, log=True),)
FOLDS: Final = 5
Table = tuple[tuple[float, ...], ...]       # [size + 1, targets]; the last row: missing


@dataclass(frozen=True, slots=True)
class TargetEncoded:
    """What each category becomes; None for a number."""

    columns: tuple[Table | None, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """All are numbers."""
        return tuple(0 for table in self.columns for _ in (table[0] if table else (0,)))

    def __call__(self, X: Floats) -> Floats:
        """float64[n, q]: in the order of the columns, several classes beside each other."""
        X = finite(X, len(self.columns))
        blocks = [X[:, [place]] if table is None else _looked_up(X[:, place], np.array(table))
                  for place, table in enumerate(self.columns)]
        return np.concatenate(blocks, axis=1) if blocks else X

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"columns": [None if table is None else [list(row) for row in table] for table in self.columns]}


def fit(X: Floats, y: NDArray[Any], sizes: Sequence[int], classes: int = 2, seed: int = 0,
        settings: Mapping[str, Scalar] | None = None) -> TargetEncoded:
    """Learn the means of ``y`` [n] by category of ``X`` float64[n, p]; for rows that were not learned from.

    ``sizes``: categories of each column, 0 for a number; ``classes`` 0: a number is learned.
    """
    smooth, X = float(chosen(SPACE, settings)["smooth"]), to_learn(X, sizes)
    target = _targets(np.asarray(y), classes)
    return TargetEncoded(tuple(_table(X[:, place], target, size, smooth) if size else None
                               for place, size in enumerate(sizes)))


def training(X: Floats, y: NDArray[Any], sizes: Sequence[int], classes: int = 2, seed: int = 0,
             settings: Mapping[str, Scalar] | None = None) -> tuple[TargetEncoded, Floats]:
    """The step of all rows, and float64[n, q]: each row by a step that was learned without its fold."""
    step, X = fit(X, y, sizes, classes, seed, settings), to_learn(X, sizes)
    fold, found = folds(len(X), seed), np.zeros((len(X), len(step.sizes)))
    for number in range(min(FOLDS, len(X))):
        here = fold == number
        # one row has no others to learn from
        others = fit(X[~here], np.asarray(y)[~here], sizes, classes, seed, settings) if not here.all() else step
        found[here] = others(X[here])
    return step, found


def nodes(step: TargetEncoded, x: Value) -> Value:
    """The same in a graph: x [p] gives [q]."""
    return stack(*(x[:, place] if table is None else said.entry(x[:, place], np.array(table))
                   for place, table in enumerate(step.columns)))


def of(described: Mapping[str, Any]) -> TargetEncoded:
    """From plain data."""
    return TargetEncoded(tuple(None if table is None else tuple(tuple(row) for row in table)
                               for table in described["columns"]))


def folds(rows: int, seed: int) -> NDArray[np.int64]:
    """int64[n] in 0…FOLDS-1: which fold a row is in, by chance and as equal in size as can be."""
    return np.random.default_rng(seed).permutation(rows) % FOLDS


def _targets(y: NDArray[Any], classes: int) -> Floats:
    """float64[n, targets]: one column a class, of two only the second."""
    if not classes:
        return np.asarray(y[:, None], dtype=np.float64)
    return np.asarray(y[:, None] == (np.arange(classes) if classes > 2 else [1]), dtype=np.float64)


def _table(column: Floats, target: Floats, size: int, smooth: float) -> Table:
    code = _codes(column, size)
    count = np.bincount(code, minlength=size + 1)[:, None]
    total = np.stack([np.bincount(code, one, minlength=size + 1) for one in target.T], axis=1)
    return tuple(tuple(row) for row in ((total + smooth * target.mean(axis=0)) / (count + smooth)).tolist())


def _looked_up(column: Floats, table: Floats) -> Floats:
    return np.asarray(table[_codes(column, len(table) - 1)])


def _codes(column: Floats, size: int) -> NDArray[np.int64]:
    """int64[n] in 0…size; what is no category is missing."""
    return np.asarray(np.where((column >= 0) & (column < size), column, size), dtype=np.int64)
