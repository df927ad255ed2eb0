"""Which rows are nearly those of an earlier one: the same in every column but one, and not by chance.

Every column has a random number of 64 bits for each of its values; a row is the sum of its own. Without one column the
sum is the same for all rows that differ nowhere else: one sort a column finds them, so the cost is that of columns x
rows x log rows. How close numbers and text have to be to be the same is what the codes say. A pair counts where the
values that agree are too rare to agree by chance (`duplicates.by_chance`).

Reference: multiset hashing by addition, Clarke et al. (2003), "Incremental multiset hash functions and their
application to memory integrity checking", section 4; deletion neighbourhoods: Mor and Fraenkel (1982), "A hash code
method for detecting and correcting spelling errors".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.probes.duplicates import CHANCE, logarithms

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]


def answers(codes: Sequence[Ints], seed: int = 0) -> Floats:
    """float64[rows]: 1 where an earlier row differs in one column only.

    Args:
        codes: int64[rows] a column, from 0, the same code for values that are nearly the same; missing is a value.
        seed: of the random numbers.

    Raises DataError where there are fewer than three columns: then one that differs is much.
    """
    if len(codes) < 3:
        raise DataError(f"nearly the same needs three columns, there are {len(codes)}")
    chance = np.random.default_rng(seed)
    marks = [chance.integers(0, 2**64, int(column.max(initial=0)) + 1, dtype=np.uint64)[column] for column in codes]
    whole: Keys = np.zeros(len(codes[0]), dtype=np.uint64)
    for mark in marks:
        whole += mark
    likely = logarithms(codes)
    found = np.zeros(len(whole))
    for column, mark in zip(codes, marks, strict=True):
        rare = np.flatnonzero(likely - _own(column) < np.log(CHANCE / max(len(whole), 1)))
        found[rare[_other_than_first(whole[rare] - mark[rare], whole[rare])]] = 1.0
    return found


def _own(column: Ints) -> Floats:
    """float64[rows]: the logarithm of the share of the row's value."""
    return logarithms([column])


def _other_than_first(key: Keys, whole: Keys) -> NDArray[np.bool_]:
    """bool[rows]: rows that share a key with an earlier row, and are not the same as it."""
    _, first, index = np.unique(key, return_index=True, return_inverse=True)
    return np.asarray(whole != whole[first][index])
