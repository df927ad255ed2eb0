"""Where another version of a model was right and this one is wrong, and the other way round.

Reference: Yan, Xiong, Kundu, Yang, Deng, Wang, Xia and Soatto (2021), "Positive-congruent training: towards
regression-free model updates", equation 1.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NEGATIVE: Final = 1.0
POSITIVE: Final = 2.0


def answers(label: Ints, now: Ints, before: Ints) -> Floats:
    """float64[rows]: 1 where the other version was right and this one is wrong, 2 the other way round, else 0.

    It is nan where the label or a decision is missing.

    Args:
        label: int64[rows], the class; -1 where it is missing, as in the decisions.
        now: int64[rows], what this version decides.
        before: int64[rows], what the other version decided.
    """
    right, was = now == label, before == label
    found = np.where(was & ~right, NEGATIVE, np.where(right & ~was, POSITIVE, 0.0))
    return np.where((label < 0) | (now < 0) | (before < 0), np.nan, found)
