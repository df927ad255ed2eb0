"""Which rows have another label than the same row elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shall.probes.duplicates import same

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def answers(codes: Sequence[Ints], label: Ints) -> Floats:
    """float64[rows]: 1 where some row of the same values has another label; nan where the label is missing.

    Args:
        codes: int64[rows] a column, the label not among them.
        label: int64[rows]; -1 where it is missing.
    """
    number = same(codes)
    size = int(number.max(initial=-1)) + 1
    known = label >= 0
    most, least = np.full(size, -1), np.full(size, np.iinfo(np.int64).max)
    np.maximum.at(most, number[known], label[known])
    np.minimum.at(least, number[known], label[known])
    return np.where(known, (most != least)[number], np.nan)
