"""One family in parts: some groups each, so that groups with many cells of the score do not widen all others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from shall.stats.arrays import Floats, Ints, Pair, floats
from shall.stats.families import remembered
from shall.stats.pairs import mover_difference
from shall.stats.signed import signed_ratio


@dataclass(frozen=True, eq=False)
class Parted:
    """Families of one measure, and which of G groups each is of: int64 indices, together 0 to G - 1.

    For families that compare independent groups from their own bounds.
    """

    parts: tuple[Any, ...]                  # each an Estimates
    places: tuple[Ints, ...]

    @staticmethod
    def of(some: Iterable[tuple[Ints, Any]]) -> Parted:
        """From the places of some groups and their family, of each part in turn."""
        places, parts = zip(*some, strict=True)
        return Parted(parts, places)

    @property
    def natural(self) -> tuple[float, float]:
        """That of the families."""
        low, high = self.parts[0].natural
        return low, high

    @cached_property
    def value(self) -> Floats:
        """float64[G]."""
        return floats(self._gathered([part.value for part in self.parts]))

    @cached_property
    def n(self) -> Ints:
        """int64[G]."""
        return np.asarray(self._gathered([part.n for part in self.parts]))

    @cached_property
    def _order(self) -> Ints:
        """int64[G]: where each group stands in the parts, one after the other."""
        return np.argsort(np.concatenate(self.places))

    def _gathered(self, arrays: Sequence[Any]) -> Any:
        return np.concatenate(arrays)[self._order]

    @remembered
    def bounds(self, alpha: float) -> Pair:
        """Each one-sided at alpha."""
        low, high = zip(*(part.bounds(alpha) for part in self.parts), strict=True)
        return self._gathered(low), self._gathered(high)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """Two independent groups, from their own bounds."""
        return mover_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """Two independent groups, from their own bounds."""
        return signed_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> Parted:
        """The same rates on more rows."""
        return replace(self, parts=tuple(part.scaled(factor[place])
                                         for part, place in zip(self.parts, self.places, strict=True)))

    def concat(self, other: Parted) -> Parted:
        """The groups of both."""
        groups = sum(map(len, self.places))
        return Parted(self.parts + other.parts, self.places + tuple(place + groups for place in other.places))
