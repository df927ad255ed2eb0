"""Means of values in [0, 1], from their exact first two moments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from shall.stats.arrays import Floats, Ints, times
from shall.stats.arrays import Pair as Bounds
from shall.stats.pairs import mover_difference, mover_ratio
from shall.stats.special import clopper_pearson, normal_quantile

FEW: Final = 100                            # rows, and
THIN: Final = 30                            # rows times the distance of the mean from 0 or 1: below, bounds are widened


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """Sum and sum of squares of ``n`` values in [0, 1] in each group: float64[G], float64[G], int64[G]."""

    total: Floats
    squares: Floats
    n: Ints

    @property
    def natural(self) -> tuple[float, float]:
        """A mean of values in [0, 1] lies there too."""
        return 0.0, 1.0

    @property
    def value(self) -> Floats:
        """float64[G]; nan where n = 0."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.n > 0, self.total / self.n, np.nan)

    def bounds(self, alpha: float) -> Bounds:
        """Normal with the sample variance and room for skewness; few rows: at least as wide as Bentkus (2004), 1.2.

        The room is the second-order term of the studentised mean (Hall 1992, section 2.4) at the greatest skewness
        that values in [0, 1] with this mean and variance can have, that of two points of which one is 0 or 1.
        """
        mean, n = np.nan_to_num(self.value), np.maximum(self.n, 1).astype(float)
        variance = np.maximum(self.squares - n * mean**2, 0) / np.maximum(n - 1, 1)
        z = normal_quantile(alpha)
        reach, order = z * np.sqrt(variance / n), (2 * z * z + 1) / (6 * n)
        half = variance / np.maximum(2 * n * mean * (1 - mean), 1e-300)     # of a row, where values are 0 or 1
        down, up = (order * np.maximum(end - variance / np.maximum(end, 1e-300), 0) + half for end in (mean, 1 - mean))
        low, high = np.maximum(mean - reach - down, 0), np.minimum(mean + reach + up, 1)
        thin = (self.n < FEW) | (n * np.minimum(mean, 1 - mean) < THIN)
        least, most = _bentkus(mean, n, alpha)
        low, high = np.where(thin, np.minimum(low, least), low), np.where(thin, np.maximum(high, most), high)
        return np.where(self.n > 0, low, 0.0), np.where(self.n > 0, high, 1.0)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent means, from their own bounds."""
        return mover_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent means, from their own bounds."""
        return mover_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> Means:
        """The same moments on more rows."""
        return Means(self.total * factor, self.squares * factor, times(self.n, factor))

    def concat(self, other: Means) -> Means:
        """The groups of both."""
        return Means(np.concatenate([self.total, other.total]), np.concatenate([self.squares, other.squares]),
                     np.concatenate([self.n, other.n]))


def _bentkus(mean: Floats, n: Floats, alpha: float) -> Bounds:
    """Binomial bounds at alpha / e: values in [0, 1] are no more spread than coins, up to the factor e."""
    down, up = np.floor(mean * n), np.ceil(mean * n)
    return clopper_pearson(down, n, alpha / math.e)[0], clopper_pearson(up, n, alpha / math.e)[1]
