"""Pairs of two rates: the score test inverted, and the exact bounds of both rates where counts are small."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints
from shall.stats.arrays import Pair as Bounds
from shall.stats.roots import falling
from shall.stats.scalars import ONE
from shall.stats.score_tests import End, Kind, Rates, beyond, excess
from shall.stats.special import normal_quantile

SMALL: Final = 5                            # below so many successes or failures a pair is bounded exactly
STEPS: Final = 50                           # of bisection: to 2**-50 of the range
MOST: Final = 1 - 2.0**-51                  # of a ratio on its scale: there it is no longer bounded
EDGE: Final = 1e-9                          # so near the end of the range the test is only rounding errors
FEW: Final = 16                             # pairs that are asked one by one, which is faster
Exact = Callable[[float], Bounds]


@dataclass(frozen=True)
class Compared:
    """Pairs of two rates, and the test that bounds their difference or ratio."""

    kind: Kind
    k: Ints                                 # of each group
    n: Ints
    i: Ints                                 # of each pair
    j: Ints
    alpha: float
    exact: Exact                            # the exact bounds of each group

    def only(self, some: Ints | Bools) -> Compared:
        """Some of the pairs."""
        return Compared(self.kind, self.k, self.n, self.i[some], self.j[some], self.alpha, self.exact)

    @cached_property
    def z(self) -> float:
        """The critical value."""
        return normal_quantile(self.alpha)

    @cached_property
    def rates(self) -> Rates:
        """Of both groups of each pair, with their rows."""
        n = np.maximum(self.n, 1).astype(np.float64)
        p = self.k / n
        return p[self.i], n[self.i], p[self.j], n[self.j]

    @cached_property
    def small(self) -> Bools:
        """bool[P]: the pairs that are bounded by the box too."""
        small = np.minimum(self.k, self.n - self.k) < SMALL
        return np.asarray(small[self.i] | small[self.j])

    @cached_property
    def unknown(self) -> Bools:
        """bool[P]: the pairs of which nothing is known."""
        empty = self.n == 0
        unknown = empty[self.i] | empty[self.j]
        if self.kind == "ratio":
            never = self.k == 0
            unknown |= never[self.i] & never[self.j]
        return np.asarray(unknown)

    @property
    def ends(self) -> tuple[float, float]:
        """What a bound is where nothing is known."""
        return (-1.0, 1.0) if self.kind == "difference" else (0.0, math.inf)

    def widest(self, end: End) -> Bools:
        """bool[P]: the pairs whose bound is that end whatever the test says."""
        if self.kind == "ratio" and end == "high":
            return np.asarray(self.unknown | (self.rates[2] == 0))
        return self.unknown

    @cached_property
    def box(self) -> Bounds:
        """From the exact bounds of both rates, each at alpha / 2."""
        least, most = self.exact(self.alpha / 2)
        if self.kind == "difference":
            return least[self.i] - most[self.j], most[self.i] - least[self.j]
        with np.errstate(divide="ignore", invalid="ignore"):
            most_times = np.where(least[self.j] > 0, most[self.i] / least[self.j], np.inf)
            return least[self.i] / most[self.j], most_times

    def likely(self, end: End) -> Floats:
        """float64[P]: about where each bound lies, by the normal approximation (Agresti and Caffo 2000)."""
        n = self.n + 2.0
        p, reach = (self.k + 1) / n, self.z if end == "high" else -self.z
        if self.kind == "difference":
            variance = p * (1 - p) / n
            return np.asarray(p[self.i] - p[self.j] + reach * np.sqrt(variance[self.i] + variance[self.j]))
        p, variance = np.log(p), (1 - p) / (p * n)
        return np.asarray(np.exp(p[self.i] - p[self.j] + reach * np.sqrt(variance[self.i] + variance[self.j])))

    def bound(self, end: End) -> Floats:
        """float64[P]: one end, the test inverted."""
        found = self._one_by_one(end) if len(self.i) <= FEW else self._all_at_once(end)
        if self.small.any():
            boxed = np.minimum(found, self.box[0]) if end == "low" else np.maximum(found, self.box[1])
            found = np.where(self.small, boxed, found)
        return np.where(self.widest(end), self.ends[end == "high"], found)

    def above(self, end: End, value: float) -> Bools:
        """bool[P]: whether the bound of each pair lies above a value."""
        value = min(max(value, self.ends[0] + EDGE), 1 - EDGE if self.kind == "difference" else 1 / EDGE)
        rejected = self._rejected(end, value)
        if end == "low":
            return rejected & (~self.small | (self.box[0] > value)) if (rejected & self.small).any() else rejected
        further = ~rejected
        if self.small.any():
            further |= self.small & (self.box[1] > value)
        return further | self.widest(end)

    def _rejected(self, end: End, value: float) -> Bools:
        """bool[P]: whether the test rejects a value of each pair; only one beyond what is seen is ever rejected."""
        p1, _, p2, _ = self.rates
        gap = p1 - p2 - value if self.kind == "difference" else p1 - value * p2
        asked = np.flatnonzero(gap > 0 if end == "low" else gap < 0) if self.z >= 1 else np.arange(len(gap))
        rates = tuple(rate[asked] for rate in self.rates)
        rejected = np.zeros(len(gap), dtype=bool)
        if len(asked) > FEW:
            rejected[asked] = excess(self.kind, end, rates, value, self.z) > 0
        else:
            rejected[asked] = [excess(self.kind, end, pair, value, self.z, ONE) > 0
                               for pair in zip(*(rate.tolist() for rate in rates), strict=True)]
        return rejected

    def _all_at_once(self, end: End) -> Floats:
        """By bisection."""
        scale = _unfolded if self.kind == "ratio" else _as_it_is
        least, most = np.full(len(self.i), self.ends[0]), np.ones(len(self.i))
        for _ in range(STEPS):
            middle = (least + most) / 2
            below = beyond(self.kind, end, self.rates, scale(middle), self.z)
            least, most = np.where(below, middle, least), np.where(below, most, middle)
        return scale((least + most) / 2)

    def _one_by_one(self, end: End) -> Floats:
        starts = self.likely(end).tolist()
        pairs = zip(*(rate.tolist() for rate in self.rates), strict=True)
        return np.array([self._one(end, pair, start) for pair, start in zip(pairs, starts, strict=True)])

    def _one(self, end: End, pair: tuple[float, ...], start: float) -> float:
        """The bound of one pair; of ratios on the scale of t / (1 - t)."""
        kind, z, sign = self.kind, self.z, 1.0 if end == "low" else -1.0
        if kind == "difference":
            return falling(lambda t: sign * excess(kind, end, pair, t, z, ONE), -1.0, 1.0, start)
        found = falling(lambda t: sign * excess(kind, end, pair, t / (1 - t), z, ONE), 0.0, MOST,
                        start / (1 + start) if start < math.inf else MOST)
        return found / (1 - found)


def _as_it_is(t: Floats) -> Floats:
    return t


def _unfolded(t: Floats) -> Floats:
    """From [0, 1) to [0, inf)."""
    return np.asarray(t / (1 - t))
