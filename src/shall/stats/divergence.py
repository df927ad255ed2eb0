"""Population stability index between two samples by bin, with the noise of both taken out."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Final, Self

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints, Pair, floats, times
from shall.stats.design_effect import DesignEffect
from shall.stats.families import blanked, remembered
from shall.stats.pairs import box_difference, box_ratio
from shall.stats.special import normal_quantile

THIN: Final = 10                            # rows of a bin below which no noise is taken off the upper bound


@dataclass(frozen=True, eq=False)
class Divergence:
    """Counts int64[G, B] of a sample and of its reference in the same bins.

    Half a row is added to every bin that holds a row of either sample, so that an empty bin weighs what half a row
    would, whatever its neighbours. The variance of the debiased index at a true value t is taken as ``null + slope t``,
    with the value at no change and the slope of the delta method; the bounds are the t at which it is z errors away.
    """

    counts: Ints
    reference: Ints
    unit: ClassVar[float] = 1.0             # of small moves: the index is so much of chi-squared

    @property
    def natural(self) -> tuple[float, float]:
        """No upper end."""
        return 0.0, np.inf

    @cached_property
    def n(self) -> Ints:
        """int64[G]: rows of the sample."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def _used(self) -> Bools:
        return np.asarray(self.counts + self.reference > 0)

    @cached_property
    def _shares(self) -> tuple[Floats, Floats, Floats, Floats]:
        """[G, B] shares of both, [G] their rows; 1 in bins that nobody uses."""
        sizes = [counts + self._used / 2 for counts in (self.counts, self.reference)]
        rows = [np.maximum(size.sum(axis=1), 0.5) for size in sizes]
        p, q = (np.where(self._used, size / total[:, None], 1.0) for size, total in zip(sizes, rows, strict=True))
        return p, q, rows[0], rows[1]

    @cached_property
    def plug_in(self) -> Floats:
        """float64[G]: the usual figure, which noise pushes up."""
        p, q, _, _ = self._shares
        return np.asarray(((p - q) * np.log(p / q)).sum(axis=1))

    @cached_property
    def noise(self) -> Floats:
        """float64[G]: what noise is expected to add, to second order."""
        p, q, n, m = self._shares
        bend_p, bend_q = self._bends
        added = p * (1 - p) * bend_p / n[:, None] + q * (1 - q) * bend_q / m[:, None]
        return np.asarray(np.where(self._used, added, 0.0).sum(axis=1) / 2)

    @property
    def _pulls(self) -> tuple[Floats, Floats]:
        """[G, B]: the first derivatives of the index by the shares of both."""
        p, q, _, _ = self._shares
        ratio = np.log(p / q)
        return ratio + 1 - q / p, -ratio + 1 - p / q

    @property
    def _bends(self) -> tuple[Floats, Floats]:
        """[G, B]: the second derivatives by the shares of both."""
        p, q, _, _ = self._shares
        return (1 + q / p) / p, (1 + p / q) / q

    @cached_property
    def value(self) -> Floats:
        """float64[G]: the plug-in less the noise; nan where a sample is empty."""
        unknown = (self.n == 0) | (self.reference.sum(axis=1) == 0)
        return np.where(unknown, np.nan, np.maximum(self.plug_in - self.noise, 0.0))

    @remembered
    def bounds(self, alpha: float) -> Pair:
        """Each one-sided; see the class. Thin bins: the half rows pull the index down, so there ``high`` is raised."""
        z = normal_quantile(alpha)
        null, slope, each = self._variance()
        half, least = z * z * slope / 2, z * z * null
        base = self.plug_in - self.noise - 2 / 3 * (z * z - 1) * each * self.unit
        low = base + half - np.sqrt(half * half + 2 * half * np.maximum(base, 0) + least)
        low = np.where(base > z * np.sqrt(null), low, 0.0)
        thin = ((np.minimum(self.counts, self.reference) < THIN) & self._used).any(axis=1)
        up = self.plug_in - np.where(thin, 0.0, np.minimum(self.noise, self.plug_in / 2))
        high = up + half + np.sqrt(half * half + 2 * half * up + least)
        return blanked((low, high), np.isnan(self.value), self.natural)

    def variance(self, worth: Floats) -> Floats:
        """float64[G]: of the plug-in, if rows are worth so much, as in `shrunk`; not 0 where shares happen to agree."""
        return self._delta(worth) + self.shrunk(worth)._variance()[0]

    def _delta(self, worth: Floats) -> Floats:
        """float64[G]: the same by the delta method alone."""
        p, q, n, m = self._shares
        parts = zip((p, q), self._pulls, (n * worth[0], m * worth[1]), strict=True)
        return np.asarray(sum(self._spread(share, pull) / rows for share, pull, rows in parts))

    def _variance(self) -> tuple[Floats, Floats, Floats]:
        """float64[G] three times: the variance at no change, its slope, and 1 / n + 1 / m."""
        _, _, n, m = self._shares
        freedom = np.maximum(self._used.sum(axis=1) - 1, 1)
        each = 1 / n + 1 / m
        slope = np.maximum(4 * each * self.unit, self._delta(np.ones((2, len(n)))) / np.maximum(self.plug_in, 1e-12))
        return 2 * self.noise**2 / freedom, slope, each

    def _spread(self, share: Floats, gradient: Floats) -> Floats:
        share = np.where(self._used, share, 0.0)
        return np.asarray((share * gradient**2).sum(axis=1) - (share * gradient).sum(axis=1) ** 2)

    def among_units(self) -> AmongUnits:
        """What its units are worth, for those who have the families that are left without each bucket of them."""
        return AmongUnits(self)

    def _compared(self, counts: Ints) -> Floats:
        """[G, B]: the rows whose shares are held against each other."""
        return floats(counts)

    @property
    def _weight(self) -> Floats:
        """[G, B]: what the noise of each share adds, where nothing moved."""
        p, q, _, _ = self._shares
        return 2 / (p + q)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """From the bounds of both; alpha is split, because figures of features stand on the same rows."""
        return box_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """From the bounds of both; alpha is split, because figures of features stand on the same rows."""
        return box_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> Self:
        """The same shares on more rows of the sample; the reference stays."""
        return replace(self, counts=times(self.counts, factor))

    def shrunk(self, worth: Floats) -> Self:
        """The same shares on ``worth`` float64[2, G] times the rows of the sample and of the reference."""
        return replace(self, counts=times(self.counts, worth[0]), reference=times(self.reference, worth[1]))

    def concat(self, other: Self) -> Self:
        """The groups of both; the narrower one gets empty bins."""
        width = max(self.counts.shape[1], other.counts.shape[1])
        both = ((self.counts, other.counts), (self.reference, other.reference))
        return replace(self, **{name: np.concatenate([_widened(part, width) for part in parts])
                                for name, parts in zip(("counts", "reference"), both, strict=True)})


