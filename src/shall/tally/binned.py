"""Two samples of one distribution, put into the same bins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shall.tally import grid
from shall.tally.cells import Cells
from shall.tally.plan import NAMED

Counts = NDArray[np.int64]


def beside(cells: Cells, reference: Cells, bins: int) -> tuple[Counts, Counts]:
    """int64[G, B] twice: rows by group and bin, of the cells and of their reference.

    Numbers are cut into ``bins`` bins of equal mass in the reference (fewer where one value holds more than
    a bin's share); each category is a bin; missing values and those out of range have bins of their own. A
    group that the reference lacks has no rows there.
    """
    axis = cells.need.axes[0]
    (values, now), (old_values, then) = cells.distribution(axis), reference.distribution(axis)
    every = np.union1d(*(some.whole.totals(axis, ())[0] for some in (cells, reference)))
    place = {group: index for index, group in enumerate(reference.groups)}
    order = np.array([place.get(group, -1) for group in cells.groups], dtype=np.int64)
    of_group = np.zeros((len(order), then.shape[1]), dtype=then.dtype)
    of_group[order >= 0] = then[order[order >= 0]]
    there, rows = reference.whole.weighing(0).distribution(axis)    # bins are the same whatever a row counts for
    everybody = _spread(rows.sum(axis=0, keepdims=True), there, every)[0]
    bin_of = _bins(axis, every, everybody, bins)
    width = int(bin_of.max(initial=-1)) + 1
    return (_added(_spread(now, values, every), bin_of, width),
            _added(_spread(of_group, old_values, every), bin_of, width))


def in_bins(cells: Cells, sums: Sequence[str], bins: int) -> tuple[NDArray[Any], ...]:
    """float64[G, B] of each expression: its sums by group and bin of the first axis.

    Numbers are cut into ``bins`` bins of equal mass of the rows themselves; each category is a bin; missing values have
    one of their own.
    """
    axis = cells.need.axes[0]
    values, rows = cells.weighing(0).distribution(axis)
    bin_of = _bins(axis, values, rows.sum(axis=0), bins)
    width = int(bin_of.max(initial=-1)) + 1
    return tuple(_added(total, bin_of, width) for total in cells.totals(axis, sums)[1])


def _spread(counts: Counts, values: NDArray[Any], every: NDArray[Any]) -> Counts:
    """The same counts over all values of both samples."""
    wide = np.zeros((len(counts), len(every)), dtype=counts.dtype)
    wide[:, np.searchsorted(every, values)] = counts
    return wide


def _bins(axis: str, values: NDArray[Any], rows: Counts, bins: int) -> NDArray[np.int64]:
    """int64[V]: the bin of each value; ``rows`` int64[V] are those of the reference."""
    if axis.startswith(NAMED):
        return np.arange(len(values))
    apart = np.isin(values, [0] if axis.startswith("value:") else [grid.MISSING, grid.OUTSIDE])
    mass = np.where(apart, 0, rows)
    raw = np.minimum((np.cumsum(mass) - mass) * bins // max(int(mass.sum()), 1), bins - 1)
    raw = np.where(apart, bins + np.cumsum(apart), raw)
    return np.unique(raw, return_inverse=True)[1]


def _added(counts: Counts, bin_of: NDArray[np.int64], width: int) -> Counts:
    """Counts int64[G, V] added up by bin."""
    total = np.zeros((len(counts), width), dtype=counts.dtype)
    np.add.at(total.T, bin_of, counts.T)
    return total
