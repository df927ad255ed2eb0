"""How much of the variance of a number its place explains: the correlation ratio, with the noise taken out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Self

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints, Pair, floats
from shall.stats.families import blanked
from shall.stats.pairs import box_difference, box_ratio
from shall.stats.special import normal_quantile, unseen

FAR: Final = 2.0                            # the most that an upper bound is above the value, as a logarithm
POWERS: Final = ("rows", "first", "second", "third", "fourth")


@dataclass(frozen=True, eq=False)
class Explained:
    """Rows and sums of the first four powers of a number in [0, 1] by place: float64[G, B] each.

    The plug-in is the variance of the means of the places over that of the number. Noise pushes it up, by about
    places / rows where nothing is explained, and is taken out (Kelley 1935). The bounds are those of the delta method
    (influence of a row: Hampel 1974), widened by the variance and the skewness of that noise, so they hold at 0, and
    the upper one is at least that of its logarithm.
    """

    rows: Floats
    first: Floats
    second: Floats
    third: Floats
    fourth: Floats

    @property
    def natural(self) -> tuple[float, float]:
        """A share."""
        return 0.0, 1.0

    @cached_property
    def n(self) -> Ints:
        """int64[G]: rows that have the number."""
        return np.asarray(np.minimum(np.nan_to_num(self.rows.sum(axis=1)), 2.0**62), dtype=np.int64)

    @cached_property
    def _all(self) -> Floats:
        return floats(np.maximum(self.rows.sum(axis=1), 1e-100))

    @cached_property
    def _places(self) -> Ints:
        """int64[G]: places with rows."""
        return np.asarray((self.rows > 0).sum(axis=1))

    @cached_property
    def _moments(self) -> tuple[Floats, Floats, Floats]:
        """Distance of the mean of each place from that of all [G, B], variance [G], and share of the plug-in [G]."""
        mean = self.first.sum(axis=1) / self._all
        away = np.where(self.rows > 0, self.first / np.where(self.rows > 0, self.rows, 1.0) - mean[:, None], 0.0)
        variance = np.maximum(self.second.sum(axis=1) / self._all - mean**2, 0.0)
        between = (self.rows * away**2).sum(axis=1) / self._all
        with np.errstate(invalid="ignore", divide="ignore"):
            return away, variance, np.where(variance > 0, between / np.where(variance > 0, variance, 1.0), np.nan)

    @cached_property
    def _unknown(self) -> Bools:
        """bool[G]: too few rows for their places, or a number that is constant."""
        return np.asarray((self._all <= self._places) | (self._moments[1] <= 1e-15) | (self.n == 0))

    @cached_property
    def value(self) -> Floats:
        """float64[G]; nan where not available."""
        plug_in = self._moments[2]
        freedom = np.maximum(self._all - self._places, 1e-9)
        clean = 1 - (1 - plug_in) * (self._all - 1) / freedom
        return np.where(self._unknown, np.nan, np.clip(clean, 0.0, 1.0))

    def bounds(self, alpha: float) -> Pair:
        """Each one-sided; see the class."""
        z, value, freedom = normal_quantile(alpha), np.nan_to_num(self.value), np.maximum(self._places - 1, 0)
        noise = 2 * freedom / self._all**2
        error = z * np.sqrt(self._spread() / self._all + noise)
        skew = np.where(freedom > 0, 2 / 3 * abs(z * z - 1) / self._all, 0.0)
        more = unseen(alpha) / self._all
        far = value * np.exp(np.minimum(error / np.maximum(value, 1e-300), FAR))
        high = np.maximum(value + error, far) + skew + more * (1 - value)
        return blanked((value - error - skew - more * value, high), np.isnan(self.value), self.natural)

    def _spread(self) -> Floats:
        """float64[G]: the mean square of the influence of a row.

        Of a row with number s in a place: ``2 d a - a**2 - e d**2`` over the variance, where d is the distance of s
        from the mean of all, a that of its place, and e the share that is explained.
        """
        away, variance, share = self._moments
        e, mean = np.nan_to_num(share)[:, None], (self.first.sum(axis=1) / self._all)[:, None]
        powers = [getattr(self, name) for name in POWERS]
        one, two, three, four = (sum(_choose(power, j) * powers[j] * (-mean) ** (power - j) for j in range(power + 1))
                                 for power in (1, 2, 3, 4))                 # sums of the powers of d by place
        square = ((4 * away**2 + 2 * e * away**2) * two + away**4 * self.rows + e**2 * four - 4 * away**3 * one
                  - 4 * e * away * three)
        return np.asarray(np.maximum(square.sum(axis=1) / self._all, 0.0) / np.maximum(variance, 1e-100) ** 2)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """From the bounds of both; alpha is split, because figures of features stand on the same rows."""
        return box_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """From the bounds of both; alpha is split, because figures of features stand on the same rows."""
        return box_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> Self:
        """The same means on more rows."""
        return replace(self, **{name: getattr(self, name) * factor[:, None] for name in POWERS})

    def concat(self, other: Self) -> Self:
        """The groups of both; the narrower one gets empty places."""
        width = max(self.rows.shape[1], other.rows.shape[1])
        return replace(self, **{name: np.concatenate([_widened(getattr(one, name), width) for one in (self, other)])
                                for name in POWERS})


def _widened(part: Floats, width: int) -> Floats:
    return np.pad(part, ((0, 0), (0, width - part.shape[1])))


def _choose(n: int, k: int) -> int:
    return (1, n, n * (n - 1) // 2, n * (n - 1) * (n - 2) // 6, 1)[k] if k < n else 1
