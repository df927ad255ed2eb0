"""One family in parts: some groups each, so that groups with many cells of the score do not widen all others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np

from shall.stats.arrays import Floats, Ints, Pair, floats
from shall.stats.families import remembered
from shall.stats.pairs import box_difference, box_ratio, mover_difference
from shall.stats.signed import signed_ratio


@dataclass(frozen=True, eq=False)
class Parted:
    """Families of one measure, and which of G groups each is of: int64 indices, together 0 to G - 1.

    For families that compare independent groups from their own bounds.
    """

    parts: tuple[Any, ...]                  # each an Estimates
    places: tuple[Ints, ...]

    @classmethod
    def of(cls, some: Iterable[tuple[Ints, Any]]) -> Self:
        """From the places of some groups and their family, of each part in turn."""
        places, parts = zip(*some, strict=True)
        return cls(parts, places)

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

    def scaled(self, factor: Floats) -> Self:
        """The same rates on more rows."""
        return replace(self, parts=tuple(part.scaled(factor[place])
                                         for part, place in zip(self.parts, self.places, strict=True)))

    def concat(self, other: Self) -> Self:
        """The groups of both."""
        groups = sum(map(len, self.places))
        return replace(self, parts=self.parts + other.parts,
                       places=self.places + tuple(place + groups for place in other.places))


@dataclass(frozen=True, eq=False)
class NoisyParts(Parted):
    """Parts that take noise out of two samples: also what their units are worth is told in parts."""

    def difference(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """From the bounds of both; alpha is split."""
        return box_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """From the bounds of both; alpha is split."""
        return box_ratio(self, i, j, alpha)

    @cached_property
    def plug_in(self) -> Floats:
        """float64[G]: the usual figures, which noise pushes up."""
        return floats(self._gathered([part.plug_in for part in self.parts]))

    def among_units(self) -> AmongParts:
        """As of the parts."""
        return AmongParts(self)

    def variance(self, worth: Floats) -> Floats:
        """As of the parts."""
        return floats(self._gathered([part.variance(worth[:, place])
                                      for part, place in zip(self.parts, self.places, strict=True)]))

    def shrunk(self, worth: Floats) -> Self:
        """The same parts on ``worth`` float64[2, G] times the rows."""
        return replace(self, parts=tuple(part.shrunk(worth[:, place])
                                         for part, place in zip(self.parts, self.places, strict=True)))


class AmongParts:
    """What the units of each part are worth, from the same parts without each bucket of units."""

    def __init__(self, family: NoisyParts) -> None:
        self._family, self._each = family, [part.among_units() for part in family.parts]

    def add(self, left: NoisyParts) -> None:
        """What is left without a bucket."""
        for units, part in zip(self._each, left.parts, strict=True):
            units.add(part)

    def told(self) -> tuple[Floats, Floats, Ints]:
        """As of the parts: what rows are worth [2, G], replicates of the value [G, R], buckets [G]."""
        worth, moved, buckets = zip(*(units.told() for units in self._each), strict=True)
        gathered = self._family._gathered
        return gathered([one.T for one in worth]).T, gathered(moved), gathered(buckets)
