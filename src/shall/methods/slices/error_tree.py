"""A small tree that parts rows where the loss changes most: an overview of where a subject fails.

One half of the rows grows it, the other half says what the loss is in each node, so that no figure is flattered by the
choice of the splits. Unlike slices its leaves do not overlap, and together they are all rows.

Reference: Breiman, Friedman, Olshen and Stone (1984), "Classification and regression trees", section 8.3 (splits by
squared error); Athey and Imbens (2016), "Recursive partitioning for heterogeneous causal effects", section 2 (honest
estimates).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall import stats
from shall.core.errors import DataError
from shall.core.filters import And, Filter
from shall.methods.slices.columns import Column, Floats, Ints, others
from shall.stats.special import normal_quantile

Bools = NDArray[np.bool_]
FEWEST: Final = 100                         # rows, in both halves together


@dataclass(frozen=True, slots=True)
class Node:
    """Rows of a filter (None: all), and their mean loss on rows that did not grow the tree.

    ``low`` and ``high``: one-sided bounds, valid for all leaves at once. ``parts``: the rows of a predicate and the
    others; none for a leaf.
    """

    filter: Filter | None
    said: str                               # the last step to here
    rows: int
    loss: float
    low: float
    high: float
    parts: tuple[Node, ...] = ()

    @property
    def leaves(self) -> tuple[Node, ...]:
        """The leaves below, from left to right; a leaf itself."""
        return tuple(leaf for part in self.parts for leaf in part.leaves) if self.parts else (self,)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self, lead: str = "", first: str = "", then: str = "") -> Iterator[str]:
        """The tree as text."""
        loss, low, high = (f"{one:.3f}" if abs(one) < 1 else f"{one:.3g}" for one in (self.loss, self.low, self.high))
        yield f"{lead}{first}{self.said}: {loss} [{low}, {high}], {self.rows:,} rows"
        for place, part in enumerate(self.parts):
            last = place == len(self.parts) - 1
            yield from part.lines(lead + then, "└ " if last else "├ ", "  " if last else "│ ")


@dataclass(frozen=True, slots=True)
class _Split:
    """A column and the predicate of it that parts some rows best; ``gain`` in standard errors."""

    column: int
    predicate: int
    gain: float


def grow(columns: Sequence[Column], loss: Floats, *, leaves: int = 8, support: int = 50, alpha: float = 0.05,
         seed: int = 0) -> Node:
    """The tree of some rows.

    Args:
        columns: what splits may be made of, `numbers` and `categories`.
        loss: float64[rows], greater is worse; a row whose loss is nan does not count.
        leaves: at most so many; a split is made where it is surely one, for all splits that were tried.
        support: rows that each part of a split has, in either half.
        alpha: of the bounds and the splits.
        seed: of the halves.

    The split that parts the losses most comes first, wherever it is. DataError where there are too few rows.
    """
    known = np.isfinite(loss)
    if known.sum() < max(FEWEST, 2 * support):
        raise DataError(f"a tree needs {max(FEWEST, 2 * support):,} rows with a loss, and there are "
                        f"{int(known.sum()):,}")
    first = np.random.default_rng(seed).random(len(loss)) < 0.5
    return _Tree(columns, loss, (known & first, known & ~first), support, alpha).grown(leaves)


class _Tree:
    """Rows, their halves, and how surely a split has to be one."""

    def __init__(self, columns: Sequence[Column], loss: Floats, halves: tuple[Bools, Bools], support: int,
                 alpha: float) -> None:
        self._columns, self._loss, self._halves, self._support, self._alpha = columns, loss, halves, support, alpha
        self._errors = normal_quantile(alpha / max(sum(len(column.low) for column in columns), 1))

    def grown(self, leaves: int) -> Node:
        """The surest split first; then every node with its figures. A node is named by its steps: "101"."""
        rows = {"": np.ones(len(self._loss), dtype=bool)}
        made: dict[str, _Split] = {}
        ends = {"": self._best(rows[""])}
        while len(ends) < leaves and any(ends.values()):
            name = max(ends, key=lambda name: ends[name].gain if ends[name] else 0.0)  # type: ignore[union-attr]
            split = ends.pop(name)
            assert split is not None
            made[name] = split
            inside = self._columns[split.column].holds(split.predicate)
            for step, chosen in (("1", inside), ("0", ~inside)):
                rows[name + step] = rows[name] & chosen
                ends[name + step] = self._best(rows[name + step])
        return self._node("", (), "all rows", (made, rows, len(ends)))

    def _node(self, name: str, terms: tuple[Filter, ...], said: str,
              tree: tuple[dict[str, _Split], dict[str, Bools], int]) -> Node:
        made, rows, leaves = tree
        parts: tuple[Node, ...] = ()
        if name in made:
            column = self._columns[made[name].column]
            predicate = column.filters[made[name].predicate]
            rest = others(predicate, column.missing)
            parts = tuple(self._node(name + step, (*terms, term), str(term), tree)
                          for step, term in (("1", predicate), ("0", rest)))
        told = rows[name] & self._halves[1]
        low, mean, high = _bounded(self._loss[told], self._alpha / leaves)
        flat = tuple(inner for term in terms for inner in (term.terms if isinstance(term, And) else (term,)))
        chosen = None if not flat else flat[0] if len(flat) == 1 else And(flat)
        return Node(chosen, said, int(told.sum()), mean, low, high, parts)

    def _best(self, rows: Bools) -> _Split | None:
        """The split whose parts differ most surely; None where none does."""
        grow, tell = (np.flatnonzero(rows & half) for half in self._halves)
        loss = self._loss[grow]
        best = None
        for place, column in enumerate(self._columns):
            n, total = _sums(column, grow, loss)
            left, rest = len(loss) - n, loss.sum() - total
            honest = _sums(column, tell, self._loss[tell])[0]
            fit = np.minimum(np.minimum(n, left), np.minimum(honest, len(tell) - honest)) >= self._support
            if fit.any():
                n, left = np.maximum(n, 1), np.maximum(left, 1)
                apart = np.abs(total / n - rest / left) / np.sqrt(max(loss.var(), 1e-300) * (1 / n + 1 / left))
                chosen = int(np.argmax(np.where(fit, apart, -1.0)))
                if apart[chosen] >= max(self._errors, best.gain if best else 0.0):
                    best = _Split(place, chosen, float(apart[chosen]))
        return best


def _sums(column: Column, rows: Ints, loss: Floats) -> tuple[Floats, Floats]:
    """Rows and loss of each predicate."""
    codes = column.codes[rows]
    counted = (np.concatenate([[0.0], np.cumsum(np.bincount(codes, weight, column.size))]) for weight in (None, loss))
    n, total = (sums[column.high + 1] - sums[column.low] for sums in counted)
    return n, total


def _bounded(loss: Floats, alpha: float) -> tuple[float, float, float]:
    """Low, mean and high: exact where losses are 0 or 1."""
    one = np.ones(1)
    n = np.array([len(loss)])
    inside = bool(((loss >= 0) & (loss <= 1)).all())
    family: stats.Estimates
    if inside and bool(((loss == 0) | (loss == 1)).all()):
        family = stats.Proportions(np.array([int(loss.sum())]), n)
    elif inside:
        family = stats.Means(loss.sum() * one, (loss**2).sum() * one, n)
    else:
        family = stats.Numbers(loss.sum() * one, (loss**2).sum() * one, (loss**3).sum() * one, n * one, n * one)
    low, high = family.bounds(alpha)
    return float(low[0]), float(family.value[0]), float(high[0])

