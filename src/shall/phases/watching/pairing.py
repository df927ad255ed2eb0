"""Two groups held to one another row by row: some rows of each say together how far a ratio or a difference is.

Rows and the sum of their values are one complex number, so that both are added, picked and parted at once.

All pairs of hundreds of groups are more than can be followed. Groups that come when there are `MOST` pairs are held to
all rows of their band instead: the mean of these lies among the means of the groups, so what a promise says of each
pair it says of that one too, and what speaks against it speaks against the promise.

Reference: Waudby-Smith and Ramdas (2023), "Estimating means of bounded random variables by betting", section 4, on the
bounded difference of the means of some rows of two groups; which rows these are depends on their groups alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from shall.stats.arrays import Floats, Ints, floats
from shall.stats.e_detector import Coded, Events

TOGETHER: Final = 8                         # rows of the life that speak at once
SHIFT: Final = TOGETHER.bit_length() - 1
EXACT: Final = 2.0 ** 32                    # values are kept in such parts, so that sums are exact in any order
BOTH: Final = 3                             # came: neither, one, the other, or both
MOST: Final = 5_000                         # pairs of groups: those of 100
Group = tuple[tuple[str, str], ...]
Said = tuple[Ints, Ints, Floats]            # row, group, value
Both = NDArray[np.complex128]               # rows, and the sum of their values


@dataclass(eq=False)
class Pairs:
    """The pairs of the groups of one line, those of one band (``bands`` leading names of a group) with each other.

    A ``ratio`` of at least ``limit`` says of each pair: limit * mean of one - mean of the other is at most 0; a
    ``difference`` of at most ``limit``: mean of one - mean of the other - limit is at most 0.
    """

    aggregate: Literal["ratio", "difference"]
    limit: float
    bands: int = 0
    _pairs: Ints = field(default_factory=lambda: np.zeros((2, 0), np.int64))    # on both sides; -1 - b: all of band b
    _bands: dict[Group, list[int]] = field(default_factory=dict)                # the groups of each band, as it came
    _open: Both = field(default_factory=lambda: np.zeros((2, 0), complex))      # of both sides, what waits
    _pending: Both = field(default_factory=lambda: np.zeros(0, complex))        # of each group in the open step

    @property
    def low(self) -> float:
        """The worst that rows can say for the alarm."""
        return -1.0 if self.aggregate == "ratio" else -1.0 - self.limit

    @property
    def number(self) -> int:
        """How many pairs there are."""
        return int(self._pairs.shape[1])

    @property
    def whole(self) -> list[Group]:
        """The bands, in the order in which they came."""
        return [*self._bands]

    def named(self, groups: Sequence[str], whole: Sequence[str] = ()) -> list[str]:
        """What each stream is about, by the names of all groups and of all bands."""
        names = [*groups, *reversed(whole)]
        return [f"{names[one]} against {names[other]}" for i, j in self._pairs.T.tolist()
                for one, other in ((i, j), (j, i))]

    def events(self, said: Said, groups: Sequence[Group], life: tuple[int, int]) -> Events:
        """What some rows say; ``life``: how many came earlier, and how many they are. A step that is open waits."""
        (row, group, value), (before, number) = said, life
        first, parts = before >> SHIFT, np.rint(value * EXACT) / EXACT
        steps = (before + number >> SHIFT) - first + 1
        cell, table = group * steps + (row + before >> SHIFT) - first, np.empty((len(groups), steps), complex)
        table.real, table.imag = (np.bincount(cell, weight, table.size).reshape(table.shape)
                                  for weight in (None, parts))
        return self._goes_on(table, groups, before)

    def counted(self, coded: Coded, groups: Sequence[Group], before: int) -> Events:
        """The same of rows that are 0 or 1, the level of their cell."""
        first, last = coded.begun >> SHIFT, coded.begun + len(coded.cell) >> SHIFT
        counts = coded.counts(np.uint8)[:, :, first:last + 1]
        table = np.zeros((len(groups), last - first + 1), complex)      # the open step may have no row yet
        here = table[:, :counts.shape[2]]
        here.real, here.imag = counts.sum(axis=1), counts[:, 1]
        return self._goes_on(table, groups, before)

    def _goes_on(self, table: Both, groups: Sequence[Group], before: int) -> Events:
        """``table`` [groups, steps]: from the step that was open on up to the one that is open now."""
        if len(groups) > len(self._pending):
            self._meet(groups)
            self._pending = np.pad(self._pending, (0, len(groups) - len(self._pending)))
        table[:, 0] += self._pending
        self._pending = table[:, -1].copy()
        return self._spoken(self._with_bands(table[:, :-1]), before)

    def described(self) -> dict[str, Any]:
        """As plain data, to go on from."""
        waits = _parted(self._open).transpose(1, 0, 2)
        return {"most": MOST, "pending": _parted(self._pending).T.tolist(),
                "open": [[*pair, *sides] for pair, sides in zip(self._pairs.T.tolist(), waits.tolist(), strict=True)]}

    @staticmethod
    def fits(told: Mapping[str, Any]) -> bool:
        """Whether what `described` told is of the same pairs: before there was a `MOST` they could be more."""
        return told.get("most") == MOST or len(told["open"]) <= MOST

    def restored(self, told: Mapping[str, Any], groups: Sequence[Group]) -> None:
        """Go on from what `described` told; ``groups``: those that had come by then."""
        self._meet(groups)
        self._pending = _joined(told["pending"], len(groups))
        before = {(i, j): sides for i, j, *sides in told["open"]}
        waits = floats([before[i, j] for i, j in self._pairs.T.tolist()]).reshape(-1, 2, 2)
        self._open = _joined(waits.transpose(2, 1, 0), 2, -1)

    def _meet(self, groups: Sequence[Group]) -> None:
        """Pairs of groups that are new with those that were there."""
        new, whole = list[tuple[int, int]](), {band: -1 - place for place, band in enumerate(self._bands)}
        for j in range(len(self._pending), len(groups)):
            band = groups[j][:self.bands]
            there, all_of_it = self._bands.setdefault(band, []), whole.setdefault(band, -1 - len(whole))
            few = self._pairs.shape[1] + len(new) + len(there) <= MOST
            new += [(i, j) for i in there] if few else [(j, all_of_it)]
            there.append(j)
        if new:
            self._pairs = np.concatenate((self._pairs, np.transpose(new)), axis=1)
            self._open = np.pad(self._open, ((0, 0), (0, len(new))))

    def _with_bands(self, table: Both) -> Both:
        """[groups + bands, steps]: all rows of each band too, the first one last, where some group is held to them."""
        if self._pairs.min(initial=0) >= 0:
            return table
        return np.concatenate((table, [table[some].sum(axis=0) for some in reversed(self._bands.values())]))

    def _spoken(self, table: Both, before: int) -> Events:
        """The events of all pairs; ``table`` [groups, steps]."""
        (pairs, wide), came = (self._pairs.shape[1], table.shape[1] + 1), (table.real > 0).view(np.uint8)
        if not pairs or wide == 1:
            nothing = np.zeros(0, np.int64)
            return Events(nothing, nothing, np.zeros((2, 0)), 2 * pairs, apart=True, pace=TOGETHER)
        kinds, waits = np.empty((pairs, wide), np.uint8), self._open.real > 0
        kinds[:, 0], kinds[:, 1:] = waits[0] + 2 * waits[1], came[self._pairs[0]] + 2 * came[self._pairs[1]]
        place = both(kinds)
        until = np.zeros((len(table), wide), complex)
        np.cumsum(table, axis=1, out=until[:, 1:])
        number = np.diff(np.searchsorted(place, np.arange(pairs + 1) * wide))
        left, right = self._means(until, place, number)
        if self.aggregate == "ratio":
            told = self.limit * right - left, self.limit * left - right
        else:
            told = left - right - self.limit, right - left - self.limit
        step = place - np.repeat(np.arange(pairs) * wide, number)               # 1 is the one that was open
        row = ((before >> SHIFT) + step) * TOGETHER - 1 - before
        return Events(row, np.repeat(np.arange(pairs), number), floats(told), 2 * pairs, apart=True, pace=TOGETHER)

    def _means(self, until: Both, place: Ints, number: Ints) -> list[Floats]:
        """The means of both sides since a pair spoke last; what comes after the last time is kept.

        ``until`` [groups, steps + 1]: what each group has before each step. ``place``: where pairs speak in [pairs,
        steps + 1], ``number``: how often each does.
        """
        means, wide, spoke = [], until.shape[1], np.flatnonzero(number)
        last = number.cumsum()[spoke] - 1
        first = last + 1 - number[spoke]
        for waits, groups in zip(self._open, self._pairs, strict=True):
            here = until.ravel()[place + np.repeat((groups % len(until) - np.arange(len(groups))) * wide, number)]
            since = here.copy()
            since[1:] -= here[:-1]
            since[first] = here[first] + waits[spoke]
            waits += until[groups, -1]
            waits[spoke] = until[groups[spoke], -1] - here[last]
            means.append(since.imag / since.real)
        return means


def _parted(some: Both) -> Floats:
    """float64[…, 2]: rows, and sums."""
    return np.stack((some.real, some.imag), axis=-1)


def _joined(told: Any, *shape: int) -> Both:
    """Of rows, and sums."""
    rows, sums = floats(told).reshape(2, *shape)
    return np.asarray(rows + 1j * sums)


def both(kinds: NDArray[np.uint8]) -> Ints:
    """The places in ``kinds`` [pairs, 1 + steps], as in one row, where both sides of a pair have come since the last.

    ``kinds``: who came, 1 one side, 2 the other, `BOTH`; first who waits. Where one side comes alone it waits for the
    other, however often it comes again: of runs of one side alone each is over when the other side comes, unless all of
    it was used up.
    """
    wide = kinds.shape[1]
    kinds[kinds[:, 0] == 0, 0] = BOTH               # nobody waits
    there = np.flatnonzero(kinds)
    kind = kinds.ravel()[there]
    begun = np.searchsorted(there, np.arange(len(kinds)) * wide)
    closes = kind == BOTH
    closes[begun] = False
    anew = np.append(True, kind[:-1] == BOTH)
    anew[begun] = True
    run = np.flatnonzero(np.append(True, kind[1:] != kind[:-1]))
    begins, alone = anew[run], np.arange(len(run))
    more = np.diff(run, append=len(kind)) > 1       # some of the run waits, whatever came before
    last = np.maximum.accumulate(np.where(begins | more, alone, 0))
    waits = (alone - last) & 1 == 0
    over = ~begins & np.append(False, waits[:-1])
    closes[run[over & (kind[run] != BOTH)]] = True
    return np.asarray(there[closes])
