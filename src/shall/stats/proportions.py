"""Rates: exact bounds of one, score tests for differences and ratios of two.

How often a bound of a difference or a ratio is wrong is enumerated in ``tests/stats/test_enumerated.py``: for 5 to
1,000 rows a group, balanced or not, rates from 0.002 to 0.995, alpha from 0.05 to 0.05 / 1,770. At a ratio of 0.8
or a difference of 0.05 it is at most 0.987 alpha, and at most 1.013 alpha at any limit that was tried.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints, times
from shall.stats.arrays import Pair as Bounds
from shall.stats.pairs import mover_difference, mover_ratio
from shall.stats.score_tests import End, Kind, Rates, beyond
from shall.stats.special import clopper_pearson, normal_quantile

LEAD: Final = 12                            # pairs that are inverted at once
SMALL: Final = 5                            # below so many successes or failures a pair is bounded exactly
STEPS: Final = 50                           # of bisection: to 2**-50 of the range


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
        return clopper_pearson(self.k.astype(np.float64), self.n.astype(np.float64), alpha)

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

        Some leading pairs are inverted; at the extreme of these one evaluation of the test tells
        which others go beyond it, and only those are inverted too. The result is that of `difference` or `ratio`.
        """
        known = (self.n[i] > 0) & (self.n[j] > 0) & ((self.k[i] > 0) | (self.k[j] > 0) | (kind == "difference"))
        widest = {"difference": {"low": -1.0, "high": 1.0}, "ratio": {"low": 0.0, "high": np.inf}}[kind][end]
        if not known.any() or (not known.all() and largest == (end == "high")):
            return widest                                   # a pair of which nothing is known goes furthest
        i, j = i[known], j[known]
        single = mover_difference(self, i, j, alpha) if kind == "difference" else mover_ratio(self, i, j, alpha)
        order = np.argsort(single[end == "high"] * (-1 if largest else 1), kind="stable")
        pick = max if largest else min
        best = float(pick(self._compared(kind, i[order[:LEAD]], j[order[:LEAD]], alpha).bound(end)))
        if len(order) > LEAD and math.isfinite(best):
            i, j = i[order[LEAD:]], j[order[LEAD:]]
            above = self._compared(kind, i, j, alpha).above(end, best)
            further = above if largest else ~above
            if further.any():
                best = pick(best, float(pick(self._compared(kind, i[further], j[further], alpha).bound(end))))
        return best

    def _compared(self, kind: Kind, i: Ints, j: Ints, alpha: float) -> Compared:
        least, most = self.bounds(alpha / 2)
        with np.errstate(divide="ignore", invalid="ignore"):
            if kind == "difference":
                box = (least[i] - most[j], most[i] - least[j])
            else:
                box = (least[i] / most[j], np.where(least[j] > 0, most[i] / least[j], np.inf))
        fewest = np.minimum(self.k, self.n - self.k)
        n1, n2 = np.maximum(self.n[i], 1).astype(float), np.maximum(self.n[j], 1).astype(float)
        rates = (self.k[i] / n1, n1, self.k[j] / n2, n2)
        unknown = (self.n[i] == 0) | (self.n[j] == 0) | ((kind == "ratio") & (self.k[i] == 0) & (self.k[j] == 0))
        return Compared(kind, rates, normal_quantile(alpha), np.minimum(fewest[i], fewest[j]) < SMALL, box, unknown)

    def scaled(self, factor: Floats) -> Proportions:
        """The same rates on more rows, or on fewer."""
        return Proportions(times(self.k, factor), times(self.n, factor))

    def concat(self, other: Proportions) -> Proportions:
        """The groups of both."""
        return Proportions(np.concatenate([self.k, other.k]), np.concatenate([self.n, other.n]))


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of two rates, and the test that bounds their difference or ratio."""

    kind: Kind
    rates: Rates
    z: float
    small: Bools                                    # pairs that are bounded by the box too
    box: Bounds                                     # from the exact bounds of both rates, each at alpha / 2
    unknown: Bools

    def bound(self, end: End) -> Floats:
        """float64[P]: one end, the test inverted."""
        size, scale = len(self.small), _unfolded if self.kind == "ratio" else _as_it_is
        least = -1.0 if self.kind == "difference" else 0.0
        found = scale(_invert(lambda t: self._beyond(end, scale(t)), least, 1.0, size))
        if end == "low":
            found = np.where(self.small, np.minimum(found, self.box[0]), found)
            return np.where(self.unknown, -1.0 if self.kind == "difference" else 0.0, found)
        found = np.where(self.small, np.maximum(found, self.box[1]), found)
        endless = self.unknown | ((self.kind == "ratio") & (self.rates[2] == 0))
        return np.where(endless, 1.0 if self.kind == "difference" else np.inf, found)

    def above(self, end: End, value: float) -> Bools:
        """bool[P]: whether the bound of each pair lies above a value."""
        further = self._beyond(end, np.full(len(self.small), value))
        if end == "low":
            return np.asarray(further & (~self.small | (self.box[0] > value)))
        endless = (self.kind == "ratio") & (self.rates[2] == 0)
        return np.asarray(further | (self.small & (self.box[1] > value)) | endless)

    def _beyond(self, end: End, at: Floats) -> Bools:
        """Whether a difference or ratio is still below the bound that the score test gives."""
        return beyond(self.kind, end, self.rates, at, self.z)


def _as_it_is(t: Floats) -> Floats:
    return t


def _invert(below: Callable[[Floats], Bools], low: float, high: float, size: int) -> Floats:
    """Where ``below`` turns from true to false, for each pair, by bisection."""
    least, most = np.full(size, low), np.full(size, high)
    for _ in range(STEPS):
        middle = (least + most) / 2
        above = below(middle)
        least, most = np.where(above, middle, least), np.where(above, most, middle)
    return np.asarray((least + most) / 2)


def _unfolded(t: Floats) -> Floats:
    """From [0, 1) to [0, inf)."""
    return np.asarray(t / np.maximum(1 - t, 1e-300))
