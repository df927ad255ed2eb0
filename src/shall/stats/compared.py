"""Each group beside its twin: the family of a difference from, or a share of, a reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shall.stats.families import Estimates


@dataclass(frozen=True, slots=True)
class Compared:
    """``value[g] - value[twin[g]]`` or ``value[g] / value[twin[g]]`` for the groups that have a twin.

    ``both`` holds the groups and then their twins; ``twin`` (int64[G]) the index of each group's
    twin in it, -1 where it has none. Both samples are taken as independent; for rows in common the
    bounds are wider than they need be, never narrower, when the two agree in direction.
    """

    both: Estimates
    twin: NDArray[np.int64]
    how: Literal["minus", "over"]

    @property
    def natural(self) -> tuple[float, float]:
        """The range of a difference or of a quotient."""
        low, high = self.both.natural
        return (low - high, high - low) if self.how == "minus" else (0.0, np.inf)

    @property
    def value(self) -> NDArray[np.float64]:
        """float64[G], nan where a group or its twin has no value."""
        mine, other = self.both.value[: len(self.twin)], self.both.value[self.twin]
        with np.errstate(divide="ignore", invalid="ignore"):
            value = mine - other if self.how == "minus" else mine / other
        return np.where((self.twin < 0) | ~np.isfinite(value), np.nan, value)

    @property
    def n(self) -> NDArray[np.int64]:
        """int64[G]: the rows of the group itself."""
        return self.both.n[: len(self.twin)]

    def bounds(self, alpha: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Each one-sided at alpha."""
        mine = np.arange(len(self.twin))
        compare = self.both.difference if self.how == "minus" else self.both.ratio
        low, high = compare(mine, np.where(self.twin < 0, mine, self.twin), alpha)
        unknown = np.isnan(self.value)
        return np.where(unknown, self.natural[0], low), np.where(unknown, self.natural[1], high)

    def difference(self, i: NDArray[np.int64], j: NDArray[np.int64],
                   alpha: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Comparisons are not compared again: no information."""
        return np.full(len(i), -np.inf), np.full(len(i), np.inf)

    ratio = difference

    def scaled(self, factor: NDArray[np.float64]) -> Compared:
        """Groups and twins on ``factor`` times the rows."""
        twins = np.ones(len(self.both.value) - len(self.twin))
        return Compared(self.both.scaled(np.concatenate([factor, twins])), self.twin, self.how)

    def concat(self, other: Compared) -> Compared:
        raise TypeError("comparisons are not compared again")
