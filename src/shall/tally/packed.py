"""Of each group only the cells of the score that occur: most groups have few rows, and the grid has thousands of cells.

Where only the order of the scores counts, and their sums, it does not matter which cells they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.tally import grid
from shall.tally.axes import TRUTH, size_of
from shall.tally.cells import Cells, occurring
from shall.tally.codes import UNKNOWN

LEAST: Final = 16                           # cells that a group has room for
AT_ONCE: Final = 2**20                      # cells that the groups of one block have room for, about

Ints = NDArray[np.int64]


def blocks(cells: Cells, along: str) -> Iterator[tuple[Ints, Cells]]:
    """Blocks of groups, by their indices int64[B], and the cells of these groups, packed along one axis of scores.

    The cells of the score that occur in a group are numbered upwards. Rows without a score, or of which anything else
    is not known, are left out. All groups of a block have the same room, each by its own cells alone: so what a
    group adds up does not depend on the others. If few cells occur at all, every group has room for these.
    """
    kept, group, code = scored(cells, along)
    keys, index = occurring(group * grid.CELLS + code)
    owner, there = np.divmod(keys, grid.CELLS)
    every = np.flatnonzero(np.bincount(scored(cells.whole, along)[2]))
    if len(every) <= LEAST:
        rank, room = np.searchsorted(every, there), np.full(len(cells.groups), max(len(every), 1))
    else:
        own = np.bincount(owner, minlength=len(cells.groups))
        rank = np.arange(len(owner)) - (np.cumsum(own) - own)[owner]
        room = rooms(own, grid.CELLS)
    packed = cells._cell[kept] + (rank[index] - code) * cells.step(along)
    split = [*alike(room)]
    block, place = np.zeros((2, len(room)), dtype=np.int64)
    for number, some in enumerate(split):
        block[some], place[some] = number, np.arange(len(some))
    for some, mine in zip(split, _parted(block[group], len(split)), strict=True):
        yield some, replace(
            cells, groups=tuple(cells.groups[one] for one in some.tolist()), judged=cells.judged[some],
            _group=place[group[mine]], _cell=packed[mine], _values=cells._values[kept[mine]], _categories=(),
            _room=int(room[some].max(initial=1)))


def scored(cells: Cells, along: str) -> tuple[Ints, Ints, Ints]:
    """The cells with a score of which all else is known, too; their groups, and their codes along the axis."""
    code = cells._axis(along)
    kept = code < grid.CELLS
    for axis in cells.need.axes:
        if size_of(axis) == TRUTH:
            kept &= cells._axis(axis) != UNKNOWN
    return np.flatnonzero(kept), cells._group[kept], code[kept]


def rooms(own: Ints, most: int) -> Ints:
    """How many cells each group has room for, that has so many of its own: few sizes, none above ``most``."""
    return np.minimum(2 ** np.ceil(np.log2(np.maximum(own, LEAST))).astype(np.int64), most)


def alike(room: Ints) -> Iterator[Ints]:
    """Groups with the same room, about so many at once as `AT_ONCE` says; a block without any where there is none."""
    for width in np.unique(room).tolist():
        some = np.flatnonzero(room == width)
        yield from np.array_split(some, -(-len(some) * width // AT_ONCE))
    if not len(room):
        yield np.zeros(0, dtype=np.int64)


def _parted(block: Ints, blocks: int) -> list[Ints]:
    """Which cells each block has."""
    order = np.argsort(block, kind="stable")
    return np.split(order, np.searchsorted(block[order], np.arange(1, blocks)))
