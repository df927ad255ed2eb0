"""Rates: exact bounds of one, score tests for differences and ratios of two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from shall.stats.arrays import Floats, Ints
from shall.stats.arrays import Pair as Bounds
from shall.stats.special import clopper_pearson, normal_quantile

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
        return clopper_pearson(self.k, self.n, alpha)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Miettinen and Nurminen (1985), equation 7; the exact bounds of both rates at small counts."""
        pairs = self._pairs(i, j)
        z = normal_quantile(alpha)
        low = _invert(lambda d: _difference_score(pairs, d) > z, -1.0, 1.0, len(i))
        high = _invert(lambda d: _difference_score(pairs, d) >= -z, -1.0, 1.0, len(i))
        least, most = self.bounds(alpha / 2)
        small = self._small(i, j)
        low = np.where(small, np.minimum(low, least[i] - most[j]), low)
        high = np.where(small, np.maximum(high, most[i] - least[j]), high)
        empty = (self.n[i] == 0) | (self.n[j] == 0)
        return np.where(empty, -1.0, low), np.where(empty, 1.0, high)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Farrington and Manning (1990), section 3; the exact bounds of both rates at small counts."""
        pairs = self._pairs(i, j)
        z = normal_quantile(alpha)
        low = _unfolded(_invert(lambda t: _ratio_score(pairs, _unfolded(t)) > z, 0.0, 1.0, len(i)))
        high = _unfolded(_invert(lambda t: _ratio_score(pairs, _unfolded(t)) >= -z, 0.0, 1.0, len(i)))
        least, most = self.bounds(alpha / 2)
        small = self._small(i, j)
        with np.errstate(divide="ignore", invalid="ignore"):
            low = np.where(small, np.minimum(low, least[i] / most[j]), low)
            high = np.where(small, np.maximum(high, np.where(least[j] > 0, most[i] / least[j], np.inf)), high)
        empty = (self.n[i] == 0) | (self.n[j] == 0) | ((self.k[i] == 0) & (self.k[j] == 0))
        return np.where(empty, 0.0, low), np.where(empty | (self.k[j] == 0), np.inf, high)

    def scaled(self, factor: Floats) -> Proportions:
        """The same rates on more rows, to the nearest count."""
        n = np.rint(self.n * factor).astype(np.int64)
        value = np.nan_to_num(self.value)
        return Proportions(np.minimum(np.rint(value * n).astype(np.int64), n), n)

    def concat(self, other: Proportions) -> Proportions:
        """The groups of both."""
        return Proportions(np.concatenate([self.k, other.k]), np.concatenate([self.n, other.n]))

    def _pairs(self, i: Ints, j: Ints) -> tuple[Floats, Floats, Floats, Floats]:
        n1, n2 = np.maximum(self.n[i], 1).astype(float), np.maximum(self.n[j], 1).astype(float)
        return self.k[i] / n1, n1, self.k[j] / n2, n2

    def _small(self, i: Ints, j: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        fewest = np.minimum(self.k, self.n - self.k)
        return np.minimum(fewest[i], fewest[j]) < SMALL


def _invert(beyond: Callable[[Floats], np.ndarray[tuple[int], np.dtype[np.bool_]]], low: float, high: float, size: int) -> Floats:
    """Where ``beyond`` turns from true to false, for each pair, by bisection."""
    least, most = np.full(size, low), np.full(size, high)
    for _ in range(STEPS):
        middle = (least + most) / 2
        above = beyond(middle)
        least, most = np.where(above, middle, least), np.where(above, most, middle)
    return (least + most) / 2


def _unfolded(t: Floats) -> Floats:
    """From [0, 1) to [0, inf)."""
    return t / np.maximum(1 - t, 1e-300)


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
