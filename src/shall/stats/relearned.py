"""Weights that were learned: bounds that know how far the values move when they are learned again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints
from shall.stats.arrays import Pair as Bounds
from shall.stats.families import blanked, gap_ends
from shall.stats.jackknife import Replicated
from shall.stats.special import student_quantile

FEWEST: Final = 5                           # replicates that a value must have


@dataclass(frozen=True, eq=False)
class Relearned(Replicated):
    """A family on weights that were learned, and its values float64[G, R] in R bootstrap replicates.

    In a replicate rows of both samples are drawn anew and the weights learned of these (Canty and Davison 1999,
    "Resampling-based variance estimation for labour force surveys", section 3). The family takes the weights as known.
    Both distances of a bound from the value add as squares, the second longer on the side to which the family leans
    (near the ends of its range): the rows' own noise is in both, on purpose, since errors of weights that a learner
    smooths are bias as much as variance, and no replicate shows the bias. A value that fewer than 5 replicates have is
    not known.
    """

    def bounds(self, alpha: float) -> Bounds:
        """Each one-sided at alpha."""
        return blanked(*self._wider(self.value, self.replicates, self.base.bounds(alpha), alpha), self.natural)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Groups are weighed by one learner: what they have in common is in the replicates."""
        found = self._wider(self.value[i] - self.value[j], self.replicates[i] - self.replicates[j],
                            self.base.difference(i, j, alpha), alpha)
        return blanked(*found, gap_ends(self.natural))

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """On the scale of the logarithm."""
        with np.errstate(divide="ignore", invalid="ignore"):
            value, replicates = np.log(self.value), np.log(self.replicates)
            low, high = (np.log(bound) for bound in self.base.ratio(i, j, alpha))
            (low, high), unknown = self._wider(value[i] - value[j], replicates[i] - replicates[j], (low, high), alpha)
            signed = (self.natural[0] < 0) & ~((self.value[i] > 0) & (self.value[j] > 0))   # not even the sign is known
            return blanked((np.exp(low), np.exp(high)), unknown | signed,
                           (-np.inf if self.natural[0] < 0 else 0.0, np.inf))

    def scaled(self, factor: Floats) -> Relearned:
        """The same values on more rows, of which weights are learned too."""
        return Relearned(self.base.scaled(factor), self._closer(factor))

    def concat(self, other: Relearned) -> Relearned:
        """The groups of both; replicates are matched by their number."""
        return Relearned(self.base.concat(other.base), np.concatenate([self.replicates, other.replicates]))

    @staticmethod
    def _wider(value: Floats, replicates: Floats, base: Bounds, alpha: float) -> tuple[Bounds, Bools]:
        """The bounds of the family with what the replicates say, and where nothing is known."""
        some = np.isfinite(replicates)
        count = some.sum(axis=1)
        clean = np.where(some, replicates, 0.0)
        mean = clean.sum(axis=1) / np.maximum(count, 1)
        spread = (np.where(some, replicates - mean[:, None], 0.0) ** 2).sum(axis=1) / np.maximum(count - 1, 1)
        reach = np.array([student_quantile(alpha, int(max(one, 2)) - 1) for one in count]) * np.sqrt(spread)
        down, up = value - base[0], base[1] - value
        low, high = (np.hypot(arm, reach * _longer(arm, other)) for arm, other in ((down, up), (up, down)))
        return (value - low, value + high), (count < FEWEST) | ~np.isfinite(value)


def _longer(arm: Floats, other: Floats) -> Floats:
    """float64[…]: by how much an arm exceeds the mean of both, at least 1: a spread does not tell where it leans."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 2 * arm / (arm + other)
    return np.where(np.isfinite(found), np.maximum(found, 1.0), 1.0)
