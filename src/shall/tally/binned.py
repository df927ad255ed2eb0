"""Two samples of one distribution, put into the same bins."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shall.tally import grid
from shall.tally.cells import Cells

Counts = NDArray[np.int64]


def beside(cells: Cells, reference: Cells, bins: int) -> tuple[Counts, Counts]:
    """int64[G, B] twice: rows by group and bin, of the cells and of their reference.

    Numbers are cut into ``bins`` bins of equal mass in the reference (fewer where one value holds more than
    a bin's share); each category is a bin; missing values and those out of range have bins of their own. A
    group that the reference lacks has no rows there.
    """
    axis = cells.need.axes[0]
    now, then = cells.distribution(axis), reference.distribution(axis)
    place = {group: index for index, group in enumerate(reference.groups)}
    order = np.array([place.get(group, -1) for group in cells.groups])
    bin_of = _bins(axis, now, then, bins)
    width = max(bin_of.values(), default=-1) + 1
    counts, expected = (np.zeros((len(cells.groups), width), dtype=np.int64) for _ in range(2))
    for value, rows in now.items():
        counts[:, bin_of[value]] += rows
    for value, rows in then.items():
        expected[:, bin_of[value]] += np.where(order < 0, 0, rows[order]) if len(rows) else 0
    return counts, expected


def _bins(axis: str, now: dict[Any, Counts], then: dict[Any, Counts], bins: int) -> dict[Any, int]:
    values = sorted({*now, *then})
    if axis.startswith("category:"):
        return {value: index for index, value in enumerate(values)}
    apart = [value for value in values if value in ((0,) if axis.startswith("value:") else (grid.MISSING, grid.OUTSIDE))]
    numbers = [value for value in values if value not in apart]
    rows = np.array([int(then[value].sum()) if value in then else 0 for value in numbers], dtype=np.int64)
    before = np.cumsum(rows) - rows
    raw = np.minimum(before * bins // max(int(rows.sum()), 1), bins - 1)
    _, index = np.unique(raw, return_inverse=True)
    found = {value: int(number) for value, number in zip(numbers, index, strict=True)}
    found.update({value: int(index.max(initial=-1)) + 1 + extra for extra, value in enumerate(apart)})
    return found
