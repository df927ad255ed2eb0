"""Balanced accuracy: the mean of two rates, bounded as their difference."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import cast

import numpy as np

from shall.stats.arrays import Floats, Ints, times
from shall.stats.arrays import Pair as Bounds
from shall.stats.pairs import mover_difference, mover_ratio
from shall.stats.proportions import Proportions


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """Of the positives, and of the negatives: those decided positive, and all. int64[G] each.

    Balanced accuracy is (1 + true positive rate - false positive rate) / 2, so the score test for the difference of
    two rates, exact at small counts, bounds it (``proportions``).
    """

    hits: Ints
    positives: Ints
    false_alarms: Ints
    negatives: Ints

    @property
    def natural(self) -> tuple[float, float]:
        """A mean of two rates."""
        return 0.0, 1.0

    @property
    def n(self) -> Ints:
        """int64[G]: rows of both classes."""
        return np.asarray(self.positives + self.negatives)

    @property
    def value(self) -> Floats:
        """float64[G]; nan where a class is missing."""
        rates = self._rates.value
        return np.asarray((1 + rates[:len(self.hits)] - rates[len(self.hits):]) / 2)

    @property
    def _rates(self) -> Proportions:
        return Proportions(np.concatenate([self.hits, self.false_alarms]),
                           np.concatenate([self.positives, self.negatives]))

    def bounds(self, alpha: float) -> Bounds:
        """Those of the difference of the two rates."""
        every = np.arange(len(self.hits))
        low, high = self._rates.difference(every, every + len(every), alpha)
        return (1 + low) / 2, (1 + high) / 2

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent groups, from their own bounds."""
        return mover_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent groups, from their own bounds."""
        return mover_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> Balance:
        """The same rates on more rows."""
        return Balance(*(times(counts, factor) for counts in self._counts()))

    def concat(self, other: Balance) -> Balance:
        """The groups of both."""
        return Balance(*map(np.concatenate, zip(self._counts(), other._counts(), strict=True)))

    def _counts(self) -> tuple[Ints, ...]:
        return tuple(cast(Ints, getattr(self, part.name)) for part in fields(self))
