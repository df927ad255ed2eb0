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
    with np.errstate(over="ignore", invalid="ignore"):
        gap = value[i] - value[j]
        down, up = np.hypot(value[i] - low[i], high[j] - value[j]), np.hypot(high[i] - value[i], value[j] - low[j])
        bounds = gap - down, gap + up
    return blanked(bounds, np.isnan(gap), gap_ends(family.natural))


def mover_ratio(family: Bounded, i: Ints, j: Ints, alpha: float) -> Pair:
    """Bounds of value[i] / value[j], each at alpha, for independent groups of values that cannot be negative."""
    value, (low, high) = family.value, family.bounds(alpha)
    if family.natural[0] < 0:
        low, value = np.where(low < 0, np.nan, low), np.where(low < 0, np.nan, value)
    (top, low_top, high_top), up = _near_one(value[i], low[i], high[i])
    (bottom, low_bottom, high_bottom), down = _near_one(value[j], low[j], high[j])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        product = top * bottom
        least, most = low_top * (2 * top - low_top), high_top * (2 * top - high_top)
        least_below, most_below = low_bottom * (2 * bottom - low_bottom), high_bottom * (2 * bottom - high_bottom)
        below = least / (product + np.sqrt(np.maximum(product**2 - least * most_below, 0)))
        above = (product + np.sqrt(np.maximum(product**2 - most * least_below, 0))) / least_below
        below = np.minimum(np.ldexp(below, up - down), np.finfo(np.float64).max)
        above = np.ldexp(above, up - down)
    below = np.where(least > 0, below, 0.0)
    above = np.where(least_below > 0, above, np.inf)
    return blanked((below, above), np.isnan(top) | np.isnan(bottom) | ((top == 0) & (bottom == 0)), (0.0, np.inf))


def _near_one(value: Floats, low: Floats, high: Floats) -> tuple[tuple[Floats, Floats, Floats], Ints]:
    """The three over a power of two, for their squares must not overflow; and the exponents."""
    largest = np.where(np.isfinite(high), np.maximum(np.abs(value), np.abs(high)), np.abs(value))
    exponent = np.frexp(np.where(np.isfinite(largest), largest, 1.0))[1]
    return (np.ldexp(value, -exponent), np.ldexp(low, -exponent), np.ldexp(high, -exponent)), exponent


def box_difference(family: Bounded, i: Ints, j: Ints, alpha: float) -> Pair:
    """Bounds of value[i] - value[j], each at alpha, however the two depend on each other."""
    low, high = family.bounds(alpha / 2)
    with np.errstate(over="ignore", invalid="ignore"):
        return low[i] - high[j], high[i] - low[j]


def box_ratio(family: Bounded, i: Ints, j: Ints, alpha: float) -> Pair:
    """Bounds of value[i] / value[j], each at alpha, however the two depend on each other; both at least 0."""
    low, high = family.bounds(alpha / 2)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        least = np.minimum(np.where(high[j] > 0, low[i] / high[j], 0.0), np.finfo(np.float64).max)
        return least, np.where(low[j] > 0, high[i] / low[j], np.inf)
