"""Bounds of a difference or a ratio of two values from bounds of the values themselves.

``mover`` recovers variances from the single bounds (Zou and Donner 2008; for ratios Donner and Zou
2012, section 2): for independent groups.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from shall.stats.arrays import Floats, Ints, Pair
from shall.stats.families import blanked, gap_ends


class Bounded(Protocol):
    """What is needed of a family here."""

    @property
    def value(self) -> Floats: ...
    @property
    def natural(self) -> tuple[float, float]: ...
    def bounds(self, alpha: float) -> Pair: ...


def mover_difference(family: Bounded, i: Ints, j: Ints, alpha: float) -> Pair:
    """Bounds of value[i] - value[j], each at alpha, for independent groups."""
    value, (low, high) = family.value, family.bounds(alpha)
    gap = value[i] - value[j]
    down, up = np.hypot(value[i] - low[i], high[j] - value[j]), np.hypot(high[i] - value[i], value[j] - low[j])
    bounds = gap - down, gap + up
    return blanked(bounds, np.isnan(gap), gap_ends(family.natural))


def mover_ratio(family: Bounded, i: Ints, j: Ints, alpha: float) -> Pair:
    """Bounds of value[i] / value[j], each at alpha, for independent groups of values that cannot be negative."""
    value, (low, high) = family.value, family.bounds(alpha)
    if family.natural[0] < 0:
        low, value = np.where(low < 0, np.nan, low), np.where(low < 0, np.nan, value)
    top, bottom = value[i], value[j]
    square = (top * bottom) ** 2
    least, most = low[i] * (2 * top - low[i]), high[i] * (2 * top - high[i])
    least_below, most_below = low[j] * (2 * bottom - low[j]), high[j] * (2 * bottom - high[j])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        below = least / (top * bottom + np.sqrt(np.maximum(square - least * most_below, 0)))
        above = (top * bottom + np.sqrt(np.maximum(square - most * least_below, 0))) / least_below
    below = np.where(least > 0, below, 0.0)
    above = np.where(least_below > 0, above, np.inf)
    return blanked((below, above), np.isnan(top) | np.isnan(bottom) | ((top == 0) & (bottom == 0)), (0.0, np.inf))


def box_difference(family: Bounded, i: Ints, j: Ints, alpha: float) -> Pair:
    """Bounds of value[i] - value[j], each at alpha, however the two depend on each other."""
    low, high = family.bounds(alpha / 2)
    return low[i] - high[j], high[i] - low[j]


def box_ratio(family: Bounded, i: Ints, j: Ints, alpha: float) -> Pair:
    """Bounds of value[i] / value[j], each at alpha, however the two depend on each other; both at least 0."""
    low, high = family.bounds(alpha / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(high[j] > 0, low[i] / high[j], 0.0), np.where(low[j] > 0, high[i] / low[j], np.inf)
