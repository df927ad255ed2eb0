"""Population stability index between two samples by bin, with the noise of both taken out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shall.stats.arrays import Floats, Ints
from shall.stats.arrays import Pair as Bounds
from shall.stats.pairs import mover_difference, mover_ratio
from shall.stats.special import normal_quantile


@dataclass(frozen=True, eq=False)
class Divergence:
    """Counts int64[G, B] of a sample and of its reference in the same bins.

    Half a row is added to every bin that holds a row of either sample, so that an empty bin weighs
    what half a row would, whatever its neighbours.
    """

    counts: Ints
    reference: Ints

    @property
    def natural(self) -> tuple[float, float]:
        """No upper end."""
        return 0.0, np.inf

    @cached_property
    def n(self) -> Ints:
        """int64[G]: rows of the sample."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def _shares(self) -> tuple[Floats, Floats, Floats, Floats]:
        """[G, B] shares of both, [G, 1] their rows."""
        used = (self.counts + self.reference) > 0
        sizes = [counts + used / 2 for counts in (self.counts, self.reference)]
        rows = [np.maximum(size.sum(axis=1, keepdims=True), 0.5) for size in sizes]
        p, q = (np.where(used, size / total, 1.0) for size, total in zip(sizes, rows, strict=True))
        return p, q, rows[0], rows[1]

    @cached_property
    def plug_in(self) -> Floats:
        """float64[G]: the usual figure, which noise pushes up."""
        p, q, _, _ = self._shares
        return np.asarray(((p - q) * np.log(p / q)).sum(axis=1))

    @cached_property
    def _noise(self) -> tuple[Floats, Floats]:
        """float64[G] twice: what noise is expected to add (second order), and the standard error."""
        p, q, n, m = self._shares
        used = (self.counts + self.reference) > 0
        added = np.where(used, (1 + q / p) * (1 - p) / n + (1 + p / q) * (1 - q) / m, 0.0).sum(axis=1) / 2
        ratio = np.log(p / q)
        variance = (_spread(p, ratio + 1 - q / p, used) / n[:, 0] + _spread(q, -ratio + 1 - p / q, used) / m[:, 0])
        freedom = np.maximum(used.sum(axis=1) - 1, 0)
        null = 2 * freedom * (1 / n[:, 0] + 1 / m[:, 0]) ** 2
        return added, np.sqrt(variance + null)

    @cached_property
    def value(self) -> Floats:
        """float64[G]: the plug-in less the noise; nan where a sample is empty."""
        unknown = (self.n == 0) | (self.reference.sum(axis=1) == 0)
        return np.where(unknown, np.nan, np.maximum(self.plug_in - self._noise[0], 0.0))

    def bounds(self, alpha: float) -> Bounds:
        """Delta method around the debiased figure, with the variance that is left when nothing has moved."""
        added, error = self._noise
        middle, z = self.plug_in - added, normal_quantile(alpha)
        unknown = np.isnan(self.value)
        return (np.where(unknown, 0.0, np.maximum(middle - z * error, 0.0)),
                np.where(unknown, np.inf, np.maximum(middle + z * error, 0.0)))

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent figures."""
        return mover_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent figures."""
        return mover_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> Divergence:
        """The same shares on more rows of the sample; the reference stays."""
        return Divergence(np.rint(self.counts * factor[:, None]).astype(np.int64), self.reference)

    def concat(self, other: Divergence) -> Divergence:
        """The groups of both; the narrower one gets empty bins."""
        width = max(self.counts.shape[1], other.counts.shape[1])
        both = ((self.counts, other.counts), (self.reference, other.reference))
        return Divergence(*(np.concatenate([_widened(part, width) for part in parts]) for parts in both))


def _spread(share: Floats, gradient: Floats, used: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    share = np.where(used, share, 0.0)
    return np.asarray((share * gradient**2).sum(axis=1) - (share * gradient).sum(axis=1) ** 2)


def _widened(counts: Ints, width: int) -> Ints:
    return np.pad(counts, ((0, 0), (0, width - counts.shape[1])))
