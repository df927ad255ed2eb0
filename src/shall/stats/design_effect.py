"""How much more noise shares have whose rows belong to units (Kish 1965, "Survey sampling", section 8.2)."""

from __future__ import annotations

import numpy as np

from shall.stats.arrays import Floats, Ints, floats


class DesignEffect:
    """Of shares float64[G, B] of ``n`` float64[G] rows, from the rows that are left without each bucket of units.

    The noise of a bucket is what it holds beyond its share, so sizes of units do not count as noise of shares.
    """

    def __init__(self, shares: Floats, n: Floats) -> None:
        self._shares, self._n = shares, n
        self._noise, self._rows = np.zeros(shares.shape), list[Floats]()

    def add(self, rows: Floats, n: Floats) -> None:
        """[G, B] and [G]: what is left without a bucket."""
        self._noise += (rows - n[:, None] * self._shares) ** 2
        self._rows.append(n)

    @property
    def buckets(self) -> Ints:
        """int64[G]: those that held rows."""
        return np.asarray((self._parts > 1e-9).sum(axis=0))

    @property
    def _parts(self) -> Floats:
        """[R, G]: of all rows, in each bucket."""
        return 1 - np.stack(self._rows) / self._whole

    @property
    def _whole(self) -> Floats:
        """[G]: all rows, as they are told here."""
        return np.maximum(sum(self._rows) / max(len(self._rows) - 1, 1), 1e-150)      # its square is no 0

    def worth(self, weight: Floats) -> Floats:
        """float64[G]: the share of the rows that carry as much noise, weighed by ``weight`` [G, B], if they are alone.

        One over the mean design effect, at least 1. Where buckets do not differ they count as rows.
        """
        single = (self._parts**2).sum(axis=0)                           # 1 where all rows are of one
        between = (weight * self._noise).sum(axis=1) / self._whole**2 / np.maximum(1 - single, 1e-9)
        alone = (weight * self._shares * (1 - self._shares)).sum(axis=1) / np.maximum(self._n, 1e-300)
        worth = np.where(between > alone, alone / np.where(between > alone, between, 1), 1.0)
        still = np.minimum(1.0, self.buckets / np.maximum(self._n, 1))
        return floats(np.where(between > 1e-12 * alone, worth, still))
