"""Bins of equal mass: the cells of a score, cut in each group so that its bins have about as many rows each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shall.tally import grid
from shall.tally.cells import Cells, looked_up, occurring
from shall.tally.packed import scored

Ints = NDArray[np.int64]


def equal_mass(rows: Ints, bins: int, group: Ints | int = 0) -> Ints:
    """int64[K]: the bin of each cell, that has so many rows int64[K]; the group int64[K] of each ascends.

    Rows of one cell stay together: a cell that holds more than a bin's share makes for fewer bins.
    """
    group = np.broadcast_to(group, rows.shape)
    before, total = np.cumsum(rows) - rows, np.zeros(int(group.max(initial=0)) + 1, dtype=np.int64)
    np.add.at(total, group, rows)
    before -= (np.cumsum(total) - total)[group]
    return np.asarray(np.minimum(before * bins // np.maximum(total, 1)[group], bins - 1), dtype=np.int64)


def by_mass(cells: Cells, bins: int) -> Ints:
    """int64[nnz]: the bin of equal mass that each cell is in, -1 where it has no score or anything else is unknown.

    Cut by rows whatever they count for, and by those of all buckets of units.
    """
    first, number = _cuts(cells.whole, bins)
    kept, group, code = scored(cells, "score")
    place = np.full(len(cells._group), -1, dtype=np.int64)
    place[kept] = looked_up(lambda keys: number[np.searchsorted(first, keys, side="right") - 1],
                            group * grid.CELLS + code)
    return place


def _cuts(whole: Cells, bins: int) -> tuple[Ints, Ints]:
    """The first cell of each bin of each group, group * CELLS + code, ascending, and the number of the bin.

    Found once for all buckets of units that are deleted in turn.
    """
    known: dict[int, tuple[Ints, Ints]] = vars(whole).setdefault("_cuts", {})
    if bins not in known:
        kept, group, code = scored(whole, "score")
        keys, index = occurring(group * grid.CELLS + code)
        rows, owner = np.zeros(len(keys), dtype=np.int64), keys // grid.CELLS
        np.add.at(rows, index, whole._values[kept, 0])
        number = equal_mass(rows, bins, owner)
        first = np.flatnonzero(np.diff(owner * bins + number, prepend=-1))
        known[bins] = keys[first], number[first]
    return known[bins]
