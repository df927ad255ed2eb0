"""One measure of several classes, averaged over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints
from shall.stats.arrays import Pair as Bounds
from shall.stats.pairs import mover_difference
from shall.stats.signed import signed_ratio


def pooled(families: Sequence[Any]) -> Any:
    """The family of all classes together (micro average): every array of a family is linear in its counts."""
    arrays = [part.name for part in fields(families[0]) if isinstance(getattr(families[0], part.name), np.ndarray)]
    return replace(families[0], **{name: sum(getattr(family, name) for family in families) for name in arrays})


@dataclass(frozen=True, eq=False)
class Averaged:
    """Families of K classes with ``shares`` float64[K, G] that add to 1; a class without a share counts for nothing.

    Where ``apart`` is true no row stands in two classes: their errors are independent and add as squares (Zou and
    Donner 2008, equation 8). Otherwise they are taken to go the same way, which no dependence exceeds.
    """

    families: tuple[Any, ...]               # K times an Estimates
    shares: Floats
    apart: bool

    @property
    def natural(self) -> tuple[float, float]:
        """That of the family."""
        low, high = self.families[0].natural
        return low, high

    @property
    def value(self) -> Floats:
        """float64[G]; nan where a class with a share has no value."""
        return self._added([family.value for family in self.families])

    @property
    def n(self) -> Ints:
        """int64[G]: rows of all classes, each row once."""
        n = np.stack([family.n for family in self.families])
        return np.asarray(n.sum(axis=0) if self.apart else n.max(axis=0))

    def bounds(self, alpha: float) -> Bounds:
        """From those of each class."""
        value = self.value
        both = [family.bounds(alpha) for family in self.families]
        down = self._reach([family.value - low for family, (low, _) in zip(self.families, both, strict=True)])
        up = self._reach([high - family.value for family, (_, high) in zip(self.families, both, strict=True)])
        unknown: Bools = np.isnan(value)
        low, high = self.natural
        return (np.where(unknown, low, np.maximum(value - down, low)),
                np.where(unknown, high, np.minimum(value + up, high)))

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent groups, from their own bounds."""
        return mover_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent groups, from their own bounds."""
        return signed_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> Averaged:
        """The same rates on more rows."""
        return replace(self, families=tuple(family.scaled(factor) for family in self.families))

    def concat(self, other: Averaged) -> Averaged:
        """The groups of both."""
        pairs = zip(self.families, other.families, strict=True)
        return Averaged(tuple(one.concat(two) for one, two in pairs),
                        np.concatenate([self.shares, other.shares], axis=1), self.apart)

    def _added(self, values: Sequence[Floats]) -> Floats:
        used = np.where(self.shares > 0, np.stack(values), 0.0)
        return np.asarray((self.shares * used).sum(axis=0))

    def _reach(self, distances: Sequence[Floats]) -> Floats:
        parts = np.where(self.shares > 0, self.shares * np.stack(distances), 0.0)
        return np.asarray(np.sqrt((parts**2).sum(axis=0)) if self.apart else parts.sum(axis=0))
