"""Share of a variance that a prediction explains."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Final, cast

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints
from shall.stats.arrays import Pair as Bounds
from shall.stats.families import blanked
from shall.stats.pairs import mover_difference
from shall.stats.signed import signed_ratio
from shall.stats.special import normal_quantile

FEWEST: Final = 50                          # rows: with fewer nothing is said
SPREAD: Final = 1e-6                        # variance over squared mean below which digits are lost


@dataclass(frozen=True, eq=False)
class Determination:
    """Sums over ``count`` rows in each group: of the target y to its fourth power, of the squared error u, u², uy, uy².

    All float64[G]; ``seen`` are the rows with an error; where these are more than ``count`` nothing is said.
    """

    y: Floats
    y2: Floats
    y3: Floats
    y4: Floats
    u: Floats
    u2: Floats
    uy: Floats
    uy2: Floats
    count: Floats
    seen: Floats

    @property
    def n(self) -> Ints:
        """int64[G]; fractions once scaled."""
        return cast(Ints, self.count)

    @property
    def natural(self) -> tuple[float, float]:
        """At most 1; a prediction worse than the mean is below 0."""
        return -np.inf, 1.0

    @cached_property
    def _moments(self) -> tuple[Floats, Floats, Floats, Bools]:
        """float64[G]: mean of y, its variance, the mean of u; and where they stand."""
        n = np.maximum(self.count, 1)
        mean = self.y / n
        variance = self.y2 / n - mean**2
        known = (self.count > 1) & (self.seen <= self.count) & (variance > mean**2 * SPREAD**2)
        return mean, np.where(known, variance, 1.0), self.u / n, np.asarray(known)

    @cached_property
    def value(self) -> Floats:
        """float64[G]: 1 - SSE/SST; nan where the target is constant."""
        _, variance, error, known = self._moments
        return np.where(known, 1 - error / variance, np.nan)

    def bounds(self, alpha: float) -> Bounds:
        """Delta method with Student's quantile: from below on the logarithm of SSE/SST, from above on SSE/SST itself.

        Of both scales each side has the one that reaches farther: a sample of a skewed target shows too little of its
        variance more often than too much.
        """
        mean, variance, error, known = self._moments
        n = np.maximum(self.count, 2)
        ratio = error / variance
        with np.errstate(all="ignore"):
            v2 = (self.y4 - 4 * mean * self.y3 + 6 * mean**2 * self.y2 - 4 * mean**3 * self.y) / n + mean**4
            uv = (self.uy2 - 2 * mean * self.uy + mean**2 * self.u) / n
            spread = self.u2 / n - 2 * ratio * uv + ratio**2 * v2
            reach = np.sqrt(np.maximum(spread, 0) / n) / variance / ratio
            z = normal_quantile(alpha)
            t = z + (z**3 + z) / (4 * (n - 1)) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * (n - 1) ** 2)
            low, high = 1 - ratio * np.exp(t * reach), 1 - ratio * np.maximum(1 - t * reach, 0)
        blurred = variance < mean**2 * SPREAD               # the fourth moment has no digits left
        exact = known & (error == 0)                        # nothing varies: every row is met
        unknown = ~known | (self.count < FEWEST) | blurred | ~np.isfinite(reach) | exact
        return blanked((low, high), unknown, self.natural)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent groups, from their own bounds."""
        return mover_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent groups, from their own bounds."""
        return signed_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> Determination:
        """The same moments on more rows."""
        return Determination(**{part.name: getattr(self, part.name) * factor for part in fields(self)})

    def concat(self, other: Determination) -> Determination:
        """The groups of both."""
        return Determination(**{part.name: np.concatenate([getattr(self, part.name), getattr(other, part.name)])
                                for part in fields(self)})
