"""Which rows repeat an earlier one, and whether that can be chance.

Rows are the same when all their columns are. Columns are joined one by one, each join numbering the pairs that occur,
so that nothing is hashed and nothing compared twice: one sort a column.

Two people may have the same values. How many twins a row has by chance is told by the shares of its values, as if
columns were independent: in coarse data that is no small number, and such a repeated row is no copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
CHANCE: Final = 1e-4                        # twins by chance, below which a repeated row is a copy


def answers(codes: Sequence[Ints]) -> Floats:
    """float64[rows]: 1 where an earlier row has the same values.

    Args:
        codes: int64[rows] a column, from 0, the same code for the same value; missing is a value.
    """
    return repeated(same(codes))


def same(codes: Sequence[Ints]) -> Ints:
    """int64[rows]: a number for each row, the same for the same rows; all 0 without a column."""
    found: Ints = np.zeros(len(codes[0]) if codes else 0, dtype=np.int64)
    for column in codes:
        found = np.unique(found * (int(column.max(initial=0)) + 1) + column, return_inverse=True)[1].astype(np.int64)
        if found.max(initial=0) + 1 == len(found):
            break                           # no two rows are the same any more
    return found


def repeated(number: Ints) -> Floats:
    """float64[rows]: 1 where an earlier row has the same number."""
    found = np.ones(len(number))
    found[np.unique(number, return_index=True)[1]] = 0.0
    return found


def by_chance(codes: Sequence[Ints]) -> Floats:
    """float64[rows]: how many twins each row has by chance, were columns independent."""
    rows = len(codes[0]) if codes else 0
    return np.asarray(np.exp(logarithms(codes)) * rows)


def logarithms(codes: Sequence[Ints]) -> Floats:
    """float64[rows]: the logarithm of the product of the shares of a row's values."""
    total = np.zeros(len(codes[0]) if codes else 0)
    for column in codes:
        counts = np.bincount(column)
        with np.errstate(divide="ignore"):              # a code that no row has
            total += np.log(counts / max(len(column), 1))[column]
    return total
