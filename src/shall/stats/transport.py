"""Wasserstein distance between two samples, with the noise of both taken out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Self

import numpy as np

from shall.stats.arrays import Floats, Ints, Pair, floats
from shall.stats.calibration import HALF, clean_share
from shall.stats.divergence import Divergence
from shall.stats.families import blanked
from shall.stats.special import normal_quantile, unseen

FEWEST: Final = 20                          # rows of either: with fewer nothing is said


@dataclass(frozen=True, eq=False)
class Transport(Divergence):
    """Counts [G, B] of a sample and of its reference in cells at ``at`` float64[G, B], ascending.

    The distance is the area between the two distribution functions, in standard deviations of the reference sample.
    Noise pushes it up, most where nothing moved, by at most the sum of ``HALF`` errors of each gap. Its variance is at
    most Var(x) / n + Var(y) / m whatever the truth: one row moves it by no more than the row moves (Boucheron, Lugosi
    and Massart 2013, theorem 3.1, Efron and Stein's). The bounds use both, so they are wide where nothing moved. The
    spread of either sample is taken to be that of the wider one: a small sample of skewed values often lacks the tail.
    """

    at: Floats

    @cached_property
    def _functions(self) -> tuple[Floats, Floats, Floats, Floats]:
        """[G, B] distribution functions of both, [G] their rows, at least 1."""
        f, g = (floats(np.cumsum(part, axis=1)) for part in (self.counts, self.reference))
        n, m = (np.maximum(one[:, -1], 1) for one in (f, g))           # so that they end at 1, also of fractions
        return f / n[:, None], g / m[:, None], n, m

    @cached_property
    def _gaps(self) -> Pair:
        """[G, B] twice: the area between the functions up to the next cell, and the error of it."""
        f, g, n, m = self._functions
        width = np.diff(self.at, axis=1, append=self.at[:, -1:])
        spread = np.maximum(np.maximum(f * (1 - f), g * (1 - g)), 0)
        error = np.sqrt(spread * (1 / n + 1 / m)[:, None])
        return width * np.abs(f - g), width * error

    @cached_property
    def _variances(self) -> Pair:
        """[G]: of a row of the sample and of a row of the reference."""
        found = []
        for counts, n in ((self.counts, self._functions[2]), (self.reference, self._functions[3])):
            mean = (counts * self.at).sum(axis=1) / n
            square = (counts * (self.at - mean[:, None]) ** 2).sum(axis=1)
            found.append(square / np.maximum(n - 1, 1))
        return found[0], found[1]

    @cached_property
    def _scale(self) -> Floats:
        """float64[G]: the standard deviation of the reference, nan where nothing can be said."""
        varied = (self.reference > 0).sum(axis=1) > 1
        return np.where((self.counts.sum(axis=1) > 0) & varied, np.sqrt(self._variances[1]), np.nan)

    @cached_property
    def plug_in(self) -> Floats:
        """float64[G]: the usual figure, which noise pushes up."""
        return floats(self._gaps[0].sum(axis=1) / self._scale)

    @cached_property
    def noise(self) -> Floats:
        """float64[G]: the most that noise is expected to add."""
        return floats(HALF * self._gaps[1].sum(axis=1) / self._scale)

    @cached_property
    def value(self) -> Floats:
        """float64[G]: what is left of the plug-in without noise; nan where a sample is empty or the reference still."""
        gap, error = self._gaps
        return self.plug_in * clean_share(gap, np.maximum(error, gap * 1e-9 + 1e-300))

    def variance(self, worth: Floats) -> Floats:
        """float64[G]: of the plug-in at most, if rows are worth so much."""
        _, _, n, m = self._functions
        return floats(np.maximum(*self._variances) * (1 / (n * worth[0]) + 1 / (m * worth[1])) / self._scale**2)

    def bounds(self, alpha: float) -> Pair:
        """Each one-sided; see the class."""
        _, _, n, m = self._functions
        reach = normal_quantile(alpha) * np.sqrt(np.maximum(*self._variances) * (1 / n + 1 / m)) / self._scale
        span = self.at[:, -1] - self.at[:, 0]
        missed = unseen(alpha) * span * (1 / n + 1 / m) / self._scale
        unknown = np.isnan(self.value) | (np.minimum(n, m) < FEWEST)
        return blanked((self.plug_in - self.noise - reach, self.plug_in + reach + missed), unknown, self.natural)

    def _compared(self, counts: Ints) -> Floats:
        return floats(np.cumsum(counts, axis=1))

    @property
    def _weight(self) -> Floats:
        width, error = np.diff(self.at, axis=1, append=self.at[:, -1:]), self._gaps[1]
        return np.where(error > 0, width**2 / np.where(error > 0, error, 1), 0.0)

    def concat(self, other: Self) -> Self:
        """The groups of both; the narrower one gets empty cells at its end."""
        width = max(self.at.shape[1], other.at.shape[1])
        both = {name: np.concatenate([_widened(getattr(side, name), width, mode) for side in (self, other)])
                for name, mode in (("counts", "constant"), ("reference", "constant"), ("at", "edge"))}
        return replace(self, **both)


def _widened(cells: Ints | Floats, width: int, mode: str) -> Ints | Floats:
    return np.pad(cells, ((0, 0), (0, width - cells.shape[1])), mode=mode)  # type: ignore[call-overload, no-any-return]
