"""Two samples of one distribution, put into the same bins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shall.tally import grid
from shall.tally.cells import Cells
from shall.tally.masses import equal_mass
from shall.tally.plan import NAMED

Counts = NDArray[np.int64]


def beside(cells: Cells, reference: Cells, bins: int) -> tuple[Counts, Counts]:
    """int64[G, B] twice: rows by group and bin, of the cells and of their reference.

    Numbers are cut into ``bins`` bins of equal mass in the reference (fewer where one value holds more than
    a bin's share); each category is a bin; missing values and those out of range have bins of their own. A
    group that the reference lacks has no rows there.
    """
    axis = cells.need.axes[0]
    (values, now), (old_values, then) = cells.coded(axis), reference.coded(axis)
    (mine, _), (theirs, rows) = _everybody(cells.whole, axis), _everybody(reference.whole, axis)
    every = np.union1d(mine, theirs)
    everybody = np.zeros(len(every), dtype=np.int64)
    everybody[np.searchsorted(every, theirs)] = rows
    bin_of = _bins(axis, every, everybody, bins)
    width = int(bin_of.max(initial=-1)) + 1
    place = {group: index for index, group in enumerate(reference.groups)}
    order = np.array([place.get(group, -1) for group in cells.groups], dtype=np.int64)
    counts, expected = (some.placed(bin_of[np.searchsorted(every, there)][code], width) for some, there, code in (
        (cells, values, now), (reference, old_values, then)))
    of_group = np.zeros((len(order), width), dtype=expected.dtype)
    of_group[order >= 0] = expected[order[order >= 0]]
    return counts, of_group


def in_bins(cells: Cells, sums: Sequence[str], bins: int) -> tuple[NDArray[Any], ...]:
    """float64[G, B] of each expression: its sums by group and bin of the first axis.

    Numbers are cut into ``bins`` bins of equal mass of the rows themselves; each category is a bin; missing values have
    one of their own.
    """
    axis = cells.need.axes[0]
    bin_of = _bins(axis, *_everybody(cells, axis), bins)
    place, width = bin_of[cells.coded(axis)[1]], int(bin_of.max(initial=-1)) + 1
    return tuple(cells.placed(place, width, total=text) for text in sums)


def _everybody(cells: Cells, axis: str) -> tuple[NDArray[Any], Counts]:
    """What occurs on an axis [V], and how many rows of all groups, whatever these count for."""
    values, code = cells.coded(axis)
    rows = np.zeros(len(values), dtype=np.int64)
    np.add.at(rows, code, cells._values[:, 0])
    return values, rows


def _bins(axis: str, values: NDArray[Any], rows: Counts, bins: int) -> NDArray[np.int64]:
    """int64[V]: the bin of each value; ``rows`` int64[V] are those of the reference."""
    if axis.startswith(NAMED):
        return np.arange(len(values))
    apart = np.isin(values, [0] if axis.startswith("value:") else [grid.MISSING, grid.OUTSIDE])
    mass = np.where(apart, 0, rows)
    raw = np.where(apart, bins + np.cumsum(apart), equal_mass(mass, bins))
    return np.unique(raw, return_inverse=True)[1]
