"""Score tests of two binomial rates, for their difference and their ratio.

Miettinen and Nurminen (1985), with Gart and Nam's (1990) correction for skewness as Laud (2017) gives it:
without it bounds of unbalanced groups are wrong up to twice as often as they may be at alpha = 0.05 / 20.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np

from shall.stats.arrays import Bools, Floats

Kind = Literal["difference", "ratio"]
End = Literal["low", "high"]
Rates = tuple[Floats, Floats, Floats, Floats]   # p1, n1, p2, n2 of each pair
LATTICE: Final = 0.5                            # of a row: counts are whole, the normal is not
GART_NAM: Final = 1.0                           # how much of the skewness is corrected


def constrained(kind: Kind, rates: Rates, at: Floats) -> tuple[Floats, Floats]:
    """The likeliest rates with p1 - p2 = at, or p1 / p2 = at."""
    return _at_difference(rates, at) if kind == "difference" else _at_ratio(rates, at)


def beyond(kind: Kind, end: End, rates: Rates, at: Floats, z: float) -> Bools:
    """Whether a difference or ratio is still below the bound: rejected for ``low``, not rejected for ``high``."""
    sign = 1.0 if end == "low" else -1.0
    p1, n1, p2, n2 = rates
    times = np.ones_like(at) if kind == "difference" else at
    distance = p1 - p2 - at if kind == "difference" else p1 - times * p2
    distance = sign * distance - LATTICE * (1 / n1 + times / n2) / 2
    r1, r2 = constrained(kind, rates, at)
    one, two = r1 * (1 - r1) / n1, times**2 * r2 * (1 - r2) / n2
    error = np.sqrt(np.maximum(one + two, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        skew = sign * (one * (1 - 2 * r1) / n1 - two * times * (1 - 2 * r2) / n2) / error**3
        score = np.where(error > 0, distance / (error * np.sqrt((n1 + n2) / (n1 + n2 - 1))), np.sign(distance) * np.inf)
    skew = np.maximum(np.where(error > 0, skew, 0.0), -3 / max(z, 1e-9))    # beyond, the expansion turns back
    rejected = score > z + GART_NAM * skew * (z * z - 1) / 6
    return np.asarray(rejected if end == "low" else ~rejected)


def _at_difference(rates: Rates, d: Floats) -> tuple[Floats, Floats]:
    """The root of a cubic in closed form: Farrington and Manning (1990), appendix."""
    p1, n1, p2, n2 = rates
    theta = n2 / n1
    a = 1 + theta
    b = -(1 + theta + p1 + theta * p2 + d * (theta + 2))
    c = d * d + d * (2 * p1 + theta + 1) + p1 + theta * p2
    e = -p1 * d * (1 + d)
    v = b**3 / (3 * a) ** 3 - b * c / (6 * a * a) + e / (2 * a)
    u = np.sign(v) * np.sqrt(np.maximum(b * b / (3 * a) ** 2 - c / (3 * a), 0))
    u = np.where(u == 0, 1e-12, u)
    w = (np.pi + np.arccos(np.clip(v / u**3, -1, 1))) / 3
    first = np.clip(2 * u * np.cos(w) - b / (3 * a), np.maximum(d, 0), np.minimum(1 + d, 1))
    return first, np.clip(first - d, 0, 1)


def _at_ratio(rates: Rates, ratio: Floats) -> tuple[Floats, Floats]:
    """The smaller root of a quadratic: Farrington and Manning (1990), section 3."""
    p1, n1, p2, n2 = rates
    b = -(n1 * ratio + p1 * n1 + n2 + p2 * n2 * ratio)
    c = p1 * n1 + p2 * n2
    root = np.sqrt(np.maximum(b * b - 4 * (n1 + n2) * ratio * c, 0))
    second = np.clip(2 * c / (-b + root), 0, 1)
    return np.clip(ratio * second, 0, 1), second
