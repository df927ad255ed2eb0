"""What every family of estimates offers: values of one measure in each of G groups, and their bounds."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Protocol, Self, TypeVar

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints, Pair

F = TypeVar("F")


class Estimates(Protocol):
    """One measure in each of G groups; every array has one entry a group.

    A bound without information is the end of the natural range, so nothing can be met by it.
    """

    @property
    def value(self) -> Floats:
        """float64[G], nan where not available."""

    @property
    def n(self) -> Ints:
        """int64[G]: the rows that each value stands on."""

    @property
    def natural(self) -> tuple[float, float]:
        """The range that a value can have."""

    def bounds(self, alpha: float) -> Pair:
        """``(low[G], high[G])``, each one-sided at ``alpha``."""

    def difference(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """Bounds of ``value[i] - value[j]`` for index arrays, each one-sided at ``alpha``."""

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """Bounds of ``value[i] / value[j]``, each one-sided at ``alpha``; (0, inf) without information."""

    def scaled(self, factor: Floats) -> Self:
        """The same rates on ``factor[G]`` times the rows."""

    def concat(self, other: Self) -> Self:
        """The groups of two tallies side by side."""


def remembered(asked: Callable[[F, float], Pair]) -> Callable[[F, float], Pair]:
    """The bounds of a family, found once for each alpha: many pairs of groups are compared by them, some at a time."""
    @wraps(asked)
    def bounds(family: F, alpha: float) -> Pair:
        known: dict[float, Pair] = vars(family).setdefault("_bounds", {})
        if alpha not in known:
            low, high = known[alpha] = asked(family, alpha)
            low.flags.writeable = high.flags.writeable = False
        return known[alpha]
    return bounds


def blanked(bounds: Pair, unknown: Bools, ends: tuple[float, float]) -> Pair:
    """Bounds clipped to ``ends``, and ``ends`` themselves where nothing is known."""
    low, high = bounds
    unknown = unknown | np.isnan(low) | np.isnan(high)
    return (np.where(unknown, ends[0], np.clip(low, *ends)), np.where(unknown, ends[1], np.clip(high, *ends)))


def gap_ends(natural: tuple[float, float]) -> tuple[float, float]:
    """The natural range of a difference."""
    return natural[0] - natural[1], natural[1] - natural[0]
