"""Which rows of two samples are to stay together when they are parted to learn and to judge.

Two samples may share rows. A learner of which is which, shown a row of the one and asked about the same row of the
other, says the opposite of what is right: logs that are the same look unlike in the wrong way, and hide a drift. So
equal rows are parted together. Where a row is frequent it is not: the others of its kind say nearly as much, and a
learner that never saw it could not tell that it has become more frequent.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.stats.arrays import Bools, Floats, Ints

FREQUENT: Final = 50                        # rows of both samples that are equal and are parted nevertheless
SHARE: Final = 0.05                         # or this share of the rows of one sample

Hashes = NDArray[np.uint64]


def together(X: Floats, others: Bools) -> Ints:
    """int64[rows]: the number of the rows that it stays with, in the order of the first of them.

    Args:
        X: float64[rows, features] of both samples; a missing value equals another.
        others: bool[rows], which rows are of the other sample.
    """
    value = _ordered(_hashed(X))
    counts = np.stack([np.bincount(value[others == side], minlength=int(value.max(initial=-1)) + 1)
                       for side in (False, True)])
    sizes = np.array([[(~others).sum()], [others.sum()]])
    frequent = (counts.sum(axis=0) >= FREQUENT) | (counts >= np.maximum(SHARE * sizes, 2)).any(axis=0)
    alone = frequent[value]
    value[alone] = len(counts[0]) + np.arange(int(alone.sum()))
    return _ordered(value)


def _hashed(X: Floats) -> Hashes:
    """uint64[rows]: equal for equal rows; steps of splitmix64 (Steele, Lea and Flood 2014)."""
    bits = np.where(np.isnan(X), np.nan, X + 0.0).view(np.uint64)
    found = np.zeros(len(X), dtype=np.uint64)
    for column in bits.T:
        found = (found ^ column) + np.uint64(0x9E3779B97F4A7C15)
        found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        found ^= found >> np.uint64(31)
    return found


def _ordered(value: Ints | Hashes) -> Ints:
    """int64[rows]: 0, 1, 2 for values in the order in which they come."""
    _, first, place = np.unique(value, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[place]
