"""Logistic recalibration of a score (Cox 1958): the slope, for `Smooth`, and the intercept at slope 1.

The score enters by its logit; scores are kept ``FLOOR`` away from 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints, Pair, floats, times
from shall.stats.families import blanked, remembered
from shall.stats.pairs import mover_difference
from shall.stats.signed import signed_ratio
from shall.stats.special import clopper_pearson

FLOOR: Final = 2.0**-21                     # as in ``graded``
STEPS: Final = 60                           # of Newton's method at most
NEAR: Final = 1e-12
WIDEST: Final = 60.0                        # no intercept is further from 0


def slope(rows: Floats, at: Floats) -> Pair:
    """The b of ``logit P(label) = a + b logit(score)``: value and influence from rows [G, 2, K] by label.

    nan where the scores separate the labels or do not vary. The influence is that of an M-estimator, so the variance
    is right where the recalibrated score is still wrong, too (White 1982, theorem 3.2).
    """
    place, known = _logit(at), _overlapping(rows, at)
    a, b = _fitted(rows, place, known)
    residual = np.array([0.0, 1.0])[:, None] - _chance(place, (a, b))[:, None]
    mass, first, second = _information(rows, place, (a, b))
    across = (mass * second - first**2)[:, None]
    pull = residual * ((mass[:, None] * place - first[:, None]) / across)[:, None]
    return np.where(known, b, np.nan), floats(pull * rows.sum(axis=(1, 2))[:, None, None])


@dataclass(frozen=True, eq=False)
class InTheLarge:
    """Rows int64[G, 2, K] by label and place, and sums of the score float64[G, K] at each place.

    The value is the a of ``logit P(label) = a + logit(score)``. It rises with the mean of P(label), the mean chance of
    unequal coins, which the exact binomial bounds hold for as well (Hoeffding 1956, theorem 4): so given the scores
    the bounds are exact, at the cost of some width where scores are near 0 and 1.
    """

    rows: Ints
    score: Floats

    @property
    def natural(self) -> tuple[float, float]:
        """Any number."""
        return -np.inf, np.inf

    @cached_property
    def n(self) -> Ints:
        """int64[G]: all rows."""
        return np.asarray(self.rows.sum(axis=(1, 2)))

    @cached_property
    def _ones(self) -> Floats:
        return floats(self.rows[:, 1].sum(axis=1))

    @cached_property
    def value(self) -> Floats:
        """float64[G]; nan where a class is missing."""
        known = (self._ones > 0) & (self._ones < self.n)
        return np.where(known, self._at_rate(self._ones / np.maximum(self.n, 1e-300)), np.nan)

    def _at_rate(self, rate: Floats) -> Floats:
        """The intercept at which the scores expect this share of positives."""
        rows = floats(self.rows.sum(axis=1))
        place = _logit(np.where(rows > 0, self.score / np.where(rows > 0, rows, 1.0), 0.5))
        low, high = np.full(len(rows), -WIDEST), np.full(len(rows), WIDEST)
        for _ in range(STEPS):
            middle = (low + high) / 2
            short = (rows * _expit(middle[:, None] + place)).sum(axis=1) < rate * self.n
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        return floats((low + high) / 2)

    @remembered
    def bounds(self, alpha: float) -> Pair:
        """Clopper and Pearson (1934) for the share of positives, carried over; see the class."""
        low, high = clopper_pearson(self._ones, floats(self.n), alpha)
        return blanked((self._at_rate(low), self._at_rate(high)), np.isnan(self.value), self.natural)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """Two independent groups, from their own bounds."""
        return mover_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """Two independent groups, from their own bounds."""
        return signed_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> InTheLarge:
        """The same shares on more rows."""
        return InTheLarge(times(self.rows, factor), self.score * factor[:, None])

    def concat(self, other: InTheLarge) -> InTheLarge:
        """The groups of both."""
        return InTheLarge(np.concatenate([self.rows, other.rows]), np.concatenate([self.score, other.score]))


def _fitted(rows: Floats, place: Floats, known: Bools) -> Pair:
    """Maximum likelihood by Newton's method, steps halved until the likelihood rises: a, b.

    Each group for itself, until it is found: where that is does not depend on the others.
    """
    a, b = np.zeros(len(rows)), np.zeros(len(rows))
    searched = np.flatnonzero(known)
    for _ in range(STEPS):
        some, x, at = rows[searched], place[searched], (a[searched], b[searched])
        gap = some[:, 1] - some.sum(axis=1) * _chance(x, at)
        up, along = gap.sum(axis=1), (gap * x).sum(axis=1)
        mass, first, second = _information(some, x, at)
        across = mass * second - first**2
        scale = np.where(across > 0, across, np.inf)
        step = (second * up - first * along) / scale, (mass * along - first * up) / scale
        size = _size(some, x, at, step)
        a[searched], b[searched] = at[0] + size * step[0], at[1] + size * step[1]
        searched = searched[size * np.abs(step[1]) > NEAR * (1 + np.abs(b[searched]))]
        if not len(searched):
            break
    return a, b


def _information(rows: Floats, place: Floats, at: Pair) -> tuple[Floats, Floats, Floats]:
    """float64[G] three times: that of a, of both, and of b."""
    chance = _chance(place, at)
    weight = rows.sum(axis=1) * chance * (1 - chance)
    mass, first, second = ((weight * place**power).sum(axis=1) for power in range(3))
    return mass, first, second


def _chance(place: Floats, at: Pair) -> Floats:
    return _expit(at[0][:, None] + at[1][:, None] * place)


def _size(rows: Floats, place: Floats, at: Pair, step: Pair) -> Floats:
    """How much of a step to take: the largest of 1, 1/2, 1/4 … at which the likelihood does not fall."""
    before, size = _likelihood(rows, place, *at), np.ones(len(rows))
    for _ in range(20):
        fell = _likelihood(rows, place, at[0] + size * step[0], at[1] + size * step[1]) < before - 1e-9 * np.abs(before)
        if not fell.any():
            break
        size = np.where(fell, size / 2, size)
    return size


def _likelihood(rows: Floats, place: Floats, a: Floats, b: Floats) -> Floats:
    """float64[G]: the logarithm of it."""
    line = a[:, None] + b[:, None] * place
    return floats((rows[:, 1] * line - rows.sum(axis=1) * np.logaddexp(0, line)).sum(axis=1))


def _overlapping(rows: Floats, at: Floats) -> Bools:
    """bool[G]: whether some score of either label lies above one of the other: else there is no best slope."""
    ends = [(np.where(rows[:, label] > 0, at, np.inf).min(axis=1, initial=np.inf),
             np.where(rows[:, label] > 0, at, -np.inf).max(axis=1, initial=-np.inf)) for label in (0, 1)]
    return np.asarray((ends[0][1] > ends[1][0]) & (ends[1][1] > ends[0][0]))


def _logit(at: Floats) -> Floats:
    score = np.clip(at, FLOOR, 1 - FLOOR)
    return floats(np.log(score / (1 - score)))


def _expit(x: Floats) -> Floats:
    return floats(1 / (1 + np.exp(-np.clip(x, -700, 700))))
