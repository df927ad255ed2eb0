"""Any smooth function of counts: the delta method, with room for rows that the sample happens to lack."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from shall.stats.arrays import Floats, Ints, Pair, floats, times
from shall.stats.families import blanked, remembered
from shall.stats.pairs import mover_difference
from shall.stats.signed import signed_ratio
from shall.stats.special import normal_quantile, unseen

FEW: Final = 8                              # kinds of rows of a small table
TRIED: Final = 4                            # of the most unfavourable kinds of a row
AT_ONCE: Final = 2**22                      # counts of samples

Function = Callable[[Floats, Floats], Pair]


@dataclass(frozen=True, eq=False)
class Smooth:
    """Rows int64[G, L, K] by outcome and place, and a function of them.

    ``function(rows[G, L, K], at[G, K])`` gives its value [G] (nan where not available) and its influence [G, L, K]:
    how much the value moves when a row of that kind is added, times the rows (Hampel 1974, section 2). ``at`` is the
    mean score of each place, from ``score`` float64[G, K], sums of it; without these it is 0.

    Each bound is the least favourable of some samples to which ``unseen`` rows of one kind were added, any outcome at a
    place that was seen: there the delta method with the variance of that sample, and room for its skewness (Hall
    1992, section 2.4). A function of at most ``FEW`` counts is followed along its curve as well. So a sample without a
    single error is not taken for proof. Shown by simulation (tests/stats/test_smooth.py).
    """

    rows: Ints
    function: Function
    natural: tuple[float, float]
    score: Floats | None = None

    @cached_property
    def n(self) -> Ints:
        """int64[G]: all rows."""
        return np.asarray(self.rows.sum(axis=(1, 2)))

    @cached_property
    def value(self) -> Floats:
        """float64[G]; nan where not available."""
        return self._estimate[0]

    @cached_property
    def _rows(self) -> Floats:
        return np.ascontiguousarray(self.rows, dtype=np.float64)

    @cached_property
    def _at(self) -> Floats:
        """float64[G, K]: the mean score of each place."""
        if self.score is None:
            return np.zeros(self._rows[:, 0].shape)
        rows = self._rows.sum(axis=1)
        return np.where(rows > 0, self.score / np.where(rows > 0, rows, 1.0), 0.5)

    @cached_property
    def _estimate(self) -> Pair:
        with np.errstate(all="ignore"):
            return self.function(self._rows, self._at)

    @property
    def influence(self) -> Floats:
        """float64[G, L, K]: of each row on the value, times the rows."""
        return self._estimate[1]

    @remembered
    def bounds(self, alpha: float) -> Pair:
        """Each one-sided; see the class."""
        return blanked((self._end(alpha, -1), self._end(alpha, 1)), np.isnan(self.value), self.natural)

    def _end(self, alpha: float, side: int) -> Floats:
        """The bound on one side (-1: low), of some groups at a time."""
        found, step = np.empty(len(self.rows)), max(1, AT_ONCE // max(math.prod(self._rows.shape[1:]), 1))
        for start in range(0, len(found), step):
            some = slice(start, start + step)
            found[some] = self._furthest(some, alpha, side)
        return found

    def _furthest(self, some: slice, alpha: float, side: int) -> Floats:
        """The furthest that a sample with some unseen rows gives, of each of some groups."""
        z, more, seen = normal_quantile(alpha), unseen(alpha), self._rows[some]
        groups, flat = np.arange(len(seen)), (len(seen), math.prod(seen.shape[1:]))
        known = np.broadcast_to((seen > 0).any(axis=1, keepdims=True), seen.shape)
        pull = np.where(known, np.nan_to_num(self._estimate[1][some]) * side, -np.inf).reshape(flat)
        order = np.argsort(-pull, axis=1, kind="stable")[:, :TRIED]
        furthest = side * self.value[some]
        for kind in order.T:
            rows = seen.reshape(flat).copy()
            rows[groups, kind] += np.where(np.isfinite(pull[groups, kind]), more, 0.0)
            furthest = np.fmax(furthest, self._reached(rows.reshape(seen.shape), self._at[some], z, side))
        return floats(side * furthest)

    def _reached(self, rows: Floats, at: Floats, z: float, side: int) -> Floats:
        """The bound of one sample by the delta method, times its side; of a few counts followed along the curve too."""
        with np.errstate(all="ignore"):
            value, influence = self.function(rows, at)
            n = rows.sum(axis=(1, 2))
            variance, third = ((rows * influence**power).sum(axis=(1, 2)) / n for power in (2, 3))
            lean = np.maximum(side * third / variance, 0.0) * (2 * z * z + 1) / (6 * n)
            reached = side * value + z * np.sqrt(variance / n) + np.nan_to_num(lean)
            if rows.shape[1] * rows.shape[2] <= FEW:
                for moved in _moved(rows, z):
                    reached = np.fmax(reached, side * self.function(moved, at)[0])
            return floats(reached)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """Two independent groups, from their own bounds."""
        return mover_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Pair:
        """Two independent groups, from their own bounds."""
        return signed_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> Smooth:
        """The same shares on more rows."""
        score = None if self.score is None else self.score * factor[:, None]
        return replace(self, rows=times(self.rows, factor), score=score)

    def concat(self, other: Smooth) -> Smooth:
        """The groups of both."""
        score = None
        if self.score is not None and other.score is not None:
            score = np.concatenate([self.score, other.score])
        return replace(self, rows=np.concatenate([self.rows, other.rows]), score=score)


def _moved(rows: Floats, z: float) -> Iterator[Floats]:
    """Samples at z standard errors: the logit of one share moved up or down, the others in proportion.

    To first order none goes further than the delta method; where the function is curved they follow it.
    """
    n = rows.sum(axis=(1, 2), keepdims=True)
    for kind in range(rows.shape[1]):
        mine = rows[:, [kind]]
        rest = n - mine
        some = (mine > 0) & (rest > 0)
        step = np.where(some, z * np.sqrt(n / np.where(some, mine * rest, 1.0)), 0.0)
        for tilt in (np.exp(-step), np.exp(step)):
            moved = rows * np.where(some, n / (mine * tilt + rest), 1.0)
            moved[:, [kind]] *= tilt
            yield moved
