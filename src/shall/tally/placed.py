"""Two samples of one number, in the same cells along the line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shall.tally import grid
from shall.tally.cells import Cells, looked_up, occurring
from shall.tally.packed import alike, rooms
from shall.tally.plan import NAMED

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Sampled = tuple[NDArray[Any], NDArray[Any], Floats]     # [B, K] each


def along(cells: Cells, reference: Cells) -> Iterator[tuple[Ints, Sampled]]:
    """Blocks of groups, by their indices int64[B], and of these rows [B, K] by cell, those of their reference, and the
    middle of each cell float64[B, K], ascending.

    Of a group only the cells where either sample has rows, and the first and the last of all groups; what room is left
    is at the last. Missing values, ±inf and scores out of range are left out; categories have no place, and so no rows.
    A group that the reference lacks has no rows there. Cells are those of all units, whichever bucket is deleted.
    """
    if (axis := cells.need.axes[0]).startswith(NAMED):
        none = np.zeros((len(cells.groups), 1))
        yield np.arange(len(cells.groups)), (none, none, none)
        return
    layout = _layout(cells, reference, axis)
    yield from layout.blocks(layout.laid(cells), layout.laid(reference), _middle(axis, layout.codes))


def histograms(cells: Cells, column: str) -> Iterator[tuple[Ints, Sampled]]:
    """Blocks of groups likewise, and of these rows by value of a column, and the least and greatest value of each
    cell."""
    layout = _layout(cells, cells, "value:" + column)
    yield from layout.blocks(layout.laid(cells), *grid.edges_of(layout.codes - 1))


def _layout(cells: Cells, reference: Cells, axis: str) -> _Layout:
    """Found once for all buckets of units that are deleted in turn."""
    if cells.whole is cells and reference.whole is reference:
        return _Layout(cells, reference, axis)
    known: dict[str, tuple[Cells, _Layout]] = vars(cells.whole).setdefault("_layouts", {})
    if axis not in known or known[axis][0] is not reference.whole:
        known[axis] = reference.whole, _Layout(cells, reference, axis)
    return known[axis][1]


class _Layout:
    """Where the cells of two samples lie in one array: each group has room for its own, blocks of groups as much."""

    def __init__(self, cells: Cells, reference: Cells, axis: str) -> None:
        self._axis, samples = axis, (cells.whole, reference.whole)
        self._index = {group: index for index, group in enumerate(cells.groups)}
        self._codes = np.union1d(*(some.coded(self._axis)[0] for some in samples))
        fine = np.isfinite(_middle(self._axis, self._codes))
        self._number = np.where(fine, np.cumsum(fine) - 1, -1)
        placed = self._codes[fine] if fine.any() else np.ones(1, dtype=np.int64)
        self._width, groups = len(placed), len(cells.groups)
        ends = np.arange(groups) * self._width
        there = [self._keyed(some)[1] for some in samples[:1 if reference is cells else 2]]
        self._keys, _ = occurring(np.concatenate([ends, ends + self._width - 1, *there]))
        owner, number = np.divmod(self._keys, self._width)
        own = np.bincount(owner, minlength=groups)
        self._room = rooms(own, int(own.max(initial=1)))
        self._split = [*alike(self._room)]
        order, start = np.concatenate(self._split), np.zeros(groups, dtype=np.int64)
        start[order] = np.cumsum(self._room[order]) - self._room[order]
        self._slot = (start - (np.cumsum(own) - own))[owner] + np.arange(len(owner))
        self.codes = np.full(int(self._room.sum()), placed[-1])     # of the axis
        self.codes[self._slot] = placed[number]

    def blocks(self, *laid: NDArray[Any]) -> Iterator[tuple[Ints, Sampled]]:
        """Groups with as much room, and theirs of some arrays."""
        first = 0
        for some in self._split:
            wide = int(self._room[some].max(initial=1))
            block = slice(first, first := first + len(some) * wide)
            one, two, three = (part[block].reshape(len(some), wide) for part in laid)
            yield some, (one, two, three)

    def laid(self, sample: Cells) -> NDArray[Any]:
        """The rows of a sample, or of what a bucket leaves of it."""
        kept, keys = self._keyed(sample)
        place = looked_up(lambda some: self._slot[np.searchsorted(self._keys, some)], keys)
        return sample._sums("", place, len(self.codes), kept)

    def _keyed(self, sample: Cells) -> tuple[Ints, Ints]:
        """Which cells of a sample have a place, in a group that is known; and their places, of each group its own."""
        codes, code = sample.coded(self._axis)
        number = self._number[np.searchsorted(self._codes, codes)][code]
        group = np.array([self._index.get(group, -1) for group in sample.groups], dtype=np.int64)[sample._group]
        kept = np.flatnonzero((number >= 0) & (group >= 0))
        return kept, group[kept] * self._width + number[kept]


def _middle(axis: str, codes: NDArray[Any]) -> Floats:
    """The middle of each cell; nan where it is none."""
    if not axis.startswith("value:"):
        return np.asarray(np.append(grid.MIDDLE, [np.nan, np.nan])[codes])
    lower, upper = grid.edges_of(np.maximum(codes - 1, 0))
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where((codes > 0) & np.isfinite(lower) & np.isfinite(upper), lower / 2 + upper / 2, np.nan)
