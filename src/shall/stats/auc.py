"""Area under the ROC curve, from counts of positives and negatives by cell of the score."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from shall.stats.arrays import Floats, Ints, times
from shall.stats.arrays import Pair as Bounds
from shall.stats.families import remembered
from shall.stats.pairs import mover_difference, mover_ratio
from shall.stats.special import normal_quantile

FEW: Final = 150                            # rows of the smaller class, and
THIN: Final = 10                            # these times the distance of the area from 0 or 1: below, a wider bound
STEPS: Final = 50


@dataclass(frozen=True, eq=False)
class Auc:
    """Counts int64[G, B] by ascending cell; rows of one cell are taken as tied."""

    positive: Ints
    negative: Ints

    @property
    def natural(self) -> tuple[float, float]:
        """An area lies between 0 and 1."""
        return 0.0, 1.0

    @cached_property
    def _classes(self) -> tuple[Ints, Ints]:
        return self.positive.sum(axis=1), self.negative.sum(axis=1)

    @cached_property
    def n(self) -> Ints:
        """int64[G]: rows of both classes."""
        ones, zeros = self._classes
        return np.asarray(ones + zeros)

    @cached_property
    def _placements(self) -> tuple[Floats, Floats]:
        """For a positive (a negative) in each cell: the share of the other class that it is above (below)."""
        ones, zeros = (np.where(count > 0, count, 1)[:, None] for count in self._classes)
        under = np.cumsum(self.negative, axis=1) - self.negative
        over = self.positive.sum(axis=1, keepdims=True) - np.cumsum(self.positive, axis=1)
        return (under + self.negative / 2) / zeros, (over + self.positive / 2) / ones

    @cached_property
    def value(self) -> Floats:
        """float64[G]; nan where a class is missing."""
        ones, zeros = self._classes
        area = (self._placements[0] * self.positive).sum(axis=1) / np.where(ones > 0, ones, 1)
        return np.where((ones > 0) & (zeros > 0), area, np.nan)

    @cached_property
    def variance(self) -> Floats:
        """float64[G]: DeLong, DeLong and Clarke-Pearson (1988), equation 6."""
        return self._moment(2)

    @cached_property
    def _third(self) -> Floats:
        """float64[G]: the third cumulant, of the mean placements."""
        return self._moment(3)

    def _moment(self, power: int) -> Floats:
        area, total = np.nan_to_num(self.value)[:, None], np.zeros(len(self.positive))
        classes = zip(self._placements, (self.positive, self.negative), self._classes, strict=True)
        for placement, counts, size in classes:
            moment = (counts * (placement - area) ** power).sum(axis=1) / np.maximum(size - 1, 1)
            total = total + moment / np.maximum(size, 1) ** (power - 1)
        return np.asarray(total)

    @remembered
    def bounds(self, alpha: float) -> Bounds:
        """Normal with DeLong's variance, and room for skewness (the studentised mean's: Hall 1992, section 2.4).

        Where a class is small or the area near 0 or 1, at least as wide as Newcombe (2006), method 5.
        """
        z = normal_quantile(alpha)
        area = np.nan_to_num(self.value, nan=0.5)
        reach = z * np.sqrt(self.variance)
        lean = self._third / np.maximum(self.variance, 1e-300) * (2 * z * z + 1) / 6
        low = np.maximum(area - reach + np.minimum(lean, 0), 0)
        high = np.minimum(area + reach + np.maximum(lean, 0), 1)
        smaller = np.minimum(*self._classes)
        thin = (smaller < FEW) | (smaller * np.minimum(area, 1 - area) < THIN)
        least, most = self._newcombe(area, z, -1), self._newcombe(area, z, 1)
        low, high = np.where(thin, np.minimum(low, least), low), np.where(thin, np.maximum(high, most), high)
        unknown = np.isnan(self.value)
        return np.where(unknown, 0.0, low), np.where(unknown, 1.0, high)

    def _newcombe(self, area: Floats, z: float, side: int) -> Floats:
        """The area at which the statistic is z, with the variance that holds there."""
        ones, zeros = (np.maximum(count, 1) for count in self._classes)
        half = (ones + zeros) / 2 - 1
        near, far = area.copy(), np.full(len(area), 1.0 if side > 0 else 0.0)
        for _ in range(STEPS):
            middle = (near + far) / 2
            spread = middle * (1 - middle) * (1 + half * ((1 - middle) / (2 - middle) + middle / (1 + middle)))
            inside = np.abs(middle - area) <= z * np.sqrt(np.maximum(spread, 0) / (ones * zeros))
            near, far = np.where(inside, middle, near), np.where(inside, far, middle)
        return far

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent areas."""
        return mover_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent areas."""
        return mover_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> Auc:
        """The same shape on more rows."""
        return Auc(times(self.positive, factor), times(self.negative, factor))

    def concat(self, other: Auc) -> Auc:
        """The groups of both."""
        return Auc(np.concatenate([self.positive, other.positive]), np.concatenate([self.negative, other.negative]))
