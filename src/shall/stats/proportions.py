"""Rates: exact bounds of one, score tests for differences and ratios of two.

How often a bound of a difference or a ratio is wrong is enumerated in ``tests/stats/test_enumerated.py``: for 5 to
1,000 rows a group, balanced or not, rates from 0.002 to 0.995, alpha from 0.05 to 0.05 / 1,770. At a ratio of 0.8
or a difference of 0.05 it is at most 0.987 alpha, and at most 1.013 alpha at any limit that was tried.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from shall.stats.arrays import Floats, Ints, times
from shall.stats.arrays import Pair as Bounds
from shall.stats.score_tests import End, Kind
from shall.stats.special import clopper_pearson
from shall.stats.two_rates import FEW, Compared

KEPT: Final = 2**14                         # groups: bounds of so many are remembered, for one is asked several times


@dataclass(frozen=True, slots=True, eq=False)
class Proportions:
    """``k`` of ``n`` in each group, int64[G] both."""

    k: Ints
    n: Ints

    @property
    def natural(self) -> tuple[float, float]:
        """A rate lies between 0 and 1."""
        return 0.0, 1.0

    @property
    def value(self) -> Floats:
        """float64[G]; nan where n = 0."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.n > 0, self.k / self.n, np.nan)

    def bounds(self, alpha: float) -> Bounds:
        """Clopper and Pearson (1934): exact, never wrong more often than alpha."""
        k, n = self.k.astype(np.float64), self.n.astype(np.float64)
        return _remembered(k.tobytes(), n.tobytes(), alpha) if len(k) <= KEPT else clopper_pearson(k, n, alpha)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """The score test inverted (``score_tests``); the exact bounds of both rates at small counts."""
        pairs = self._compared("difference", i, j, alpha)
        return pairs.bound("low"), pairs.bound("high")

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """The score test inverted (``score_tests``); the exact bounds of both rates at small counts."""
        pairs = self._compared("ratio", i, j, alpha)
        return pairs.bound("low"), pairs.bound("high")

    def extreme_bound(self, kind: Kind, end: End, i: Ints, j: Ints, alpha: float, *, largest: bool) -> float:
        """The largest (or smallest) bound of many pairs, without inverting the test for each of them.

        The test is inverted for the pair that is likely to lead; one evaluation of the test at its bound tells which
        others go beyond it, and so on with these until there is none. The result is that of `difference` or `ratio`.
        """
        if len(i) <= FEW < len(self.k):                 # of a few groups only these are looked at
            groups, index = np.unique([i, j], return_inverse=True)
            few, (i, j) = Proportions(self.k[groups], self.n[groups]), index.reshape(2, -1)
            return few.extreme_bound(kind, end, i, j, alpha, largest=largest)
        pairs = self._compared(kind, i, j, alpha)
        widest = pairs.widest(end)
        if widest.any():
            if widest.all() or largest == (end == "high"):
                return pairs.ends[end == "high"]
            pairs = pairs.only(~widest)
        likely, best = pairs.likely(end), -math.inf if largest else math.inf
        while len(likely):
            lead = np.argmax(likely) if largest else np.argmin(likely)
            found = float(pairs.only(np.array([lead])).bound(end)[0])
            best = max(best, found) if largest else min(best, found)
            if best == pairs.ends[largest]:             # none goes further: so it is where groups have a few rows
                break
            further = pairs.above(end, best) == largest
            further[lead] = False
            pairs, likely = pairs.only(further), likely[further]
        return best

    def _compared(self, kind: Kind, i: Ints, j: Ints, alpha: float) -> Compared:
        return Compared(kind, self.k, self.n, i, j, alpha, self.bounds)

    def scaled(self, factor: Floats) -> Proportions:
        """The same rates on more rows, or on fewer."""
        return Proportions(times(self.k, factor), times(self.n, factor))

    def concat(self, other: Proportions) -> Proportions:
        """The groups of both."""
        return Proportions(np.concatenate([self.k, other.k]), np.concatenate([self.n, other.n]))


@lru_cache(maxsize=128)
def _remembered(k: bytes, n: bytes, alpha: float) -> Bounds:
    """`clopper_pearson`; several lines ask the same of one measure."""
    low, high = clopper_pearson(np.frombuffer(k), np.frombuffer(n), alpha)
    low.flags.writeable = high.flags.writeable = False
    return low, high
