"""Two samples of one number, in the same cells along the line."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shall.tally import grid
from shall.tally.cells import Cells
from shall.tally.plan import NAMED

Floats = NDArray[np.float64]


def along(cells: Cells, reference: Cells) -> tuple[NDArray[Any], NDArray[Any], Floats]:
    """Rows [G, V] of the cells and of their reference by cell, and the middle of each cell float64[G, V], ascending.

    Missing values, ±inf and scores out of range are left out; categories have no place, and so no rows. A group that
    the reference lacks has no rows there.
    """
    axis = cells.need.axes[0]
    if axis.startswith(NAMED):
        none = np.zeros((len(cells.groups), 1))
        return none, none, none
    (codes, now), (old_codes, then) = cells.distribution(axis), reference.distribution(axis)
    every = np.union1d(*(some.whole.totals(axis, ())[0] for some in (cells, reference)))
    middle = _middle(axis, every)
    kept = np.isfinite(middle)
    place = {group: index for index, group in enumerate(reference.groups)}
    order = np.array([place.get(group, -1) for group in cells.groups], dtype=np.int64)
    of_group = np.zeros((len(order), len(every)), dtype=then.dtype)
    wide = _spread(then, old_codes, every)
    of_group[order >= 0] = wide[order[order >= 0]]
    return (_spread(now, codes, every)[:, kept], of_group[:, kept],
            np.broadcast_to(middle[kept], (len(order), int(kept.sum()))).copy())


def _middle(axis: str, codes: NDArray[Any]) -> Floats:
    """The middle of each cell; nan where it is none."""
    if not axis.startswith("value:"):
        return np.asarray(np.append(grid.MIDDLE, [np.nan, np.nan])[codes])
    lower, upper = grid.edges_of(np.maximum(codes - 1, 0))
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where((codes > 0) & np.isfinite(lower) & np.isfinite(upper), lower / 2 + upper / 2, np.nan)


def _spread(counts: NDArray[Any], codes: NDArray[Any], every: NDArray[Any]) -> NDArray[Any]:
    wide = np.zeros((len(counts), len(every)), dtype=counts.dtype)
    wide[:, np.searchsorted(every, codes)] = counts
    return wide
