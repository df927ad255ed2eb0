"""Quality of rows whose labels are not known yet, from how often rows like them were positive elsewhere.

Rows are put into places by their decision and by bins of their score. In a place, the labelled rows of a reference say
how often such a row is positive; the rows now say how many there are of each. Within a place the share goes with the
mean score. So a score need not be calibrated: it is calibrated here, by the same bins, and what that leaves uncertain
is in the bounds. What is assumed is that a row of a score means now what it meant there.

Each measure is a ratio of two sums over rows, ``positive * p + plain`` above and below, where p is the share of a
place. A bound is the figure t at which top - t * bottom, a sum of independent shares, is one error away from 0: the
error of each share is the arm of its exact bounds (Zou and Donner 2008), that of the rows now their variance. A place
of which the reference knows nothing may have any share, and all such places err together.

Reference: Guillory, Shankar, Ebrahimi, Darrell and Schmidt (2021), "Predicting with confidence on unseen
distributions", section 3; Angelopoulos, Bates, Fannjiang, Jordan and Zrnic (2023), "Prediction-powered inference",
section 2; NannyML's confidence-based performance estimation is the same idea without bounds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, NamedTuple, Self

import numpy as np

from shall.stats.arrays import Bools, Floats, Ints, Pair, floats
from shall.stats.calibration import CalibrationError
from shall.stats.families import blanked, remembered
from shall.stats.pairs import mover_difference, mover_ratio
from shall.stats.special import clopper_pearson, normal_quantile, unseen

STEPS: Final = 40                           # of bisection
STRANGE: Final = 0.1                        # of the rows, at most, may be unlike all of the reference
SURE: Final = 0.05                          # error of the finding that the calibration is broken
MANY: Final = 1e9


class Terms(NamedTuple):
    """What a row adds to both sums, refused and chosen: so much times p, and so much besides."""

    top: tuple[tuple[float, float], tuple[float, float]]        # (p, plain) of a refused row, of a chosen one
    bottom: tuple[tuple[float, float], tuple[float, float]]


TERMS: Final = {
    "accuracy": Terms(((-1, 1), (1, 0)), ((0, 1), (0, 1))),
    "true_positive_rate": Terms(((0, 0), (1, 0)), ((1, 0), (1, 0))),
    "false_positive_rate": Terms(((0, 0), (-1, 1)), ((-1, 1), (-1, 1))),
    "precision": Terms(((0, 0), (1, 0)), ((0, 0), (0, 1))),
}


class Places(NamedTuple):
    """Rows, positives and sums of the score of some rows by place, float64[G, P]; the refused ones come first."""

    rows: Floats
    k: Floats
    score: Floats

    def scaled(self, factor: Floats) -> Places:
        """So many times the rows, by group or by place."""
        return Places(*(one * factor for one in self))


@dataclass(frozen=True, eq=False)
class Estimated:
    """All rows now, the labelled ones of the reference, the newest labelled ones; and how far off calibration may be.

    The newest labels are not what the estimate stands on: they are its check. If the error of the scores as the
    reference calibrates them is surely above ``tolerance`` on them, there is no estimate.
    """

    what: str
    now: Places                             # k is 0: nothing is known
    then: Places
    checked: Places
    tolerance: float

    @property
    def natural(self) -> tuple[float, float]:
        """A share."""
        return 0.0, 1.0

    @property
    def n(self) -> Ints:
        """int64[G]: rows that the estimate is of."""
        return np.asarray(np.where(self._refused, 0, self.now.rows.sum(axis=1)), dtype=np.int64)

    @cached_property
    def value(self) -> Floats:
        """float64[G]; nan where not available."""
        top, bottom = (self._sums(sums, self._shares[0]) for sums in self._terms)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self._refused | (bottom <= 0), np.nan, np.clip(top / bottom, 0, 1))

    @cached_property
    def broken(self) -> Floats:
        """float64[G]: the least error of the calibration that the newest labels prove; 0 without any."""
        rows, then = self.checked.rows, self.then.rows
        both = np.where((rows > 0) & (then > 0), 1 / (1 / np.maximum(rows, 1e-9) + 1 / np.maximum(then, 1e-9)), 0.0)
        each = np.where(rows > 0, both / np.maximum(rows, 1e-9), 0.0)
        expected = np.clip(self._moved(self.checked), 0, 1) * both
        worth = CalibrationError(both, self.checked.k * each, expected)    # type: ignore[arg-type]
        return worth.bounds(SURE)[0]

    @property
    def refuted(self) -> Bools:
        """bool[G]: the check has failed."""
        return np.asarray(self.broken > self.tolerance)

    @cached_property
    def _refused(self) -> Bools:
        """bool[G]: too few rows are like those of the reference, or the check has failed."""
        rows = self.now.rows.sum(axis=1)
        strange = np.where(self.then.rows > 0, 0.0, self.now.rows).sum(axis=1)
        return np.asarray((rows <= 0) | (strange > STRANGE * rows) | self.refuted)

    def _moved(self, rows: Places) -> Floats:
        """float64[G, P]: the share of each place, moved with the mean score of some rows; the score where unknown."""
        known = self.then.rows > 0
        here, there = (one.score / np.where(one.rows > 0, one.rows, 1.0) for one in (rows, self.then))
        return np.where(known, self.then.k / np.where(known, self.then.rows, 1.0) + here - there, here)

    @cached_property
    def _shares(self) -> Pair:
        """float64[G, P] twice: the share of positives of each place, and whether anything is known of it."""
        return np.clip(self._moved(self.now), 0, 1), floats(self.then.rows > 0)

    @cached_property
    def _terms(self) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """Of top and bottom, float64[P] twice: times p, and besides."""
        half = self.now.rows.shape[1] // 2
        found = [tuple(np.repeat(floats([refused[part], chosen[part]]), half) for part in (0, 1))
                 for refused, chosen in (TERMS[self.what].top, TERMS[self.what].bottom)]
        return found[0], found[1]           # type: ignore[return-value]

    def _sums(self, terms: tuple[Floats, Floats], share: Floats) -> Floats:
        return floats((self.now.rows * (terms[0] * share + terms[1])).sum(axis=1))

    @remembered
    def bounds(self, alpha: float) -> Pair:
        """Each one-sided at alpha; see the module."""
        low, high = self._end(alpha, 1), self._end(alpha, -1)
        value = self.value
        return blanked((np.fmin(low, value), np.fmax(high, value)), np.isnan(value), self.natural)

    def _end(self, alpha: float, side: int) -> Floats:
        """The figure farthest from the value, below (1) or above (-1), that the rows do not rule out."""
        arms = self._arms(alpha)
        inner, outer = np.nan_to_num(self.value), np.full(len(self.value), 0.0 if side > 0 else 1.0)
        for _ in range(STEPS):
            middle = (inner + outer) / 2
            ruled_out = self._least(middle, arms, alpha, side) > 0
            inner, outer = np.where(ruled_out, inner, middle), np.where(ruled_out, middle, outer)
        return outer

    def _arms(self, alpha: float) -> Pair:
        """float64[G, P] twice: how far the share of a place may lie below and above what it is taken for."""
        share, known = self._shares
        k, rows = np.minimum(self.then.k, self.then.rows), self.then.rows
        low, high = clopper_pearson(k, np.maximum(rows, 1e-9), alpha)
        seen = np.where(rows > 0, k / np.maximum(rows, 1e-9), 0.5)
        low, high = (np.where(known > 0, one, end) for one, end in ((seen - low, 0.0), (high - seen, 0.0)))
        return np.where(known > 0, low, share), np.where(known > 0, high, 1 - share)

    def _least(self, figure: Floats, arms: Pair, alpha: float, side: int) -> Floats:
        """What side * (top - figure * bottom) of a row is at least."""
        (top, plain), (bottom, beside) = self._terms
        share, known = self._shares
        z, more, t = normal_quantile(alpha), unseen(alpha), figure[:, None]
        slope, each = side * (top - t * bottom), side * ((top - t * bottom) * share + plain - t * beside)
        rows = np.maximum(self.now.rows.sum(axis=1), 1e-9)
        part = self.now.rows / rows[:, None]
        arm = part * np.abs(slope) * np.where(slope > 0, *arms)
        mean = (part * each).sum(axis=1)
        spread = np.maximum((part * each**2).sum(axis=1) - mean**2, 0) / rows
        reach = np.sqrt(((arm * known) ** 2).sum(axis=1) + z * z * spread) + (arm * (1 - known)).sum(axis=1)
        worst = np.where((self.now.rows > 0) | (self.then.rows > 0), each, np.inf).min(axis=1, initial=0.0)
        return floats((mean - reach) * rows + more * worst)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """Two independent groups, from their own bounds."""
        return mover_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """Two independent groups, from their own bounds."""
        return mover_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> Self:
        """The same scores on more rows; the reference stays."""
        return replace(self, now=self.now.scaled(factor[:, None]))

    def concat(self, other: Self) -> Self:
        """The groups of both."""
        now, then, checked = (Places(*map(np.concatenate, zip(getattr(self, name), getattr(other, name), strict=True)))
                              for name in ("now", "then", "checked"))
        return replace(self, now=now, then=then, checked=checked)


Counted = tuple[Floats, Floats]             # rows and sums of the score by decision and bin, [G, 2, B]
Labelled = tuple[Floats, Floats, list[int]]     # by label 0 or 1 before these, [H, 2, 2, B]; the place of each group


def estimated_by_score(what: str, now: Counted, then: Labelled, newest: Labelled, tolerance: float) -> Estimated:
    """The family of a measure from counts by decision and bin of the score.

    ``then``: of the reference; ``newest``: of the rows by which it is checked; -1 is the place of a group that they do
    not have.
    """
    rows, score = map(_flat, now)
    return Estimated(what, Places(rows, np.zeros_like(rows), score), _placed(then), _placed(newest), tolerance)


def _placed(counted: Labelled) -> Places:
    place = np.array(counted[2], dtype=np.int64)
    rows, score = (np.where((place >= 0).reshape(-1, 1, 1, 1), one[place], 0.0) if len(one) else
                   np.zeros((len(place), *one.shape[1:])) for one in counted[:2])
    return Places(*(_flat(one) for one in (rows.sum(axis=1), rows[:, 1], score.sum(axis=1))))


def _flat(amounts: Floats) -> Floats:
    """[G, 2, B] to [G, 2 B]."""
    return floats(amounts).reshape(len(amounts), 2 * amounts.shape[-1])
