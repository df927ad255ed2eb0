"""F1: what decisions and labels have in common, with exact bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints, times
from shall.stats.arrays import Pair as Bounds
from shall.stats.pairs import box_difference, box_ratio, mover_difference, mover_ratio
from shall.stats.special import clopper_pearson

SMALL: Final = 5                            # below so many hits or misses a pair is bounded by the box


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """``k`` rows positive by label and by decision, of ``n`` that are so by either; int64[G] both.

    F1 = 2 k / (k + n) rises with k / n, the Jaccard share, which is a rate of independent rows: its exact bounds are
    those of F1.
    """

    k: Ints
    n: Ints

    @property
    def natural(self) -> tuple[float, float]:
        """F1 lies between 0 and 1."""
        return 0.0, 1.0

    @property
    def value(self) -> Floats:
        """float64[G]; nan where nothing is positive."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.n > 0, 2 * self.k / (self.k + self.n), np.nan)

    def bounds(self, alpha: float) -> Bounds:
        """Clopper and Pearson (1934) of the Jaccard share: never wrong more often than alpha."""
        low, high = clopper_pearson(self.k.astype(np.float64), self.n.astype(np.float64), alpha)
        return 2 * low / (1 + low), 2 * high / (1 + high)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent groups, from their own bounds; alpha is split at small counts."""
        return self._either(i, j, mover_difference(self, i, j, alpha), box_difference(self, i, j, alpha))

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent groups, from their own bounds; alpha is split at small counts."""
        return self._either(i, j, mover_ratio(self, i, j, alpha), box_ratio(self, i, j, alpha))

    def _either(self, i: Ints, j: Ints, mover: Bounds, box: Bounds) -> Bounds:
        fewest = np.minimum(self.k, self.n - self.k)
        small: Bools = np.minimum(fewest[i], fewest[j]) < SMALL
        return (np.where(small, np.minimum(mover[0], box[0]), mover[0]),
                np.where(small, np.maximum(mover[1], box[1]), mover[1]))

    def scaled(self, factor: Floats) -> Overlap:
        """The same share on more rows, or on fewer."""
        return Overlap(times(self.k, factor), times(self.n, factor))

    def concat(self, other: Overlap) -> Overlap:
        """The groups of both."""
        return Overlap(np.concatenate([self.k, other.k]), np.concatenate([self.n, other.n]))
