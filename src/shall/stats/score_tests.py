"""Score tests of two binomial rates, inverted to bounds of their difference and their ratio.

The statistic and the restricted maximum likelihood are Miettinen and Nurminen's (1985, equations 8
to 12 and appendix I) and Farrington and Manning's (1990).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from shall.stats.arrays import Floats
from shall.stats.special import normal_quantile


@dataclass(frozen=True, slots=True)
class Counts:
    """Two binomial samples a pair; float64[P] each."""

    k1: Floats
    n1: Floats
    k2: Floats
    n2: Floats

    def swapped(self) -> Counts:
        """The second sample first."""
        return Counts(self.k2, self.n2, self.k1, self.n1)


Null = Callable[[Counts, Floats], tuple[Floats, Floats]]


def rates_at_difference(pair: Counts, delta: Floats) -> tuple[Floats, Floats]:
    """Maximum-likelihood rates under p1 - p2 = delta: the root of a cubic in closed form."""
    n, k = pair.n1 + pair.n2, pair.k1 + pair.k2
    b = ((pair.n1 + 2 * pair.n2) * delta - n - k) / n
    c = ((pair.n2 * delta - n - 2 * pair.k2) * delta + k) / n
    d = pair.k2 * delta * (1 - delta) / n
    q = b**3 / 27 - b * c / 6 + d / 2
    p = np.where(q >= 0, 1.0, -1.0) * np.sqrt(np.maximum(b * b / 9 - c / 3, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = np.arccos(np.clip(np.where(p == 0, 0.0, q / p**3), -1, 1))
    second = np.clip(2 * p * np.cos((math.pi + angle) / 3) - b / 3, np.maximum(0, -delta), np.minimum(1, 1 - delta))
    return second + delta, second


def rates_at_ratio(pair: Counts, phi: Floats) -> tuple[Floats, Floats]:
    """Maximum-likelihood rates under p1 = phi p2: the smaller root of a quadratic."""
    a = (pair.n1 + pair.n2) * phi
    b = (pair.n1 + pair.k2) * phi + pair.k1 + pair.n2
    k = pair.k1 + pair.k2
    second = 2 * k / (b + np.sqrt(np.maximum(b * b - 4 * a * k, 0)))
    second = np.clip(second, 0, np.minimum(1, 1 / np.maximum(phi, 1e-300)))
    return phi * second, second
