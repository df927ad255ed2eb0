"""Two groups held to one another row by row: some rows of each say together how far a ratio or a difference is.

Reference: Waudby-Smith and Ramdas (2023), "Estimating means of bounded random variables by betting", section 4, on the
bounded difference of the means of some rows of two groups; which rows these are depends on their groups alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints
from shall.stats.e_detector import Events

TOGETHER: Final = 8                         # rows of the life that speak at once
EACH_OTHER: Final = 8                       # groups that are held to each other; further ones to all others together
Group = tuple[tuple[str, str], ...]
Said = tuple[Ints, Ints, Floats]            # row, group, value


@dataclass(eq=False)
class _Sums:
    """Rows and sums of values of one side of a pair since the pair spoke last."""

    rows: float = 0.0
    total: float = 0.0


@dataclass(eq=False)
class Pairs:
    """The pairs of the groups of one line, those of one band (``bands`` leading names of a group) with each other.

    A ``ratio`` of at least ``limit`` says of each pair: limit * mean of one - mean of the other is at most 0; a
    ``difference`` of at most ``limit``: mean of one - mean of the other - limit is at most 0.
    """

    aggregate: Literal["ratio", "difference"]
    limit: float
    bands: int = 0
    _pairs: dict[tuple[int, int], int] = field(default_factory=dict)        # to the first of its two streams
    _open: dict[tuple[int, int], tuple[_Sums, _Sums]] = field(default_factory=dict)
    _pending: Floats = field(default_factory=lambda: np.zeros((2, 0)))      # rows and sums by group of the open step

    @property
    def low(self) -> float:
        """The worst that rows can say for the alarm."""
        return -1.0 if self.aggregate == "ratio" else -1.0 - self.limit

    def named(self, groups: Sequence[str]) -> list[str]:
        """What each stream is about."""
        return [f"{groups[one]} against {groups[other]}" for i, j in self._pairs for one, other in ((i, j), (j, i))]

    def events(self, said: Said, groups: Sequence[Group], life: tuple[int, int]) -> Events:
        """What some rows say; ``life``: how many came earlier, and how many they are. A step that is open waits."""
        (row, group, value), (before, number) = said, life
        self._meet(groups)
        self._pending = np.pad(self._pending, ((0, 0), (0, len(groups) - self._pending.shape[1])))
        first, last = before // TOGETHER, (before + number) // TOGETHER
        step, steps = (row + before) // TOGETHER - first, last - first
        cell, size = step * len(groups) + group, (steps + 1) * len(groups)
        rows, sums = (np.bincount(cell, weight, size).reshape(steps + 1, -1) for weight in (None, value))
        table = np.stack([rows, sums]).astype(np.float64)
        table[:, 0] += self._pending
        self._pending = table[:, steps].copy()
        return self._spoken(table[:, :steps], (np.arange(first, last) + 1) * TOGETHER - 1 - before)

    def _meet(self, groups: Sequence[Group]) -> None:
        """Pairs of groups that are new with those that were there."""
        for j in range(self._pending.shape[1], len(groups)):
            for i in range(j):
                if groups[i][:self.bands] == groups[j][:self.bands]:
                    self._pairs[i, j] = 2 * len(self._pairs)
                    self._open[i, j] = _Sums(), _Sums()

    def _spoken(self, table: Floats, ends: Ints) -> Events:
        """The events of all pairs in the order of their rows; ``table`` float64[2, steps, groups]."""
        found: list[tuple[Ints, Ints, Floats]] = []
        for (i, j), stream in self._pairs.items():
            closed, left, right = _closed(table[:, :, i], table[:, :, j], self._open[i, j])
            for place, (one, other) in enumerate(((left, right), (right, left))):
                told = self.limit * other - one if self.aggregate == "ratio" else one - other - self.limit
                found.append((ends[closed], np.full(len(closed), stream + place), told))
        if not found:
            return Events(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), 0)
        row, which, value = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((which, row))
        return Events(row[order], which[order], value[order], 2 * len(self._pairs))


def _closed(left: Floats, right: Floats, before: tuple[_Sums, _Sums]) -> tuple[Ints, Floats, Floats]:
    """The steps at whose end a pair speaks, and the means of both sides since it spoke last; each float64[2, steps].

    It speaks as soon as both sides have rows; what comes after the last time is kept in ``before``.
    """
    sides = [np.column_stack(([sums.rows, sums.total], side)) for side, sums in zip((left, right), before, strict=True)]
    sides = [np.column_stack((side[:, :2].sum(axis=1), side[:, 2:])) if side.shape[1] > 1 else side for side in sides]
    closed = _both(sides[0][0] > 0, sides[1][0] > 0)
    edges = np.concatenate(([0], closed + 1))
    means = []
    for side, sums in zip(sides, before, strict=True):
        rows, total = (np.concatenate(([0.0], one.cumsum()))[edges] for one in side)
        sums.rows, sums.total = side[0].sum() - rows[-1], side[1].sum() - total[-1]
        means.append(np.diff(total) / np.diff(rows))
    return closed, means[0], means[1]


def _both(left: Bools, right: Bools) -> Ints:
    """The steps at which both sides have come since the last such step."""
    closes = left & right
    waiting = 0                             # which side has come alone: 1 left, 2 right
    alone = np.flatnonzero(left ^ right)
    since = np.searchsorted(np.flatnonzero(closes), alone).tolist()     # closed steps before each
    before = 0
    for step, side, closed in zip(alone.tolist(), np.where(left[alone], 1, 2).tolist(), since, strict=True):
        if closed != before:
            waiting, before = 0, closed
        if waiting and waiting != side:
            closes[step], waiting = True, 0
        else:
            waiting = side
    return np.flatnonzero(closes)
