"""The mean of a life so far where rows of one unit depend on each other: bounds from the totals of clusters of units.

The mean is that of all rows, so a unit counts for each of its rows, as in the value of a window. Nothing is asked of
how rows of a unit depend on each other, nor of how many there are: the sizes of clusters are taken as known, and what
is bounded is the mean of what was to be expected of each row, given these sizes and what came before.

With a bet ``b`` on the total ``x`` of a cluster of ``s`` rows with values in [0, 1], two supermartingales are mixed, as
in `whole_life.py`. ``exp(b (x - s m) - b^2 s^2 / 8)`` holds for any size (Hoeffding's lemma). The other gains where
clusters vary little: ``exp(b (x - s m) - cost (x - s c)^2)`` with ``cost = (-log(1 - b w) - b w) / w^2`` for a centre c
of before and w the largest size so far, which must be below 1 / b. The cost rises with w, so a larger cluster that
comes later only makes less of what was won.

Reference: Howard, Ramdas, McAuliffe and Sekhon (2021), section 3.1; Waudby-Smith and Ramdas (2023), section 3.2; Fan,
Grama and Liu (2015), (9); for the sums of clusters in place of rows, Cochran (1977), "Sampling techniques", chapter 9A.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from shall.stats.arrays import Floats, floats
from shall.stats.whole_life import SMALLEST, SMOOTH, STEPS, Course, mixed

BETS: Final = np.concatenate([SMOOTH, SMOOTH[-1] * 2.0 ** np.arange(-1, SMALLEST // 2 - 1, -1)])
NOTHING: Final = -1e9                       # as a logarithm: a bet that a cluster is too large for
FIGURES: Final = 5                          # of a batch


def batch_of(rows: Floats, total: Floats, before: Floats) -> Floats:
    """float64[5, …]: what is kept of one batch of clusters [..., K], with totals of values in [0, 1].

    Rows, total, squared distances of the totals from the mean before each, the largest size, and squared sizes.
    ``before`` float64[2, …]: rows and total of the batches before.
    """
    n = before[0][..., None] + np.cumsum(rows, axis=-1) - rows
    x = before[1][..., None] + np.cumsum(total, axis=-1) - total
    apart = total - rows * (x + 0.5) / (n + 1)
    return floats([rows.sum(axis=-1), total.sum(axis=-1), (apart * apart).sum(axis=-1), rows.max(axis=-1),
                   (rows * rows).sum(axis=-1)])


def whole_life_of_units(batches: Floats, *, alpha: float | Floats = 0.05, since: int = 0) -> Course:
    """The mean of all rows since the first batch, at the end of each; both bounds one-sided, each for all times.

    Args:
        batches: float64[5, ..., T]: `batch_of` each, in the order of time.
        alpha: the chance that a bound is ever wrong, for each of the two; [..., 1] where it is not the same of all.
        since: the batch at which what is told begins; -1 for the last one alone.
    """
    n, total, apart, squared = (np.cumsum(batches[place], axis=-1)[..., since:] for place in (0, 1, 2, 4))
    largest = np.maximum.accumulate(batches[3], axis=-1)[..., since:]
    axis = (-1,) + (1,) * n.ndim
    bet = BETS.reshape(axis)
    taken = bet * np.maximum(largest, 1.0)
    fits = taken < 1
    dared = np.where(fits, taken, 0.5)
    cost = (-np.log1p(-dared) - dared) * (bet / dared) ** 2 * apart
    costs = np.where(fits, cost, -NOTHING), bet * bet * squared / 8
    mean = total / np.where(n > 0, n, np.nan)
    low, high = _lower(n, total, costs, alpha), 1 - _lower(n, n - total, costs, alpha)
    return Course(*(np.where(n > 0, one, np.nan) for one in (mean, low, high)))


def _lower(n: Floats, total: Floats, costs: tuple[Floats, Floats], alpha: float | Floats) -> Floats:
    """The smallest mean in [0, 1] against which no more than 1 / alpha was won."""
    low, high, enough = np.zeros_like(n), np.ones_like(n), -np.log(alpha)
    bet = BETS.reshape((-1,) + (1,) * n.ndim)
    for _ in range(STEPS):
        middle = (low + high) / 2
        said = bet * (total - n * middle)
        beaten = np.logaddexp(*(mixed(said - cost) for cost in costs)) - math.log(2) >= enough
        low, high = np.where(beaten, middle, low), np.where(beaten, high, middle)
    return low
