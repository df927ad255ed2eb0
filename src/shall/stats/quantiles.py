"""Quantiles from a histogram, with bounds on the rank: no shape is assumed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shall.stats.arrays import Floats, Ints, floats, times
from shall.stats.arrays import Pair as Bounds
from shall.stats.pairs import mover_difference
from shall.stats.signed import signed_ratio
from shall.stats.special import binomial_tail


@dataclass(frozen=True, eq=False)
class Quantiles:
    """Counts int64[G, B] by ascending cell, the least and greatest value float64[G, B] (or of all, [B]) of each, and
    the level q."""

    counts: Ints
    lower: Floats
    upper: Floats
    q: float
    natural: tuple[float, float] = (-np.inf, np.inf)

    @cached_property
    def n(self) -> Ints:
        """int64[G]: rows with a value."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def value(self) -> Floats:
        """float64[G]: the middle of the cell of the nearest rank; nan without rows."""
        rank = np.maximum(np.ceil(self.q * self.n).astype(np.int64), 1)
        low, high = (self._edge(edge, rank) for edge in (self.lower, self.upper))
        return np.where(self.n > 0, low + (high - low) / 2, np.nan)

    def bounds(self, alpha: float) -> Bounds:
        """David and Nagaraja (2003), section 7.1; outward to the edge of the cell."""
        below, above = self._ranks(alpha)
        low = np.where(below >= 1, self._edge(self.lower, np.maximum(below, 1)), self.natural[0])
        last = self._edge(self.upper, np.minimum(above, np.maximum(self.n, 1)))
        high = np.where(above <= self.n, last, self.natural[1])
        return np.where(self.n > 0, low, self.natural[0]), np.where(self.n > 0, high, self.natural[1])

    def _edge(self, edge: Floats, rank: Ints) -> Floats:
        """float64[G]: an edge of the cell that holds the row of a rank (from 1)."""
        if not self.counts.shape[1]:
            return np.full(len(rank), np.nan)
        before = (np.cumsum(self.counts, axis=1) < rank[:, None]).sum(axis=1)
        last = self.counts.shape[1] - 1 - (self.counts[:, ::-1] > 0).argmax(axis=1)     # fractions end below a rank
        return floats(np.broadcast_to(edge, self.counts.shape)[np.arange(len(rank)), np.minimum(before, last)])

    def _ranks(self, alpha: float) -> tuple[Ints, Ints]:
        """The greatest rank surely at or below the quantile, the least one surely at or above it."""
        whole = np.floor(self.n).astype(np.int64)                           # scaled counts are fractions
        below, over = np.zeros(len(self.n), dtype=np.int64), whole + 1       # P(Binomial(n, q) >= below) >= 1 - alpha
        while (over - below > 1).any():
            middle = (below + over) // 2
            enough = self._at_least(middle) >= 1 - alpha
            below, over = np.where(enough, middle, below), np.where(enough, over, middle)
        least, above = np.zeros(len(self.n), dtype=np.int64), whole + 1      # P(Binomial(n, q) >= above) <= alpha
        while (above - least > 1).any():
            middle = (least + above) // 2
            enough = self._at_least(middle) <= alpha
            above, least = np.where(enough, middle, above), np.where(enough, least, middle)
        return below, above

    def _at_least(self, count: Ints) -> Floats:
        """P(Binomial(n, q) >= count)."""
        return binomial_tail(count.astype(np.float64), np.floor(self.n).astype(np.float64), np.full(len(count), self.q))

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent quantiles, from their own bounds."""
        return mover_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent quantiles, from their own bounds; for values that are not negative."""
        return signed_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> Quantiles:
        """The same shape on more rows."""
        return Quantiles(times(self.counts, factor), self.lower, self.upper, self.q, self.natural)

    def concat(self, other: Quantiles) -> Quantiles:
        """The groups of both; the narrower one gets empty cells at its end."""
        width = max(self.counts.shape[1], other.counts.shape[1])
        parts = [[np.pad(np.broadcast_to(part, one.counts.shape), ((0, 0), (0, width - one.counts.shape[1])))
                  for part in (one.counts, one.lower, one.upper)] for one in (self, other)]
        counts, lower, upper = (np.concatenate(both) for both in zip(*parts, strict=True))
        return Quantiles(counts, lower, upper, self.q, self.natural)
