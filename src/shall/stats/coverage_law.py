"""The exact law of the coverage that conformal prediction has, given one set of calibration rows.

Where scores do not tie, the coverage over all fresh rows is Beta(k, n + 1 - k) with k the rank of the quantile, for
any model and any data; what a test of m rows shows of it is beta-binomial. The mean is k / (n + 1), at least the
coverage that was asked for.

Reference: Vovk (2012), "Conditional validity of inductive conformal predictors", section 2; Angelopoulos and Bates
(2023), "Conformal prediction: a gentle introduction", section 3.2 and appendix C.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from shall.core.errors import DataError
from shall.stats.arrays import Bools, Floats, Ints, floats
from shall.stats.conformal import exact, fewest, rank
from shall.stats.special import beta_cdf, beta_logit_quantile

MOST_ROWS: Final = 2**40


@dataclass(frozen=True, slots=True)
class Law:
    """Beta(a, b): of the coverage over all rows there will ever be."""

    a: int
    b: int                                  # 0: every row is covered

    @property
    def mean(self) -> float:
        """What it is on average over calibration sets."""
        return self.a / (self.a + self.b)

    @property
    def deviation(self) -> float:
        """Standard deviation from one calibration set to another."""
        n = self.a + self.b
        return math.sqrt(self.a * self.b / (n * n * (n + 1)))

    def below(self, coverage: Floats) -> Floats:
        """The chance that it is at most this, elementwise."""
        if not self.b:
            return np.where(floats(coverage) >= 1, 1.0, 0.0)
        return floats(beta_cdf(floats(coverage), floats(self.a), floats(self.b)))

    def between(self, level: float) -> tuple[float, float]:
        """The range that it lies in with this chance, as much left out below as above."""
        if not self.b:
            return 1.0, 1.0
        tail = (1 - level) / 2
        low = beta_logit_quantile(tail, floats([self.a]), floats([self.b]))[0]
        high = -beta_logit_quantile(tail, floats([self.b]), floats([self.a]))[0]
        return 1 / (1 + math.exp(-low)), 1 / (1 + math.exp(-high))

    def seen(self, rows: int) -> Floats:
        """float64[rows + 1]: the chance that of so many test rows 0, 1, … rows are covered (beta-binomial)."""
        if not self.b:
            return floats(np.eye(1, rows + 1, rows)[0])
        k = np.arange(rows)
        step = (rows - k) * (self.a + k) / ((k + 1) * (self.b + rows - k - 1))     # of one chance to the next
        logs = np.concatenate([[0.0], np.cumsum(np.log(step))])
        odds = np.exp(logs - logs.max())
        return floats(odds / odds.sum())

    def at_most(self, rows: int) -> Floats:
        """float64[rows + 1]: the chance that at most 0, 1, … of so many test rows are covered."""
        return floats(np.minimum(np.cumsum(self.seen(rows)), 1.0))


def law(n: int, coverage: float) -> Law:
    """The law of n calibration rows; with too few of them everything is covered."""
    place = rank(n, coverage)
    return Law(place, n + 1 - place) if place <= n else Law(n + 1, 0)


def rows_for(coverage: float, within: float, chance: float = 0.9) -> int:
    """How many calibration rows keep the coverage within so much of what was asked, with this chance.

    With so many rows and with any more, each side is missed with half of what is left at most. DataError where
    ``within`` or ``chance`` is not within 0…1.
    """
    if not (0 < within < 1 and 0 < chance < 1):
        raise DataError(f"a distance and a chance lie between 0 and 1, not {within} and {chance}")
    low, high = fewest(coverage) - 1, fewest(coverage)
    while not _holds(np.array([high]), coverage, within, chance)[0]:
        low, high = high, high * 2
        if high > MOST_ROWS:
            raise DataError(f"to stay within {within} of the coverage takes more rows than there are")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _holds(np.array([middle]), coverage, within, chance)[0] else (middle, high)
    reach = math.ceil(4 / within) + math.ceil(2 / (1 - coverage))      # the rank rises in steps, by which it may fail
    some = np.arange(max(fewest(coverage), low - reach), high + reach)
    failing = some[~_holds(some, coverage, within, chance)]
    return int(failing[-1]) + 1 if len(failing) else int(some[0])


def _holds(n: Ints, coverage: float, within: float, chance: float) -> Bools:
    share = exact(coverage)
    place = floats([math.ceil((rows + 1) * share) for rows in n.tolist()])
    below, above = (beta_cdf(floats(end), place, n + 1 - place) for end in (coverage - within, coverage + within))
    return np.asarray((below <= (1 - chance) / 2) & (above >= (1 + chance) / 2))
