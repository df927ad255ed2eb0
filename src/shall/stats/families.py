"""What every family of estimates can say; a family is what is known of one measure in each of G groups."""

from __future__ import annotations

from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bounds = tuple[Floats, Floats]              # each one-sided


class Estimates(Protocol):
    """One measure in each of G groups, with one-sided bounds of values, differences and ratios."""

    @property
    def natural(self) -> tuple[float, float]:
        """The range that a value cannot leave."""
        ...

    @property
    def value(self) -> Floats:
        """float64[G]; nan where not available."""
        ...

    @property
    def n(self) -> Ints:
        """int64[G]: the rows that each value stands on."""
        ...

    def bounds(self, alpha: float) -> Bounds:
        """float64[G] twice, each one-sided at alpha; the natural range where there is no value."""
        ...

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """float64[P] twice: bounds of ``value[i] - value[j]``, each one-sided at alpha."""
        ...

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """float64[P] twice: bounds of ``value[i] / value[j]``; (0, inf) where nothing can be said."""
        ...

    def scaled(self, factor: Floats) -> Self:
        """The same values on ``factor`` float64[G] times the rows."""
        ...

    def concat(self, other: Self) -> Self:
        """The groups of both, one after the other."""
        ...


def independent_difference(values: Floats, errors: Bounds, i: Ints, j: Ints, natural: tuple[float, float]) -> Bounds:
    """Difference of two independent estimates from the distance of each to its own bounds.

    ``errors`` float64[G] twice: value - low, high - value. The square-and-add of Zou and Donner (2008, equation 3).
    """
    below, above = errors
    difference = values[i] - values[j]
    low = difference - np.sqrt(below[i] ** 2 + above[j] ** 2)
    high = difference + np.sqrt(above[i] ** 2 + below[j] ** 2)
    widest = natural[1] - natural[0]
    unknown = np.isnan(difference)
    return np.where(unknown, -widest, low), np.where(unknown, widest, high)


def independent_ratio(values: Floats, bounds: Bounds, i: Ints, j: Ints) -> Bounds:
    """Ratio of two independent estimates that are not negative, from their bounds.

    Zou and Donner (2008), section 3.2 (MOVER-R); (0, inf) where the divisor may be 0.
    """
    low, high = bounds
    a, b = values[i], values[j]
    with np.errstate(divide="ignore", invalid="ignore"):
        under = (a * b) ** 2 - low[i] * high[j] * (2 * a - low[i]) * (2 * b - high[j])
        least = (a * b - np.sqrt(np.maximum(under, 0))) / (high[j] * (2 * b - high[j]))
        over = (a * b) ** 2 - high[i] * low[j] * (2 * a - high[i]) * (2 * b - low[j])
        most = (a * b + np.sqrt(np.maximum(over, 0))) / (low[j] * (2 * b - low[j]))
    nothing = ~(b > 0) | ~np.isfinite(a)
    least = np.where(nothing | ~np.isfinite(least), 0.0, np.maximum(least, 0.0))
    return least, np.where(nothing | ~np.isfinite(most) | (low[j] <= 0), np.inf, most)
