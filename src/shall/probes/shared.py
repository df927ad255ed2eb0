"""Which rows of a log are in another one too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shall.probes.duplicates import same

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def answers(codes: Sequence[Ints], others: int) -> Floats:
    """float64[rows]: 1 where the row occurs among the others.

    Args:
        codes: int64[rows + others] a column, coded together: the rows first, then those of the other log.
        others: how many rows the other log has.
    """
    number = same(codes)
    rows = len(number) - others
    return np.isin(number[:rows], number[rows:]).astype(np.float64)
