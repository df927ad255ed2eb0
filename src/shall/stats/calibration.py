"""Binned calibration error: the mean distance between score and frequency, with the noise taken out."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Self

import numpy as np

from shall.stats.arrays import Floats, Ints, Pair, floats, times
from shall.stats.families import blanked, remembered
from shall.stats.pairs import box_difference, box_ratio
from shall.stats.special import clopper_pearson, normal_cdf, normal_quantile, unseen

HALF: Final = math.sqrt(2 / math.pi)        # the mean of |Z|
STEPS: Final = 50                           # of bisection
PARTS: Final = ("rows", "k", "score_sum")


@dataclass(frozen=True, eq=False)
class CalibrationError:
    """Rows, positives and sums of the score by bin: int64[G, K], int64[G, K], float64[G, K].

    The error is ``sum_b w_b |frequency_b - mean score_b|``. The plug-in is biased up by noise: for a calibrated model
    it is the sum of the noise alone. So ``low`` takes off a quantile of that sum, which holds at a true value of 0, and
    ``high`` is the largest error whose expected plug-in is not above what was seen, with ``unseen`` rows added for
    bins without variation. Shown by simulation at n = 100 to 1e5, at 0 and at the bound (tests/stats).
    """

    rows: Ints
    k: Ints
    score_sum: Floats

    @property
    def natural(self) -> tuple[float, float]:
        """A mean distance of numbers in [0, 1]."""
        return 0.0, 1.0

    @cached_property
    def n(self) -> Ints:
        """int64[G]: rows in all bins."""
        return np.asarray(self.rows.sum(axis=1))

    @cached_property
    def _bins(self) -> tuple[Floats, Floats]:
        """[G, K] twice, in rows: the gap of each bin, and the variance of its noise."""
        rows = floats(self.rows)
        share = (self.k + 0.5) / (rows + 1)             # so that 0 of 3 is not taken as certain
        mean = np.clip(self.score_sum / np.maximum(rows, 1), 0, 1)
        return np.abs(self.k - self.score_sum), rows * np.maximum(share * (1 - share), mean * (1 - mean))

    @cached_property
    def plug_in(self) -> Floats:
        """float64[G]: the usual figure, which noise pushes up."""
        return floats(self._bins[0].sum(axis=1) / np.maximum(self.n, 1))

    @cached_property
    def value(self) -> Floats:
        """float64[G]: that share of the plug-in which, with the noise added again, is expected to give it."""
        gap, variance = self._bins
        clean = clean_share(gap, np.sqrt(np.maximum(variance, 1e-300))) * gap.sum(axis=1) / np.maximum(self.n, 1)
        return np.where(self.n > 0, clean, np.nan)

    def variance(self, worth: Floats) -> Floats:
        """float64[G]: of the plug-in, if rows are worth so much, as in `shrunk`."""
        fewer = self.shrunk(worth)
        return floats((fewer._bins[1].sum(axis=1) + fewer._between) / np.maximum(fewer.n, 1e-300) ** 2)

    @cached_property
    def _between(self) -> Floats:
        """float64[G], in rows: what the gaps add that bins have in turn."""
        gap = self._bins[0]
        squares = (gap**2 / np.maximum(self.rows, 1)).sum(axis=1)
        return floats(np.maximum(squares - gap.sum(axis=1) ** 2 / np.maximum(floats(self.n), 1), 0))

    @remembered
    def bounds(self, alpha: float) -> Pair:
        """Each one-sided; see the class. The quantile of the summed noise allows for its skewness (Cornish-Fisher)."""
        gap, variance = self._bins
        z, more = normal_quantile(alpha), unseen(alpha)
        rows, total, error = np.maximum(floats(self.n), 1), gap.sum(axis=1), np.sqrt(variance)
        thin = np.clip(0.5 / np.maximum(variance, 1e-9), 0, 1)
        spread = (variance * (1 - HALF**2 + thin * HALF**2)).sum(axis=1) + self._between
        third = 0.218 * (error**3).sum(axis=1) / np.maximum(spread, 1e-9)       # E (|Z| - HALF)**3
        low = total - HALF * error.sum(axis=1) - z * np.sqrt(spread) - (z * z - 1) / 6 * third - more / 2
        reach = total + more + z * np.sqrt(variance.sum(axis=1) + self._between + more)
        every = np.maximum(error.sum(axis=1), 1e-9)
        return blanked((low / rows, every * _unfolded(reach / every) / rows), self.n <= 0, self.natural)

    def among_units(self) -> AmongUnits:
        """What its units are worth, for those who have the families that are left without each bucket of them."""
        return AmongUnits(self)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """From the bounds of both; alpha is split."""
        return box_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """From the bounds of both; alpha is split."""
        return box_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> Self:
        """The same bins on more rows."""
        return replace(self, rows=times(self.rows, factor), k=times(self.k, factor),
                       score_sum=self.score_sum * factor[:, None])

    def shrunk(self, worth: Floats) -> Self:
        """The same bins on the rows that carry their noise."""
        return self.scaled(worth)

    def concat(self, other: Self) -> Self:
        """The groups of both."""
        both = {name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in PARTS}
        return replace(self, **both)


class AmongUnits:
    """What the units of a family are worth, from the families that are left when each bucket of them is deleted.

    One over the design effect of all bins together, at least 1 (Rao and Scott 1981, "The analysis of categorical data
    from complex sample surveys"): the noise of their gaps between buckets over that between rows. Where buckets do not
    differ they count as rows, and so does a bin of one bucket alone.
    """

    def __init__(self, family: CalibrationError) -> None:
        self._family = family
        self._each = (family.k - family.score_sum) / np.maximum(family.rows, 1e-300)    # the gap of a row
        self._noise, self._rows, self._squares = np.zeros((3, *family.rows.shape))
        self._n, self._found = list[Floats](), list[Floats]()

    def add(self, left: CalibrationError) -> None:
        """What is left without a bucket, whose gap has the same noise beyond its share."""
        self._noise += (left.k - left.score_sum - left.rows * self._each) ** 2
        self._rows += left.rows
        self._squares += floats(left.rows) ** 2
        self._n.append(floats(left.n))
        self._found.append(left.plug_in)

    def told(self) -> tuple[Floats, Floats, Ints]:
        """float64[G]: the share of the rows that carry as much noise if they are independent; float64[G, R]: the value,
        moved as the plug-in is when each of R buckets is deleted; int64[G]: the buckets that have rows."""
        family, several = self._family, len(self._n)
        whole = self._rows / max(several - 1, 1)
        used = np.where(whole > 0, whole, 1.0)                                  # single: 1 where all are of one bucket
        single = np.where(whole > 0, several - 2 * self._rows / used + self._squares / used**2, 0.0)
        size, n, own = np.maximum(whole.sum(axis=1), 1e-300), np.maximum(family.n, 1e-300), family._bins[1]
        told = single < 1 - 1e-9
        alike = own * family.rows / n[:, None]**2                               # as if the rows of a bin were one
        between = np.where(told, self._noise / np.where(told, 1 - single, 1) / size[:, None]**2, alike).sum(axis=1)
        alone = own.sum(axis=1) / n**2
        worth = np.where(between > alone, alone / np.where(between > alone, between, 1), 1.0)
        buckets = np.asarray(sum(whole.sum(axis=1) - one > 1e-9 * size for one in self._n))
        worth = np.where(between > 1e-12 * alone, worth, np.minimum(1.0, buckets / np.maximum(family.n, 1)))
        moved = np.stack(self._found, axis=1)
        return worth, family.shrunk(worth).value[:, None] + moved - moved.mean(axis=1, keepdims=True), buckets


@dataclass(frozen=True, eq=False)
class WorstBin(CalibrationError):
    """The same bins; the largest of their distances, which noise pushes up.

    Each bin has exact bounds of its frequency (given the scores: Hoeffding 1956, theorem 4). That the largest distance
    is small is shown by every bin, each at alpha (Berger 1982, theorem 1); that it is large by one, at alpha over all
    ends of all bins. So both bounds hold at any number of rows.
    """

    @cached_property
    def value(self) -> Floats:
        """float64[G]: the largest distance; nan where there is no row."""
        gap = np.abs(self.k - self.score_sum) / np.maximum(self.rows, 1e-300)
        return np.where(self.n > 0, np.where(self.rows > 0, gap, 0.0).max(axis=1, initial=0.0), np.nan)

    @property
    def plug_in(self) -> Floats:
        """float64[G]: the largest distance itself: no noise is taken out of it, its bounds allow for it."""
        return self.value

    def variance(self, worth: Floats) -> Floats:
        """float64[G]: of the distance of the bin in which it is largest."""
        rows, bins = np.maximum(self.rows, 1e-300), self.shrunk(worth)._bins
        gap, noise = bins[0] / (rows * worth[:, None]), bins[1] / (rows * worth[:, None]) ** 2
        worst = np.where(self.rows > 0, gap, -1.0).argmax(axis=1)[:, None]
        return floats(np.take_along_axis(noise, worst, axis=1)[:, 0])

    @remembered
    def bounds(self, alpha: float) -> Pair:
        """Each one-sided; see the class."""
        k, rows, used = floats(self.k), floats(self.rows), self.rows > 0
        mean = self.score_sum / np.maximum(rows, 1e-300)
        least, most = clopper_pearson(k, rows, alpha)
        surely, at_most = clopper_pearson(k, rows, alpha / (2 * rows.shape[1]))
        high = np.where(used, np.maximum(most - mean, mean - least), 0.0).max(axis=1, initial=0.0)
        low = np.where(used, np.maximum(surely - mean, mean - at_most), 0.0).max(axis=1, initial=0.0)
        return blanked((low, high), self.n <= 0, self.natural)


def clean_share(gap: Floats, error: Floats) -> Floats:
    """float64[G]: the share of gaps [G, K] which, with normal noise of these errors added again, is expected to give
    the sum of them."""
    total = gap.sum(axis=1)
    low, high = np.zeros(len(gap)), np.ones(len(gap))
    for _ in range(STEPS):
        middle = (low + high) / 2
        short = (error * _folded(middle[:, None] * gap / error)).sum(axis=1) < total
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.where(high < 1e-9, 0.0, high)


def _folded(x: Floats) -> Floats:
    """E|x + Z| for x >= 0: the mean of a folded normal."""
    return floats(x * (2 * normal_cdf(x) - 1) + 2 * np.exp(-x * x / 2) / math.sqrt(2 * math.pi))


def _unfolded(y: Floats) -> Floats:
    """The x >= 0 with ``_folded(x) = y``, 0 where y is below its least value."""
    low, high = np.zeros_like(y), np.maximum(y, 0.0)
    for _ in range(STEPS):
        middle = (low + high) / 2
        short = _folded(middle) < y
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return high
