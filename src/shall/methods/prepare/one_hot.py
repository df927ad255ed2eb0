"""Each category a column of 0 and 1, the rare ones of a column together. Numbers stay what they are.

A category is rare that has less than the share ``rare`` of the rows. A missing or unseen value is 0 in all of them.

Reference: Hastie, Tibshirani and Friedman (2009), section 3.2 (dummy variables).
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
SPACE: Final = (Choice("rare", 0.01, 0.0005, 0.1, log=True),)
Kept = tuple[int, ...]                      # codes with a column of their own


@dataclass(frozen=True, slots=True)
class OneHot:
    """The codes of each column that have one of their own, None for a number, and the columns with rare ones."""

    columns: tuple[Kept | None, ...]
    rare: tuple[int, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """All are numbers."""
        return (0,) * (sum(1 if kept is None else len(kept) for kept in self.columns) + len(self.rare))

    def __call__(self, X: Floats) -> Floats:
        """float64[n, q]: in the order of the columns, the rare ones of each behind the others."""
        X = finite(X, len(self.columns))
        blocks = [X[:, [place]] if kept is None else self._block(X[:, place], place, kept)
                  for place, kept in enumerate(self.columns)]
        return np.concatenate(blocks, axis=1) if blocks else X

    def _block(self, column: Floats, place: int, kept: Kept) -> Floats:
        own = column[:, None] == np.array(kept)
        if place in self.rare:
            own = np.column_stack([own, ~np.isnan(column) & ~own.any(axis=1)])
        return np.asarray(own, dtype=np.float64)

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"columns": [None if kept is None else list(kept) for kept in self.columns], "rare": list(self.rare)}


def fit(X: Floats, y: NDArray[Any], sizes: Sequence[int], classes: int = 2, seed: int = 0,
        settings: Mapping[str, Scalar] | None = None) -> OneHot:
    """Learn which categories of ``X`` float64[n, p] are rare; ``sizes``: categories of each column, 0 for a number."""
    least, X = float(chosen(SPACE, settings)["rare"]) * len(X), to_learn(X, sizes)
    counts = [np.array([(column == code).sum() for code in range(size)]) if size else None
              for column, size in zip(X.T, sizes, strict=True)]
    columns = tuple(None if count is None else tuple(np.flatnonzero((count >= least) & (count > 0)).tolist())
                    for count in counts)
    rare = tuple(place for place, kept in enumerate(columns) if kept is not None and len(kept) < sizes[place])
    return OneHot(columns, rare)


def nodes(step: OneHot, x: Value) -> Value:
    """The same in a graph: x [p] gives [q]."""
    codes = {place: kept for place, kept in enumerate(step.columns) if kept}
    own = said.told_apart(x, codes) if codes else None
    blocks, start = list[Value](), 0
    for place, kept in enumerate(step.columns):
        if kept is None:
            blocks.append(x[:, place])
        elif kept and own is not None:
            blocks.append(own[:, start:start + len(kept)])
            start += len(kept)
        if place in step.rare:
            known = 1.0 - said.number(x[:, place].isna())
            blocks.append(known - said.affine(blocks[-1], np.ones((len(kept), 1)), np.zeros(1)) if kept else known)
    return stack(*blocks)


def of(described: Mapping[str, Any]) -> OneHot:
    """From plain data."""
    return OneHot(tuple(None if kept is None else tuple(kept) for kept in described["columns"]),
                  tuple(described["rare"]))
