"""Conformal quantiles: the score that a fresh row exceeds with a given chance at most, whatever the model.

Of n calibration scores it is the one of rank ``ceil((n + 1) coverage)``, counted from the smallest; where n is too
small for that rank to exist it is infinite. A coverage is taken as the decimal that it is written as.

Reference: Vovk, Gammerman and Shafer (2005), "Algorithmic learning in a random world", section 2.2; Lei, G'Sell,
Rinaldo, Tibshirani and Wasserman (2018), "Distribution-free predictive inference for regression", algorithm 2;
Tibshirani, Foygel Barber, Candès and Ramdas (2019), "Conformal prediction under covariate shift", corollary 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from shall.core.errors import DataError
from shall.stats.arrays import Floats, Ints, floats

LAST_DIGITS: Final = 1e-12                  # of a sum of weights


def rank(n: int, coverage: float) -> int:
    """The rank of the conformal quantile among n scores, from 1; n + 1 where there are too few."""
    return math.ceil((n + 1) * exact(coverage))


def fewest(coverage: float) -> int:
    """How many scores it takes for the quantile to be finite."""
    share = exact(coverage)
    return math.ceil(share / (1 - share))


def exact(coverage: float) -> Fraction:
    """The coverage as a fraction: 0.9 is nine tenths. DataError unless it lies between 0 and 1."""
    if not 0 < coverage < 1:
        raise DataError(f"a coverage lies between 0 and 1, such as 0.9, and this one is {coverage}")
    return Fraction(repr(float(coverage)))


@dataclass(frozen=True, eq=False)
class Scores:
    """Calibration scores: the different ones float64[k], ascending, and how often each occurred int64[k].

    They merge in any order: two halves make what the whole makes, and no row is needed again.
    """

    value: Floats
    count: Ints

    @property
    def n(self) -> int:
        """How many scores there are."""
        return int(self.count.sum())

    def quantile(self, coverage: float) -> float:
        """The conformal quantile; infinite where there are too few scores."""
        place = rank(self.n, coverage)
        if place > self.n:
            return math.inf
        return float(self.value[np.searchsorted(np.cumsum(self.count), place)])

    def merged(self, other: Scores) -> Scores:
        """The scores of both: a binary search for each of the other's, and a copy."""
        place = np.searchsorted(self.value, other.value)
        known = np.append(self.value, math.inf)[place] == other.value
        count = self.count.copy()
        count[place[known]] += other.count[known]
        fresh = place[~known]
        return Scores(np.insert(self.value, fresh, other.value[~known]), np.insert(count, fresh, other.count[~known]))

    def added(self, scores: Floats, bits: int | None = None) -> Scores:
        """These and some more float64[m]."""
        return self.merged(scores_of(scores, bits))


def scores_of(scores: Floats, bits: int | None = None) -> Scores:
    """Scores float64[n], in any order; with ``bits`` each is rounded up to so many binary digits.

    Rounded, any number of rows takes little memory (some thousand values), and a quantile is still that of a score:
    coverage is kept, for a rounded score is a score too. DataError where one is missing or infinite.
    """
    found = floats(scores)
    if found.ndim != 1 or not np.isfinite(found).all():
        raise DataError("calibration scores are numbers, one a row; some are missing or infinite")
    value, count = np.unique(found if bits is None else rounded_up(found, bits), return_counts=True)
    return Scores(value, count.astype(np.int64))


def rounded_up(scores: Floats, bits: int) -> Floats:
    """float64[n]: the next larger number of so many binary digits."""
    part, power = np.frexp(scores)
    return floats(np.ldexp(np.ceil(np.ldexp(part, bits)), power - bits))


@dataclass(frozen=True, eq=False)
class WeightedScores:
    """Scores float64[n], ascending, each with a weight float64[n]: how much likelier its row is where it is used."""

    value: Floats
    weight: Floats

    @property
    def effective(self) -> float:
        """How many rows of equal weight say as much (Kish 1965)."""
        return float(self.weight.sum() ** 2 / (self.weight @ self.weight)) if self.weight.any() else 0.0

    def quantiles(self, weight: Floats, coverage: float) -> Floats:
        """float64[m]: the weighted quantile of each new row by its own weight; infinite where it outweighs the rest."""
        reached = np.cumsum(self.weight)
        total = reached[-1] if len(reached) else 0.0
        wanted = (total + weight) * float(exact(coverage)) * (1 - LAST_DIGITS)
        return floats(np.append(self.value, math.inf)[np.searchsorted(reached, wanted)])

    def added(self, scores: Floats, weight: Floats) -> WeightedScores:
        """These and some more, whose weights are on the same scale."""
        return weighted_scores(np.concatenate([self.value, scores]), np.concatenate([self.weight, weight]))


def weighted_scores(scores: Floats, weight: Floats) -> WeightedScores:
    """Scores float64[n] in any order with weights float64[n]. DataError where a weight is no weight, or none counts."""
    found, weight = floats(scores), floats(weight)
    if found.ndim != 1 or found.shape != weight.shape or not np.isfinite(found).all():
        raise DataError("calibration scores are numbers, one a row, with a weight each; some are missing or infinite, "
                        f"or the lengths differ: {found.shape} and {weight.shape}")
    if not (np.isfinite(weight) & (weight >= 0)).all():
        raise DataError("weights of calibration rows are 0 or more; some are missing, negative or infinite")
    if not weight.sum() > 0:
        raise DataError("the weights of the calibration rows add up to nothing: no row of them is like those to be "
                        "answered, so nothing can be promised; calibrate on other rows")
    order = np.argsort(found, kind="stable")
    return WeightedScores(found[order], weight[order])
