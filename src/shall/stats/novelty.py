"""Rows unlike those of training: how strange a row is, and a line that hardly any row of the same kind passes.

A table of up to ``WIDE`` columns is told by its values and pairs of values (`support`), a wider one, such as the pixels
of an image, by its distances (`neighbours`). Each of the two measures of a kind is read as the share of training rows
that are at least as strange, and the smaller share counts. The line is a conformal quantile of rows that nothing was
learned from: a further row of the same kind lies above it with a chance of at most ``alpha``, whatever the data.

Reference: Bates, Candès, Lei, Romano and Sesia (2023), "Testing for outliers with conformal p-values", section 1.2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.stats import neighbours, support
from shall.stats.arrays import Floats, floats
from shall.stats.conformal import exact, scores_of
from shall.stats.neighbours import Neighbours
from shall.stats.support import Support

WIDE: Final = 64
FEWEST: Final = 20                          # rows to learn from
TAIL: Final = 2000                          # reference scores that are kept: those at the end all
LAST_BITS: Final = 1e-12
BEYOND: Final = 1e-3                        # by how much more strange counts beyond all that was seen


@dataclass(frozen=True, eq=False)
class Novelty:
    """What training rows cover, the strangeness of those rows by measure, and the line."""

    told: Support | Neighbours
    names: tuple[str, ...]                  # of the columns, in their order
    tails: tuple[Floats, Floats]            # [2, k]: strangeness, and -log the share of rows that reach it
    line: float = math.inf
    alpha: float = 0.0
    rows: int = 0                           # that the line was made of

    def measures(self, columns: Mapping[str, Any]) -> Floats:
        """float64[n, 2]: strangeness by its two measures. DataError where a column has words instead of numbers."""
        if isinstance(self.told, Support):
            try:
                return _of_support(self.told, self.told.codes(columns), self.told.beyond(columns))
            except (TypeError, ValueError) as error:
                raise DataError(f"a row has a value of another kind than training: {error}") from error
        return np.stack(self.told(matrix(columns, self.names)), axis=1)

    def strangeness(self, columns: Mapping[str, Any]) -> Floats:
        """float64[n]: of rows by column, each [n]; DataError where a column is missing."""
        return self.joined(self.measures(self._complete(columns)))

    def why(self, row: Mapping[str, Any], measured: Floats | None = None) -> str:
        """What is strangest about a row, in words; ``measured`` [2], where its measures are known already."""
        if isinstance(self.told, Neighbours):
            known = self.measures({name: [row.get(name)] for name in self.names})[0] if measured is None else measured
            near, ratio = known.tolist()
            apart = np.interp(near, *self.tails[0]) >= np.interp(ratio, *self.tails[1])
            return "far from every row of training" if apart else "between two classes, near the rows of neither"
        codes, beyond = self.told.code(row), self.told.beyond_of(row)
        alone, together = _of_support(self.told, codes, beyond)[0].tolist()
        if np.interp(alone, *self.tails[0]) >= np.interp(together, *self.tails[1]):
            return self.told.about_value(codes[0], int(self.told.values(codes, beyond)[0].argmax()), row)
        return self.told.about_pair(codes[0], int(self.told.together(codes)[0].argmax()), row)

    def _complete(self, columns: Mapping[str, Any]) -> Mapping[str, Any]:
        if lacking := [name for name in self.names if name not in columns]:
            raise DataError(f"these rows have no column {', '.join(lacking)}, which training had")
        return columns

    def joined(self, measures: Floats) -> Floats:
        """float64[n]: the more telling one of the two measures [n, 2]."""
        first, second = (np.interp(some, *tail) + BEYOND * np.maximum(some - tail[0, -1], 0)
                         for some, tail in zip(measures.T, self.tails, strict=True))
        return np.asarray(np.maximum(first, second))

    def seen(self, columns: Mapping[str, Any]) -> NDArray[np.bool_]:
        """bool[n]: whether a row is like those of training, as far as the line tells."""
        return self.within(self.measures(self._complete(columns)))

    def within(self, measures: Floats) -> NDArray[np.bool_]:
        """bool[n]: the same by the measures [n, 2] of rows."""
        first, second = self.limits
        return np.asarray((measures[:, 0] <= first) & (measures[:, 1] <= second))

    def knows(self, row: Mapping[str, Any]) -> bool:
        """The same of one row; a column that it lacks is missing."""
        if isinstance(self.told, Neighbours):
            return bool(self.seen({name: [row.get(name)] for name in self.names})[0])
        codes, (first, second) = self.told.code(row), self.limits
        alone, together = self.told.values(codes, self.told.beyond_of(row)), self.told.together(codes)
        return float(alone.max()) <= first and float(together.max(initial=0.0)) <= second

    @cached_property
    def limits(self) -> tuple[float, float]:
        """The line on the scale of each measure."""
        first, second = (_limit(self.line, tail) for tail in self.tails)
        return first, second

    def calibrated(self, columns: Mapping[str, Any], alpha: float = 0.05) -> Novelty:
        """The same with a line, from rows that nothing was learned from. DataError for an alpha out of 0 to 1."""
        exact(alpha)
        found = self.strangeness(columns)
        if not len(found):
            raise DataError("a line takes rows that nothing was learned from, and there is none")
        return replace(self, line=scores_of(found).quantile(1 - alpha), alpha=alpha, rows=len(found))

    def described(self) -> dict[str, Any]:
        """As plain data."""
        kind = "support" if isinstance(self.told, Support) else "neighbours"
        return {kind: self.told.described(), "names": list(self.names), "tails": [one.tolist() for one in self.tails],
                "line": self.line if math.isfinite(self.line) else None, "alpha": self.alpha, "rows": self.rows}


def fit(columns: Mapping[str, Any], label: Any = None, seed: int = 0) -> Novelty:
    """Learn from training rows by column, each [n], and their classes int64[n], which only wide rows need.

    DataError where there are fewer than ``FEWEST`` rows, no column with values, or a wide table with words.
    """
    names = tuple(columns)
    rows = len(next(iter(columns.values()), ()))
    if rows < FEWEST:
        raise DataError(f"what is unlike training takes {FEWEST} rows to learn from, and there are {rows}")
    if len(names) > WIDE:
        near = neighbours.fit(matrix(columns, names), label, seed)
        first, second = near.of_themselves()
        return Novelty(near, names, (_tail(first), _tail(second)))
    known = support.fit(columns)
    if not known.columns:
        raise DataError("what is unlike training takes a column that has values, some of them more than once")
    alone, together = known.of_counted(known.codes(columns))
    tails = _tail(alone.max(axis=1)), _tail(together.max(axis=1, initial=0.0))
    return Novelty(known, tuple(one.name for one in known.columns), tails)


def of(told: Mapping[str, Any]) -> Novelty:
    """From plain data."""
    known = support.of(told["support"]) if "support" in told else neighbours.of(told["neighbours"])
    first, second = (np.array(one, dtype=np.float64).reshape(2, -1) for one in told["tails"])
    line = math.inf if told["line"] is None else told["line"]
    return Novelty(known, tuple(told["names"]), (first, second), line, told["alpha"], told["rows"])


def matrix(columns: Mapping[str, Any], names: tuple[str, ...]) -> Floats:
    """float64[n, columns]; DataError for words."""
    try:
        return np.stack([floats(columns[name]) for name in names], axis=1)
    except (TypeError, ValueError) as error:
        raise DataError(f"of more than {WIDE} columns each must be numbers, for they are compared by distance: "
                        f"{error}") from error


def _of_support(known: Support, codes: NDArray[np.int64], beyond: Floats) -> Floats:
    found = np.empty((len(codes), 2))
    known.values(codes, beyond).max(axis=1, out=found[:, 0])
    known.together(codes).max(axis=1, initial=0.0, out=found[:, 1])
    return found


def _limit(line: float, tail: Floats) -> float:
    """Up to which strangeness a measure stays below the line, the last bits with it."""
    at, level = tail
    if line < level[0]:
        return -math.inf
    found = float(np.interp(line, level, at)) + max(line - float(level[-1]), 0.0) / BEYOND
    return found + LAST_BITS * (1 + abs(found))


def _tail(found: Floats) -> Floats:
    """[2, k]: strangeness, and -log the share of all rows that reach it: all of the last ones, some of the rest."""
    ranked = np.sort(found)
    share = (len(ranked) - np.searchsorted(ranked, ranked, "left")) / (len(ranked) + 1)
    kept = np.unique(np.append(np.linspace(0, len(ranked) - 1, TAIL // 2).astype(int),
                               np.arange(max(0, len(ranked) - TAIL // 2), len(ranked))))
    at, first = np.unique(ranked[kept], return_index=True)
    level, top = -np.log(share[kept][first]), math.log(len(ranked) + 1)
    if level[-1] < top:                     # whatever is stranger than all of them has a share of its own
        at, level = np.append(at, np.nextafter(at[-1], math.inf)), np.append(level, top)
    return np.stack([at, level])
