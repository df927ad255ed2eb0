"""Score tests of two binomial rates, for their difference and their ratio.

Miettinen and Nurminen (1985), with Gart and Nam's (1990) correction for skewness as Laud (2017) gives it:
without it bounds of unbalanced groups are wrong up to twice as often as they may be at alpha = 0.05 / 20.
"""

from __future__ import annotations

import math
from typing import Any, Final, Literal

import numpy as np

from shall.stats.arrays import Bools, Floats
from shall.stats.scalars import ARRAYS, Arithmetic

Kind = Literal["difference", "ratio"]
End = Literal["low", "high"]
Rates = tuple[Floats, Floats, Floats, Floats]   # p1, n1, p2, n2 of each pair
LATTICE: Final = 0.5                            # of a row: counts are whole, the normal is not
GART_NAM: Final = 1.0                           # how much of the skewness is corrected
_NONE: Final = 1e-90                            # a standard error of so little is none


def constrained(kind: Kind, rates: Any, at: Any, by: Arithmetic = ARRAYS) -> tuple[Any, Any]:
    """The likeliest rates with p1 - p2 = at, or p1 / p2 = at."""
    return _at_difference(rates, at, by) if kind == "difference" else _at_ratio(rates, at, by)


def beyond(kind: Kind, end: End, rates: Rates, at: Floats, z: float) -> Bools:
    """Whether a difference or ratio is still below the bound: rejected for ``low``, not rejected for ``high``."""
    rejected = excess(kind, end, rates, at, z) > 0
    return np.asarray(rejected if end == "low" else ~rejected)


def excess(kind: Kind, end: End, rates: Any, at: Any, z: float, by: Arithmetic = ARRAYS) -> Any:
    """By how much the score exceeds its critical value, above 0 where ``at`` is rejected: arrays, or floats."""
    p1, n1, p2, n2 = rates
    sign, times = 1.0 if end == "low" else -1.0, 1.0 if kind == "difference" else at
    distance = p1 - p2 - at if kind == "difference" else p1 - at * p2
    distance = sign * distance - LATTICE * (1 / n1 + times / n2) / 2
    r1, r2 = constrained(kind, rates, at, by)
    one, two = r1 * (1 - r1) / n1, times * times * r2 * (1 - r2) / n2
    error = by.sqrt(by.maximum(one + two, 0.0))
    some = error > _NONE
    error = by.where(some, error, 1.0)
    score = by.where(some, distance / (error * by.sqrt((n1 + n2) / (n1 + n2 - 1))),
                     by.where(distance > 0, math.inf, -math.inf))
    skew = sign * (one * (1 - 2 * r1) / n1 - two * times * (1 - 2 * r2) / n2) / (error * error * error)
    skew = by.maximum(by.where(some, skew, 0.0), -3 / max(z, 1e-9))         # beyond, the expansion turns back
    return score - z - GART_NAM * skew * (z * z - 1) / 6


def _at_difference(rates: Any, d: Any, by: Arithmetic) -> tuple[Any, Any]:
    """The root of a cubic in closed form: Farrington and Manning (1990), appendix."""
    p1, n1, p2, n2 = rates
    theta = n2 / n1
    a, both = 1 + theta, p1 + theta * p2
    b = -(a + both + d * (theta + 2)) / (3 * a)                             # each over its binomial coefficient
    c = (d * d + d * (2 * p1 + a) + both) / (3 * a)
    v = b * b * b - 1.5 * b * c - p1 * d * (1 + d) / (2 * a)
    u = by.sqrt(by.maximum(b * b - c, 0.0))
    u = by.where(v < 0, -u, u)
    u = by.where(u == 0, 1e-12, u)
    w = (math.pi + by.arccos(by.minimum(by.maximum(v / (u * u * u), -1.0), 1.0))) / 3
    first = by.minimum(by.maximum(2 * u * by.cos(w) - b, by.maximum(d, 0.0)), by.minimum(1 + d, 1.0))
    return first, by.minimum(by.maximum(first - d, 0.0), 1.0)


def _at_ratio(rates: Any, ratio: Any, by: Arithmetic) -> tuple[Any, Any]:
    """The smaller root of a quadratic: Farrington and Manning (1990), section 3."""
    p1, n1, p2, n2 = rates
    b = n1 * ratio + p1 * n1 + n2 + p2 * n2 * ratio
    c = p1 * n1 + p2 * n2
    root = by.sqrt(by.maximum(b * b - 4 * (n1 + n2) * ratio * c, 0.0))
    second = by.minimum(2 * c / (b + root), 1.0)
    return by.minimum(ratio * second, 1.0), second
