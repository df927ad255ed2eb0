"""Rows that depend on each other: bounds from deleting one bucket of units at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints, floats
from shall.stats.arrays import Pair as Bounds
from shall.stats.families import blanked, remembered
from shall.stats.pairs import box_difference, box_ratio
from shall.stats.special import normal_quantile, student_quantile

ONE: Final = 0.15865525393145707            # alpha of a bound that is one standard error away
FEWEST: Final = 10                          # buckets that a group must be spread over


@dataclass(frozen=True, eq=False)
class Replicated:
    """A family, and its values float64[G, R] in R replicates of the rows."""

    base: Any                               # an Estimates
    replicates: Floats

    @property
    def natural(self) -> tuple[float, float]:
        """That of the family."""
        low, high = self.base.natural
        return low, high

    @property
    def value(self) -> Floats:
        """float64[G]."""
        return np.asarray(self.base.value)

    @property
    def n(self) -> Ints:
        """int64[G]."""
        return np.asarray(self.base.n)

    @property
    def _spread(self) -> Floats:
        """float64[G]: the squares of the distances of all replicates from their mean."""
        return floats(((self.replicates - self.replicates.mean(axis=1, keepdims=True)) ** 2).sum(axis=1))

    def _closer(self, factor: Floats) -> Floats:
        """float64[G, R]: the replicates on so many times the rows: deviations shrink with the root of them."""
        centre = self.value[:, None]
        return np.asarray(centre + (self.replicates - centre) / np.sqrt(factor)[:, None])


def jackknifed(base: Any, left: Iterable[Any], buckets: Ints) -> Jackknifed | Clustered:
    """A family whose rows belong to units, from the families that are ``left`` when each bucket in turn is deleted.

    One at a time, of which little is kept. A family that takes noise out says itself what its units are worth.
    """
    if hasattr(base, "among_units"):
        units = base.among_units()
        for one in left:
            units.add(one)
        worth, replicates, spread_over = units.told()
        return Clustered(base, replicates, np.minimum(buckets, spread_over), worth)
    return Jackknifed(base, np.stack([one.value for one in left], axis=1), buckets)


@dataclass(frozen=True, eq=False)
class Jackknifed(Replicated):
    """A family, and its values float64[G, R] with one of R buckets of units deleted.

    Delete-a-group jackknife (Kott 2001, equation 2). Its bounds contain those of the family itself, which takes rows as
    independent; a group whose value no bucket moves counts as so many rows as it has buckets, since nothing tells how
    far its units agree. ``buckets`` int64[G]: over how many buckets each group is spread; under 10 nothing is known.
    """

    buckets: Ints | None = None

    @cached_property
    def _spread_over(self) -> Ints:
        """int64[G]: the buckets of each group; where that was not said, those that move its value, or all."""
        if self.buckets is not None:
            return self.buckets
        moved = (self.replicates != np.median(self.replicates, axis=1, keepdims=True)).sum(axis=1)
        return np.asarray(np.where(moved > 0, moved, self.replicates.shape[1]), dtype=np.int64)

    @property
    def _still(self) -> Bools:
        """bool[G]: groups whose value no bucket moves."""
        return np.asarray((np.ptp(self.replicates, axis=1) == 0) & (self.n > 0))

    @property
    def untold(self) -> Bools:
        """bool[G]: groups of which nothing tells how far their units agree."""
        return np.asarray(self._still | (self._spread_over < FEWEST))

    @cached_property
    def _rows(self) -> Any:
        """The family itself, still groups cut down to their buckets."""
        factor = np.where(self._still, np.minimum(1.0, self._spread_over / np.maximum(self.n, 1)), 1.0)
        return self.base.scaled(factor) if (factor < 1).any() else self.base

    @remembered
    def bounds(self, alpha: float) -> Bounds:
        """Each one-sided at alpha; also those of the family on so many rows as the units are worth.

        The latter lean as far to one side as the family does near the ends of its range, which a spread cannot
        (Korn and Graubard 1998, "Confidence intervals for proportions with small expected number of positive counts
        estimated from survey data", section 2).
        """
        every = np.arange(len(self.value))
        low, high = self._rows.bounds(alpha)
        fewer_low, fewer_high = self.base.scaled(self._worth(alpha)).bounds(alpha)
        base = np.fmin(low, fewer_low), np.fmax(high, fewer_high)
        return self._widened(self.value, self.replicates, (every, every), base, alpha, self.natural)

    def _worth(self, alpha: float) -> Floats:
        """float64[G]: the share of its rows that a group is worth, by what its units agree."""
        wider = _wider(self._spread_over, alpha)
        low, high = self.base.bounds(ONE)
        with np.errstate(divide="ignore", invalid="ignore"):
            worth = ((high - low) / 2) ** 2 / (self._spread * wider**2)
        return np.asarray(np.where(np.isfinite(worth), np.clip(worth, 0, 1), 1.0))

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Groups may share units: their covariance is in the replicates."""
        widest = self.natural[1] - self.natural[0]
        return self._widened(self.value[i] - self.value[j], self.replicates[i] - self.replicates[j], (i, j),
                             self._rows.difference(i, j, alpha), alpha, (-widest, widest))

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """On the scale of the logarithm."""
        with np.errstate(divide="ignore", invalid="ignore"):
            value, replicates = np.log(self.value), np.log(self.replicates)
            low, high = (np.log(bound) for bound in self._rows.ratio(i, j, alpha))
            low, high = self._widened(value[i] - value[j], replicates[i] - replicates[j], (i, j), (low, high), alpha,
                                      (-np.inf, np.inf))
        signed = (self.natural[0] < 0) & ~((self.value[i] > 0) & (self.value[j] > 0))       # not even the sign is known
        return np.where(signed, -np.inf, np.exp(low)), np.exp(high)

    def _widened(self, value: Floats, replicates: Floats, index: tuple[Ints, Ints], base: Bounds, alpha: float,
                 natural: tuple[float, float]) -> Bounds:
        usable = np.isfinite(replicates).all(axis=1) & np.isfinite(value)
        clean = np.where(usable[:, None], replicates, 0.0)
        spread = np.asarray(((clean - clean.mean(axis=1, keepdims=True)) ** 2).sum(axis=1))
        count = replicates.shape[1]
        fewest = np.minimum(*(self._spread_over[part] for part in index))
        reach = student_quantile(alpha, max(count - 1, 1)) * np.sqrt(spread * (count - 1) / count)
        unknown = ~usable | (fewest < FEWEST)
        low, high = np.minimum(base[0], value - reach), np.maximum(base[1], value + reach)
        low, high = np.maximum(low, natural[0]), np.minimum(high, natural[1])
        return np.where(unknown, natural[0], low), np.where(unknown, natural[1], high)

    def scaled(self, factor: Floats) -> Jackknifed:
        """The same values on more units."""
        return replace(self, base=self.base.scaled(factor), replicates=self._closer(factor))

    def concat(self, other: Jackknifed) -> Jackknifed:
        """The groups of both; buckets of two logs are matched by their number."""
        width = min(self.replicates.shape[1], other.replicates.shape[1])
        return Jackknifed(self.base.concat(other.base),
                          np.concatenate([self.replicates[:, :width], other.replicates[:, :width]]),
                          np.concatenate([self._spread_over, other._spread_over]))


@dataclass(frozen=True, eq=False)
class Clustered(Replicated):
    """A family that takes noise out, on the rows that its units are worth.

    Noise pushes such a value up by its mean, which no spread shows. ``worth`` float64[..., G]: the share of its rows
    (of each of its samples) that carry as much noise if they are independent: its value is that of so many. Its bounds
    are of fewer where the replicates, which are moved as its plug-in is, vary by more than the plug-in of so many rows.
    A spread about the value would hold as well, and be far wider near 0. ``buckets`` as in `Jackknifed`.
    """

    buckets: Ints
    worth: Floats

    @property
    def value(self) -> Floats:
        """float64[G]; without the noise of units."""
        return np.asarray(self._fewer.value)

    @property
    def untold(self) -> Bools:
        """bool[G]: groups of which nothing tells how far their units agree."""
        return np.asarray(self.buckets < FEWEST)

    @cached_property
    def _fewer(self) -> Any:
        """The family on the rows that carry its noise."""
        return self.base.shrunk(self.worth)

    @remembered
    def bounds(self, alpha: float) -> Bounds:
        """Each one-sided at alpha, on Student's quantile, since what units are worth is estimated."""
        with np.errstate(divide="ignore", invalid="ignore"):
            further = np.fmin(self.base.variance(self.worth) / self._spread, 1.0)
        unknown = ~(np.isfinite(self.replicates).all(axis=1) & np.isfinite(self.value)) | (self.buckets < FEWEST)
        bounds = self.base.shrunk(self.worth * further / _wider(self.buckets, alpha) ** 2).bounds(alpha)
        return blanked(bounds, unknown, self.natural)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """From the bounds of both; alpha is split, because groups may share units."""
        return box_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """From the bounds of both; alpha is split, because groups may share units."""
        return box_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> Clustered:
        """The same values on more units."""
        return replace(self, base=self.base.scaled(factor), replicates=self._closer(factor))

    def concat(self, other: Clustered) -> Clustered:
        """The groups of both; buckets of two logs are matched by their number."""
        width = min(self.replicates.shape[1], other.replicates.shape[1])
        return Clustered(self.base.concat(other.base),
                         np.concatenate([self.replicates[:, :width], other.replicates[:, :width]]),
                         np.concatenate([self.buckets, other.buckets]),
                         np.concatenate([self.worth, other.worth], axis=-1))


def _wider(buckets: Ints, alpha: float) -> Floats:
    """float64[G]: Student's quantile over the normal one."""
    quantiles = np.array([student_quantile(alpha, int(one)) for one in np.maximum(buckets - 1, 1)])
    return quantiles / normal_quantile(alpha)
