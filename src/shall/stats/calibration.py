"""Binned calibration error: the mean distance between score and frequency, with the noise taken out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from shall.stats.arrays import Floats, Ints
from shall.stats.arrays import Pair as Bounds
from shall.stats.pairs import mover_difference, mover_ratio
from shall.stats.special import normal_quantile

CERTAIN: Final = 4.0                        # standard errors from 0 at which the sign of a bin's gap is taken as known
HALF: Final = math.sqrt(2 / math.pi)        # mean of |N(0, 1)|


@dataclass(frozen=True, eq=False)
class CalibrationError:
    """Rows, positives and sums of the score by bin: int64[G, K], int64[G, K], float64[G, K].

    The error is ``sum_b w_b |frequency_b - mean score_b|``. With ``eps_b`` the noise of a bin's frequency:

    - never below truth minus noise: ``sum w |d + eps| >= sum w |d| + sum w sign(d) eps``, which gives ``high``;
    - never above truth plus noise: ``sum w |d + eps| <= sum w |d| + sum w |eps|``, which gives ``low``, valid also
      for a perfectly calibrated model. In bins whose sign is beyond doubt ``sign(d) eps`` takes the place of ``|eps|``.
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
    def _bins(self) -> tuple[Floats, Floats, Floats]:
        """[G, K] three times: share of the rows, gap, standard error of the gap."""
        rows = np.maximum(self.rows, 1)
        share = self.rows / np.maximum(self.n, 1)[:, None]
        gap = np.where(self.rows > 0, (self.k - self.score_sum) / rows, 0.0)
        smooth = (self.k + 1) / (rows + 2)                  # so that 0 of 3 is not taken as certain
        return share, gap, np.sqrt(smooth * (1 - smooth) / rows)

    @cached_property
    def plug_in(self) -> Floats:
        """float64[G]: the usual figure, which noise pushes up."""
        share, gap, _ = self._bins
        return np.asarray((share * np.abs(gap)).sum(axis=1))

    @cached_property
    def value(self) -> Floats:
        """float64[G]: the plug-in less what noise is expected to add to it; nan without rows."""
        share, gap, error = self._bins
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(error > 0, np.abs(gap) / error, np.inf)
        tail = np.array([math.erfc(v / math.sqrt(2)) for v in t.ravel()]).reshape(t.shape)
        added = error * HALF * np.exp(-(np.minimum(t, 40.0) ** 2) / 2) - np.abs(gap) * tail
        clean = np.maximum(self.plug_in - (share * added).sum(axis=1), 0.0)
        return np.where(self.n > 0, clean, np.nan)

    def bounds(self, alpha: float) -> Bounds:
        """One-sided, valid at a true value of 0 too; see the class."""
        share, gap, error = self._bins
        z = normal_quantile(alpha)
        weight = share * error
        known = np.abs(gap) > CERTAIN * error
        mean = (np.where(known, 0.0, weight) * HALF).sum(axis=1)
        spread = np.sqrt((weight**2 * np.where(known, 1.0, 1 - HALF**2)).sum(axis=1))
        low = np.maximum(self.plug_in - mean - z * spread, 0.0)
        high = np.minimum(self.plug_in + z * np.sqrt((weight**2).sum(axis=1)), 1.0)
        return np.where(self.n > 0, low, 0.0), np.where(self.n > 0, high, 1.0)

    def difference(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent errors."""
        return mover_difference(self, i, j, alpha)

    def ratio(self, i: Ints, j: Ints, alpha: float) -> Bounds:
        """Two independent errors."""
        return mover_ratio(self, i, j, alpha)

    def scaled(self, factor: Floats) -> CalibrationError:
        """The same bins on more rows."""
        rows, k = (np.rint(counts * factor[:, None]).astype(np.int64) for counts in (self.rows, self.k))
        return CalibrationError(rows, np.minimum(k, rows), self.score_sum * factor[:, None])

    def concat(self, other: CalibrationError) -> CalibrationError:
        """The groups of both."""
        return CalibrationError(np.concatenate([self.rows, other.rows]), np.concatenate([self.k, other.k]),
                                np.concatenate([self.score_sum, other.score_sum]))
