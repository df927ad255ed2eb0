"""Facts of a log, such as its rows: a census, so low = value = high."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shall.stats.arrays import Floats, Ints
from shall.stats.arrays import Pair as Bounds


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """A figure that is known, not estimated: float64[G], of ``n`` rows int64[G]; no rows, no value."""

    figure: Floats
    n: Ints
    natural: tuple[float, float] = (0.0, np.inf)

    @property
    def value(self) -> Floats:
        """float64[G]; nan where there is no row."""
        return np.where(self.n > 0, self.figure, np.nan)

    def bounds(self, alpha: float) -> Bounds:
        """The value itself."""
        unknown = np.isnan(self.value)
        return np.where(unknown, self.natural[0], self.figure), np.where(unknown, self.natural[1], self.figure)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """The difference itself."""
        value = self.value[i] - self.value[j]
        return np.where(np.isnan(value), -np.inf, value), np.where(np.isnan(value), np.inf, value)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """The ratio itself."""
        with np.errstate(divide="ignore", invalid="ignore"):
            value = self.value[i] / self.value[j]
        return np.where(np.isfinite(value), value, 0.0), np.where(np.isfinite(value), value, np.inf)

    def scaled(self, factor: Floats) -> Facts:
        """More rows do not change what is known."""
        return self

    def concat(self, other: Facts) -> Facts:
        """The groups of both."""
        return Facts(np.concatenate([self.figure, other.figure]), np.concatenate([self.n, other.n]), self.natural)