class AmongUnits:
    """What the units of both samples of a family are worth, from the families that are left when each bucket of them is
    deleted from both.

    One over the mean design effect of the bins (Rao and Scott 1981, "The analysis of categorical data from complex
    sample surveys"), at least 1. Where the buckets do not tell it, they count as rows.
    """

    def __init__(self, family: Divergence) -> None:
        self._family, self._found = family, list[Floats]()
        samples = [(floats(part.sum(axis=1)), family._compared(part)) for part in (family.counts, family.reference)]
        self._noise = [DesignEffect(some / np.maximum(n, 1e-300)[:, None], n) for n, some in samples]

    def add(self, left: Divergence) -> None:
        """What is left without a bucket."""
        for sample, part in zip(self._noise, (left.counts, left.reference), strict=True):
            sample.add(left._compared(part), floats(part.sum(axis=1)))
        self._found.append(left.plug_in)

    def told(self) -> tuple[Floats, Floats, Ints]:
        """float64[2, G]: the share of the rows of either sample that carry as much noise if they are independent;
        float64[G, R]: the value, moved as the plug-in moves when each of R buckets is deleted; int64[G]: the buckets
        that both are spread over."""
        worth = np.stack([sample.worth(self._family._weight) for sample in self._noise])
        replicates = np.stack(self._found, axis=1)
        value = self._family.shrunk(worth).value[:, None]
        return (worth, value + replicates - replicates.mean(axis=1, keepdims=True),
                np.minimum(*(sample.buckets for sample in self._noise)))


@dataclass(frozen=True, eq=False)
class JensenShannon(Divergence):
    """The same counts; the Jensen-Shannon divergence in bits (Lin 1991, section 4), from 0 to 1."""

    unit: ClassVar[float] = 1 / (8 * math.log(2))

    @property
    def natural(self) -> tuple[float, float]:
        """1: no value occurs in both."""
        return 0.0, 1.0

    @cached_property
    def plug_in(self) -> Floats:
        """float64[G]: the usual figure, which noise pushes up."""
        p, q, _, _ = self._shares
        middle = (p + q) / 2
        return np.asarray((p * np.log2(p / middle) + q * np.log2(q / middle)).sum(axis=1) / 2)

    @property
    def _pulls(self) -> tuple[Floats, Floats]:
        p, q, _, _ = self._shares
        return np.log2(2 * p / (p + q)) / 2, np.log2(2 * q / (p + q)) / 2

    @property
    def _bends(self) -> tuple[Floats, Floats]:
        p, q, _, _ = self._shares
        each = 2 * math.log(2) * (p + q)
        return q / p / each, p / q / each


def _widened(counts: Ints, width: int) -> Ints:
    return np.pad(counts, ((0, 0), (0, width - counts.shape[1])))
