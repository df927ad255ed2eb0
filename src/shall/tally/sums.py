"""Exact sums: a number is cut into whole numbers of a few fixed sizes (limbs), which add without error in any order.

What stays between -1 and 1 is rounded to a multiple of 2**-52, in two limbs. Any other number has sixteen of 28 bits,
for 2**223 down to 2**-224; what is smaller is rounded away, and what is larger, infinite or missing adds nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.tally.expressions import MOST, bounded

_HALVES: Final = (-26, -52)                             # exponents of the units of each limb, descending
_WIDE: Final = tuple(28 * place for place in range(7, -9, -1))

Limb = NDArray[np.float64] | None                       # whole numbers; None: all are 0


def places(text: str) -> tuple[int, ...]:
    """The exponents of the limbs that the sum of an expression is kept in."""
    return _HALVES if bounded(text) else _WIDE


def limbs(values: NDArray[np.float64], text: str) -> list[Limb]:
    """The limbs of each value; a missing one adds nothing."""
    if bounded(text):
        return _halves(values)
    with np.errstate(invalid="ignore"):
        known = np.abs(values) < MOST                   # false for nan
    rest = np.where(known, values, 0.0)
    largest = float(np.abs(rest).max(initial=0.0))
    found: list[Limb] = []
    for place in _WIDE:
        if largest < 2.0**place:
            found.append(None)
            continue
        limb = np.trunc(rest * 2.0**-place)
        rest -= limb * 2.0**place
        largest = float(np.abs(rest).max(initial=0.0))
        found.append(limb)
    return found


def _halves(values: NDArray[np.float64]) -> list[Limb]:
    scaled = values * 2.0**52
    missing = np.isnan(scaled)
    if missing.any():
        scaled = np.where(missing, 0.0, scaled)
    fixed = np.rint(scaled)
    high = np.trunc(fixed * 2.0**-26)
    return [high, fixed - high * 2.0**26]


def joined(parts: NDArray[np.int64], text: str) -> NDArray[np.float64]:
    """float64[…]: the sums that limbs int64[…, limbs] stand for, right to the last digit or the one before."""
    where = places(text)
    parts = _carried(parts, where)
    sign = np.where(parts[..., 0] < 0, -1, 1)
    if (sign < 0).any():                                # negative ones have large limbs of the other sign below
        parts = _carried(parts * sign[..., None], where)
    total = np.zeros(parts.shape[:-1])
    for limb in range(len(where) - 1, -1, -1):          # the small ones first
        total += parts[..., limb] * 2.0 ** where[limb]
    return np.asarray(total * sign)


def _carried(parts: NDArray[np.int64], where: tuple[int, ...]) -> NDArray[np.int64]:
    """All limbs but the first between 0 and their size."""
    parts = parts.copy()
    bits = where[0] - where[1]
    for limb in range(len(where) - 1, 0, -1):
        carry = parts[..., limb] >> bits
        parts[..., limb] -= carry << bits
        parts[..., limb - 1] += carry
    return parts
