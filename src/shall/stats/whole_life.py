"""The mean of a life so far, with bounds that hold at all times at once: a confidence sequence.

The bounds of a window hold for that window; among a hundred windows some are wrong. These hold at the end of every
batch of a life together: the chance that the lower one is ever above the mean is at most alpha, and the same for the
upper one. What they bound is the mean of what was to be expected of each row so far, given the rows before it, so a
rate that moves is allowed. They take in the whole past, and are a picture: a good year must be eaten up before a bad
month shows, and `e_detector.py` is what alarms.

Two supermartingales are mixed, over bets from large to small. ``exp(bet total) / (1 - m + m exp(bet))^n`` is the best
for values of 0 and 1 and holds for all in [0, 1], as its logarithm is convex in m (means that move only help).
``exp(bet (total - n m) - cost squares)`` gains where values vary little; its squares are taken around the mean before
the batch, so that they are predictable.

Reference: Howard, Ramdas, McAuliffe and Sekhon (2021), "Time-uniform, nonparametric, nonasymptotic confidence
sequences", theorem 4 and section 3.1; Waudby-Smith and Ramdas (2023), "Estimating means of bounded random variables by
betting", section 3; Fan, Grama and Liu (2015), "Exponential inequalities for martingales with applications", (9).
Units whose rows depend on each other are in `whole_life_units.py`.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from shall.stats.arrays import Floats, floats

LARGEST: Final = 3                          # as a power of 2: rare events in few rows
SMALLEST: Final = -14                       # … a hundred million rows
SHARP: Final = 2.0 ** np.arange(LARGEST, SMALLEST - 1, -1)      # bets on values of 0 and 1
SMOOTH: Final = 0.9 * 2.0 ** np.arange(0, SMALLEST - 1, -1)     # … on any; below 1
STEPS: Final = 36                           # of bisection


class Course(NamedTuple):
    """float64[…, T] each: the mean of all rows until the end of each batch, and its bounds; nan before the first."""

    mean: Floats
    low: Floats
    high: Floats


def whole_life(rows: ArrayLike, total: ArrayLike, squares: ArrayLike | None = None, *, alpha: float | Floats = 0.05,
               least: float = 0.0, most: float = 1.0, since: int = 0) -> Course:
    """The mean of bounded values since the first batch, at the end of each; both bounds one-sided, each for all times.

    Args:
        rows: [..., T] rows of each batch, in the order of time. Where rows of one unit depend on each other, see
            `whole_life_units.py`.
        total: [..., T] sum of the values of each batch, such as the number of errors.
        squares: [..., T] sum of their squares, where they are not 0 or 1: bounds are then narrower.
        alpha: the chance that a bound is ever wrong, for each of the two; [..., 1] where it is not the same of all.
        least: no value can be smaller.
        most: no value can be larger.
        since: the batch at which what is told begins; -1 for the last one alone. It is the same as among all.
    """
    n, span = floats(rows), most - least
    raw = floats(total)
    x = (raw - least * n) / span
    x2 = None if squares is None else (floats(squares) - 2 * least * raw + least * least * n) / span**2
    count, added = np.cumsum(n, axis=-1), np.cumsum(x, axis=-1)
    spread = None if x2 is None else np.cumsum(_around(n, x, x2), axis=-1)[..., since:]
    count, added = count[..., since:], added[..., since:]
    low = _lower(count, added, spread, alpha)
    high = 1 - _lower(count, count - added, spread, alpha)
    mean = added / np.where(count > 0, count, np.nan)
    return Course(*(np.where(count > 0, least + span * one, np.nan) for one in (mean, low, high)))


class WholeLife:
    """The same, batch by batch: what is kept between two are three sums of values that were moved to [0, 1]."""

    def __init__(self, least: float = 0.0, most: float = 1.0, sums: tuple[float, float, float] = (0, 0, 0)) -> None:
        self._least, self._span = least, most - least
        self.sums = sums                    # rows, values, squared distances: to go on from

    def fold(self, values: ArrayLike) -> None:
        """One more batch of values; those that are missing (nan) say nothing."""
        given = floats(values)
        x = (given[~np.isnan(given)] - self._least) / self._span
        n, added, spread = self.sums
        more = _around(floats([n, len(x)]), floats([added, x.sum()]), floats([0.0, (x * x).sum()]))[1]
        self.sums = n + len(x), added + float(x.sum()), spread + float(more)

    def bounds(self, alpha: float = 0.05) -> tuple[float, float]:
        """Both bounds now, each one-sided, all times together; the ends before the first row."""
        n, added, spread = (floats([one]) for one in self.sums)
        if not n[0]:
            return self._least, self._least + self._span
        low, high = _lower(n, added, spread, alpha), 1 - _lower(n, n - added, spread, alpha)
        return self._least + self._span * float(low[0]), self._least + self._span * float(high[0])


def _around(n: Floats, x: Floats, x2: Floats) -> Floats:
    """[..., T]: the squared distances of each batch from the mean before it, shrunk towards the middle."""
    count, added = np.cumsum(n, axis=-1) - n, np.cumsum(x, axis=-1) - x
    before = (added + 0.5) / (count + 1)
    return floats(np.maximum(x2 - 2 * before * x + before * before * n, 0.0))


def _lower(n: Floats, total: Floats, spread: Floats | None, alpha: float | Floats) -> Floats:
    """The smallest mean in [0, 1] against which no more than 1 / alpha was won."""
    low, high, enough = np.zeros_like(n), np.ones_like(n), -np.log(alpha)
    for _ in range(STEPS):
        middle = (low + high) / 2
        beaten = _won(n, total, spread, middle) >= enough
        low, high = np.where(beaten, middle, low), np.where(beaten, high, middle)
    return low


def _won(n: Floats, total: Floats, spread: Floats | None, mean: Floats) -> Floats:
    """The logarithm of what all bets together won against a mean; each bet is for a larger one."""
    axis = (-1,) + (1,) * n.ndim
    bet = SHARP.reshape(axis)
    sharp = bet * total - n * np.log1p(mean * np.expm1(bet))
    if spread is None:
        return mixed(sharp)
    bet = SMOOTH.reshape(axis)
    smooth = bet * (total - n * mean) + (np.log1p(-bet) + bet) * spread
    return np.logaddexp(mixed(sharp), mixed(smooth)) - math.log(2)


def mixed(won: Floats) -> Floats:
    """[bets, …] to […]: the mean of what was won, as a logarithm."""
    most = won.max(axis=0)
    total = sum(np.exp(won - most))         # one after the other, so that a batch is the same alone and among others
    return floats(most + np.log(total / len(won)))
