"""Into which cell a number falls: the fixed grid of scores, and the cells of any other number.

The grid of scores (version 2) has cells of 1/1000 from 0.032 to 0.968, so that every coarser
equal-width binning by a divisor of 1000 is exact there, and finer ones outside: the cells of
`min(s, 1 - s)` are cut by the exponent and the top five bits of the mantissa of its float64, down
to 2**-30. A cell includes its lower edge. Binning is done in float64 whatever the column's type, so
that every engine puts a row into the same cell.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

VERSION: Final = 2
_LOW: Final = 0.032                         # 32/1000: below it, and above 1 - it, cells are finer
_BITS: Final = 5                            # bits of the mantissa that a fine cell keeps
_FLOOR: Final = -30                         # below 2**-30 there is one cell


def _fine_edges() -> NDArray[np.float64]:
    """Lower edges from 0 to just below 0.032, ascending."""
    octaves = 2.0 ** np.arange(_FLOOR, -4)
    edges = (octaves[:, None] * (1 + np.arange(2**_BITS) / 2**_BITS)).ravel()
    return np.concatenate([[0.0], edges[edges < _LOW]])


_thousandths: Final = np.arange(1001) / 1000
_fine: Final = np.union1d(_fine_edges(), _thousandths[:32])
_upper: Final = np.sort(1.0 - _fine[1:])    # lower edges above 0.968, mirrored

EDGES: Final[NDArray[np.float64]] = np.concatenate([_fine, _thousandths[32:969], _upper[_upper > _thousandths[968]]])
CELLS: Final = len(EDGES)                   # real cells; the last one holds scores up to 1, 1 included
MISSING: Final = CELLS                      # null or nan
OUTSIDE: Final = CELLS + 1                  # below 0 or above 1, ±inf
SIZE: Final = CELLS + 2
MIDDLE: Final[NDArray[np.float64]] = (EDGES + np.append(EDGES[1:], 1.0)) / 2

# A look-up that lands on the cell or just below it: 2**14 equal slots, exact to build and fast to read.
_SLOTS: Final = 2**14
_first: Final = np.searchsorted(EDGES, np.arange(_SLOTS + 1) / _SLOTS, side="right") - 1


def cell_of(score: NDArray[np.floating]) -> NDArray[np.int64]:
    """int64[rows]: the cell of each score."""
    s = score.astype(np.float64, copy=False)
    inside = (s >= 0) & (s <= 1)
    clean = s if inside.all() else np.where(inside, s, 0.0)
    slot = (clean * _SLOTS).astype(np.int64)
    cell = _first[slot]
    narrow = (clean >= _LOW) & (clean < 1 - _LOW)     # at most one edge lies inside a slot there
    cell += (narrow & (clean >= EDGES[np.minimum(cell + 1, CELLS - 1)])) & (cell + 1 < CELLS)
    if not narrow.all():
        tail = ~narrow
        cell[tail] = np.searchsorted(EDGES, clean[tail], side="right") - 1
    if not inside.all():
        cell[~inside] = np.where(np.isnan(s[~inside]), MISSING, OUTSIDE)
    return cell


def coarse(bins: int) -> NDArray[np.int64] | None:
    """int64[CELLS]: the equal-width bin of each cell; None where the grid cannot make so many bins exactly."""
    if bins < 1 or 1000 % bins:
        return None
    width = 1000 // bins
    return (np.searchsorted(_thousandths, EDGES, side="right") - 1).clip(0, 999) // width


# --- any other number: by the high bits of its float64 ----------------------------------------------
_KEPT: Final = 10                           # bits of the mantissa: a cell is within 0.1 % of its values
_SHIFT: Final = np.uint64(52 - _KEPT)
_SIGN: Final = np.uint64(1 << 63)
NO_VALUE: Final = -1                        # null or nan


def code_of(values: NDArray[np.floating]) -> NDArray[np.int64]:
    """int64[rows]: a code that ascends with the value; -1 where missing. ±inf have codes of their own."""
    v = values.astype(np.float64, copy=False) + 0.0                    # -0.0 becomes 0.0
    bits = v.view(np.uint64)
    ordered = np.where(bits & _SIGN, ~bits, bits | _SIGN) >> _SHIFT
    return np.where(np.isnan(v), NO_VALUE, ordered.astype(np.int64))


def edges_of(code: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least and the greatest float64 that have a code."""
    low = code.astype(np.uint64) << _SHIFT
    high = low | ((np.uint64(1) << _SHIFT) - np.uint64(1))
    return _unordered(low), _unordered(high)


def _unordered(ordered: NDArray[np.uint64]) -> NDArray[np.float64]:
    bits = np.where(ordered & _SIGN, ordered & ~_SIGN, ~ordered)
    return bits.view(np.float64)
