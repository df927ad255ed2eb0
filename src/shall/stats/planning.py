"""How many rows would settle what is undecided."""

from __future__ import annotations

from typing import Literal

import numpy as np

from shall.stats.arrays import Ints
from shall.stats.extremes import Aggregate, Flags, over_groups, worst_of
from shall.stats.families import Estimates

MOST = 1000.0                               # times the rows; beyond, nobody waits for them


def rows_to_settle(estimates: Estimates, limit: float, aggregate: Aggregate, side: Literal[">=", "<="], alpha: float, *,
                   to: int | None = None, bands: Ints | None = None, judged: Flags | None = None,
                   comparisons: int = 1) -> list[tuple[int, float]] | None:
    """The groups that need more rows and how many times as many, if the values stay as they are.

    Only the group or pair that sets the extreme is looked at. None where up to 1,000 times the rows would not do.
    """
    everybody = np.ones(len(estimates.value), dtype=bool) if judged is None else judged
    worst = worst_of(estimates, aggregate, side, to=to, bands=bands, judged=everybody)
    if not worst:
        return None
    only = np.zeros(len(everybody), dtype=bool)
    only[list(worst)] = True

    def settled(factor: float) -> bool:
        times = np.where(only, factor, 1.0)
        extreme = over_groups(estimates.scaled(times), aggregate, side, alpha, to=to, bands=bands, judged=only,
                              comparisons=comparisons)
        if side == ">=":
            return extreme.low >= limit or extreme.high < limit
        return extreme.high <= limit or extreme.low > limit

    if not settled(MOST):
        return None
    low, high = 1.0, MOST
    while high / low > 1.02:
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if settled(middle) else (middle, high)
    return [(group, high) for group in worst]
