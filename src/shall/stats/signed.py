"""A ratio of values that may be negative."""

from __future__ import annotations

import numpy as np

from shall.stats.arrays import Ints, Pair
from shall.stats.pairs import Bounded, mover_ratio


def signed_ratio(family: Bounded, i: Ints, j: Ints, alpha: float) -> Pair:
    """As `mover_ratio`; nothing is known of a ratio where either value may be negative, not even its sign."""
    low, high = mover_ratio(family, i, j, alpha)
    if family.natural[0] >= 0:
        return low, high
    positive = family.bounds(alpha)[0] > 0
    known = positive[i] & positive[j]
    return np.where(known, low, -np.inf), np.where(known, high, np.inf)
