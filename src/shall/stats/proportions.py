"""Rates: exact bounds of one, score tests for differences and ratios of two."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints
from shall.stats.arrays import Pair as Bounds
from shall.stats.pairs import mover_difference, mover_ratio
from shall.stats.special import clopper_pearson, normal_quantile

Kind = Literal["difference", "ratio"]
End = Literal["low", "high"]
LEAD: Final = 12                            # pairs that are inverted at once
SMALL: Final = 15                           # below so many successes or failures a pair is bounded exactly
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
        """Miettinen and Nurminen (1985), equation 7; the exact bounds of both rates at small counts."""
        pairs = self._compared("difference", i, j, alpha)
        return pairs.bound("low"), pairs.bound("high")

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Farrington and Manning (1990), section 3; the exact bounds of both rates at small counts."""
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
        """The same rates on more rows, to the nearest count."""
        n = np.rint(self.n * factor).astype(np.int64)
        value = np.nan_to_num(self.value)
        return Proportions(np.minimum(np.rint(value * n).astype(np.int64), n), n)

    def concat(self, other: Proportions) -> Proportions:
        """The groups of both."""
        return Proportions(np.concatenate([self.k, other.k]), np.concatenate([self.n, other.n]))


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of two rates, and the test that bounds their difference or ratio."""

    kind: Kind
    rates: tuple[Floats, Floats, Floats, Floats]    # p1, n1, p2, n2 of each pair
    z: float
    small: Bools                                    # pairs that are bounded by the box too
    box: Bounds                                     # from the exact bounds of both rates, each at alpha / 2
    unknown: Bools

    def bound(self, end: End) -> Floats:
        """float64[P]: one end, the test inverted."""
        size, scale = len(self.small), _unfolded if self.kind == "ratio" else _as_it_is
        found = scale(_invert(lambda t: self._beyond(end, scale(t)), -1.0 if self.kind == "difference" else 0.0, 1.0, size))
        if end == "low":
            found = np.where(self.small, np.minimum(found, self.box[0]), found)
            return np.where(self.unknown, -1.0 if self.kind == "difference" else 0.0, found)
        found = np.where(self.small, np.maximum(found, self.box[1]), found)
        endless = self.unknown | ((self.kind == "ratio") & (self.rates[2] == 0))
        return np.where(endless, 1.0 if self.kind == "difference" else np.inf, found)

    def above(self, end: End, value: float) -> Bools:
        """bool[P]: whether the bound of each pair lies above a value."""
        beyond = self._beyond(end, np.full(len(self.small), value))
        if end == "low":
            return np.asarray(beyond & (~self.small | (self.box[0] > value)))
        endless = (self.kind == "ratio") & (self.rates[2] == 0)
        return np.asarray(beyond | (self.small & (self.box[1] > value)) | endless)

    def _beyond(self, end: End, at: Floats) -> Bools:
        """Whether the score statistic at a difference or ratio is still above its critical value."""
        score = _difference_score(self.rates, at) if self.kind == "difference" else _ratio_score(self.rates, at)
        return np.asarray(score > self.z if end == "low" else score >= -self.z)


def _as_it_is(t: Floats) -> Floats:
    return t


def _invert(beyond: Callable[[Floats], Bools], low: float, high: float, size: int) -> Floats:
    """Where ``beyond`` turns from true to false, for each pair, by bisection."""
    least, most = np.full(size, low), np.full(size, high)
    for _ in range(STEPS):
        middle = (least + most) / 2
        above = beyond(middle)
        least, most = np.where(above, middle, least), np.where(above, most, middle)
    return (least + most) / 2


def _unfolded(t: Floats) -> Floats:
    """From [0, 1) to [0, inf)."""
    return np.asarray(t / np.maximum(1 - t, 1e-300))


def _difference_score(pairs: tuple[Floats, Floats, Floats, Floats], d: Floats) -> Floats:
    """The score statistic at a difference d; the constrained rates are Farrington and Manning (1990), appendix."""
    p1, n1, p2, n2 = pairs
    theta = n2 / n1
    a = 1 + theta
    b = -(1 + theta + p1 + theta * p2 + d * (theta + 2))
    c = d * d + d * (2 * p1 + theta + 1) + p1 + theta * p2
    e = -p1 * d * (1 + d)
    v = b**3 / (3 * a) ** 3 - b * c / (6 * a * a) + e / (2 * a)
    u = np.sign(v) * np.sqrt(np.maximum(b * b / (3 * a) ** 2 - c / (3 * a), 0))
    u = np.where(u == 0, 1e-12, u)
    w = (np.pi + np.arccos(np.clip(v / u**3, -1, 1))) / 3
    r1 = np.clip(2 * u * np.cos(w) - b / (3 * a), np.maximum(d, 0), np.minimum(1 + d, 1))
    r2 = np.clip(r1 - d, 0, 1)
    variance = (r1 * (1 - r1) / n1 + r2 * (1 - r2) / n2) * (n1 + n2) / (n1 + n2 - 1)
    return _standardised(p1 - p2 - d, variance)


def _ratio_score(pairs: tuple[Floats, Floats, Floats, Floats], ratio: Floats) -> Floats:
    """The score statistic at a ratio; the constrained rates are Farrington and Manning (1990), section 3."""
    p1, n1, p2, n2 = pairs
    n = n1 + n2
    b = -(n1 * ratio + p1 * n1 + n2 + p2 * n2 * ratio)
    c = p1 * n1 + p2 * n2
    root = np.sqrt(np.maximum(b * b - 4 * n * ratio * c, 0))
    r2 = np.clip(2 * c / (-b + root), 0, 1)
    r1 = np.clip(ratio * r2, 0, 1)
    variance = (r1 * (1 - r1) / n1 + ratio**2 * r2 * (1 - r2) / n2) * n / (n - 1)
    return _standardised(p1 - ratio * p2, variance)


def _standardised(distance: Floats, variance: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > 0, distance / np.sqrt(variance), np.sign(distance) * np.inf)
