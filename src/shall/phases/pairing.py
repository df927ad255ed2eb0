"""Two groups held to one another row by row: some rows of each say together how far a ratio or a difference is.

Reference: Waudby-Smith and Ramdas (2023), "Estimating means of bounded random variables by betting", section 4, on the
bounded difference of the means of some rows of two groups; which rows these are depends on their groups alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from shall.stats.arrays import Bools, Floats, Ints
from shall.stats.e_detector import Events

TOGETHER: Final = 8                         # rows of the life that speak at once
SHIFT: Final = TOGETHER.bit_length() - 1
EXACT: Final = 2.0 ** 32                    # values are kept in such parts, so that sums are exact in any order
Group = tuple[tuple[str, str], ...]
Said = tuple[Ints, Ints, Floats]            # row, group, value


@dataclass(eq=False)
class Pairs:
    """The pairs of the groups of one line, those of one band (``bands`` leading names of a group) with each other.

    A ``ratio`` of at least ``limit`` says of each pair: limit * mean of one - mean of the other is at most 0; a
    ``difference`` of at most ``limit``: mean of one - mean of the other - limit is at most 0.
    """

    aggregate: Literal["ratio", "difference"]
    limit: float
    bands: int = 0
    _pairs: Ints = field(default_factory=lambda: np.zeros((2, 0), np.int64))    # the groups on both sides
    _open: Floats = field(default_factory=lambda: np.zeros((2, 2, 0)))  # [sides, rows and sums, pairs] that wait
    _pending: Floats = field(default_factory=lambda: np.zeros((2, 0)))          # of each group in the open step

    @property
    def low(self) -> float:
        """The worst that rows can say for the alarm."""
        return -1.0 if self.aggregate == "ratio" else -1.0 - self.limit

    def named(self, groups: Sequence[str]) -> list[str]:
        """What each stream is about."""
        return [f"{groups[one]} against {groups[other]}" for i, j in self._pairs.T.tolist()
                for one, other in ((i, j), (j, i))]

    def events(self, said: Said, groups: Sequence[Group], life: tuple[int, int]) -> Events:
        """What some rows say; ``life``: how many came earlier, and how many they are. A step that is open waits."""
        (row, group, value), (before, number) = said, life
        first, parts = before >> SHIFT, np.rint(value * EXACT) / EXACT
        shape = (before + number >> SHIFT) - first + 1, len(groups)
        cell = ((row + before >> SHIFT) - first) * len(groups) + group
        more = [np.bincount(cell, weight, shape[0] * shape[1]).reshape(shape) for weight in (None, parts)]
        return self._goes_on(more, groups, before)

    def counted(self, cell: Ints, groups: Sequence[Group], before: int) -> Events:
        """The same of rows that are 0 or 1: each has its cell, 2 * group + value, or 2 * groups if it says nothing."""
        width, rows = 2 * len(groups) + 1, np.arange(before, before + len(cell))
        steps = (before + len(cell) >> SHIFT) - (before >> SHIFT) + 1
        place = ((rows >> SHIFT) - (before >> SHIFT)) * width + cell
        counts = np.bincount(place, minlength=steps * width).reshape(steps, width)[:, :-1]
        counts = counts.reshape(steps, len(groups), 2)
        return self._goes_on([counts.sum(axis=2), counts[:, :, 1]], groups, before)

    def _goes_on(self, more: Sequence[NDArray[Any]], groups: Sequence[Group], before: int) -> Events:
        """``more``: rows and sums, each [steps, groups], of the step that was open up to the one that is open now."""
        if len(groups) > self._pending.shape[1]:
            self._meet(groups)
            self._pending = np.pad(self._pending, ((0, 0), (0, len(groups) - self._pending.shape[1])))
        table = np.array(more, dtype=np.float64)
        table[:, 0] += self._pending
        self._pending = table[:, -1].copy()
        ends = ((before >> SHIFT) + np.arange(1, table.shape[1])) * TOGETHER - 1 - before
        return self._spoken(table[:, :-1], ends)

    def described(self) -> dict[str, Any]:
        """As plain data, to go on from."""
        return {"pending": self._pending.tolist(),
                "open": [[*pair, *sides] for pair, sides in zip(self._pairs.T.tolist(),
                                                                self._open.transpose(2, 0, 1).tolist(), strict=True)]}

    def restored(self, told: Mapping[str, Any], groups: Sequence[Group]) -> None:
        """Go on from what `described` told; ``groups``: those that had come by then."""
        self._meet(groups)
        self._pending = np.asarray(told["pending"], dtype=np.float64).reshape(2, len(groups))
        before = {(i, j): sides for i, j, *sides in told["open"]}
        self._open = np.array([before[i, j] for i, j in self._pairs.T.tolist()]).reshape(-1, 2, 2).transpose(1, 2, 0)

    def _meet(self, groups: Sequence[Group]) -> None:
        """Pairs of groups that are new with those that were there."""
        new = [(i, j) for j in range(self._pending.shape[1], len(groups)) for i in range(j)
               if groups[i][:self.bands] == groups[j][:self.bands]]
        if new:
            self._pairs = np.concatenate((self._pairs, np.transpose(new)), axis=1)
            self._open = np.pad(self._open, ((0, 0), (0, 0), (0, len(new))))

    def _spoken(self, table: Floats, ends: Ints) -> Events:
        """The events of all pairs; ``table`` float64[2, steps, groups]."""
        if not self._pairs.size or not len(ends):
            nothing = np.zeros(0, np.int64)
            return Events(nothing, nothing, np.zeros(0), 2 * self._pairs.shape[1], apart=True)
        came = (table[0] > 0).T
        sides = [np.concatenate((waits[0][:, None] > 0, came[groups]), axis=1)
                 for waits, groups in zip(self._open, self._pairs, strict=True)]
        pair, step = both(*sides)
        until = np.concatenate((np.zeros_like(table[:, :1]), table.cumsum(axis=1)), axis=1)
        left, right = self._means(until, pair, step)
        if self.aggregate == "ratio":
            told = self.limit * right - left, self.limit * left - right
        else:
            told = left - right - self.limit, right - left - self.limit
        number = np.bincount(pair, minlength=self._pairs.shape[1])
        place = np.arange(len(pair)) + (number.cumsum() - number)[pair]         # those of one side follow the other's
        places = place, place + number[pair]
        row, stream, value = (_placed(places, both) for both in (
            (ends[step - 1],) * 2, (2 * pair, 2 * pair + 1), told))
        return Events(row, stream, value, 2 * self._pairs.shape[1], apart=True)

    def _means(self, until: Floats, pair: Ints, step: Ints) -> list[Floats]:
        """The means of both sides since a pair spoke last; what comes after the last time is kept.

        ``until`` float64[2, steps + 1, groups]: rows and sums of each group before each step.
        """
        means, flat = [], until.reshape(2, -1)
        first = np.flatnonzero(np.append(True, pair[1:] != pair[:-1])[:len(pair)])
        last, spoke = np.append(first[1:], len(pair))[:len(first)] - 1, pair[first]
        for waits, groups in zip(self._open, self._pairs, strict=True):
            place = step * until.shape[2] + groups[pair]
            some = []
            for wait, sums, end in zip(waits, flat, until[:, -1], strict=True):
                here = sums[place]
                since = np.append(0.0, here[:-1])[:len(here)]
                since[first] = -wait[spoke]
                some.append(here - since)
                wait += end[groups]
                wait[spoke] = end[groups[spoke]] - here[last]
            means.append(some[1] / some[0])
        return means


def _placed(places: tuple[Ints, Ints], both: tuple[NDArray[Any], NDArray[Any]]) -> NDArray[Any]:
    found = np.empty(2 * len(both[0]), dtype=both[0].dtype)
    for place, side in zip(places, both, strict=True):
        found[place] = side
    return found


def both(left: Bools, right: Bools) -> tuple[Ints, Ints]:
    """The pair and the step of each time at which both sides of a pair have come since the last such step.

    ``left``, ``right``: bool[pairs, steps], who came. Where one side comes alone it waits for the other, however often
    it comes again: of runs of one side alone each is over when the other side comes, unless all of it was used up.
    """
    closes = left & right
    alone = np.flatnonzero(left ^ right)
    if len(alone):
        since = closes.reshape(-1).cumsum()[alone] + alone // left.shape[1] * left.size
        anew = np.append(True, since[1:] != since[:-1])                 # nobody waits
        side = left.reshape(-1)[alone]
        run = np.flatnonzero(anew | np.append(True, side[1:] != side[:-1]))
        begins, place = anew[run], np.arange(len(run))
        more = np.append(False, (begins | (np.diff(run, append=len(alone)) > 1))[:-1])  # some of the run before waits
        last = np.maximum.accumulate(np.where(begins | more, place, 0))
        over = begins[last] ^ ((place - last) & 1 == 0)
        closes.reshape(-1)[alone[run[over & ~begins]]] = True
    pair, step = np.divmod(np.flatnonzero(closes), left.shape[1])
    return pair, step
