"""Where a function of one float turns from positive to negative."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

_NEAR: Final = 1e-15                        # as close as a root is found
_FIRST: Final = 1e-3                        # the first step from where it is thought to be
_GROWTH: Final = 8.0
Function = Callable[[float], float]


def falling(function: Function, low: float, high: float, start: float) -> float:
    """The root between ``low`` and ``high`` of a function that falls; that end where it does not change its sign.

    From ``start`` steps that grow lead to both sides of it, near an end halves of what is left; then Chandrupatla
    (1997) closes in. The ends themselves are not evaluated. The function may be infinite.
    """
    at = min(max(start, low + _FIRST), high - _FIRST)
    value, step = function(at), _FIRST
    end = high if value > 0 else low
    while abs(end - at) > _NEAR:
        other = at + math.copysign(min(step, abs(end - at) / 2), end - at)
        other_value = function(other)
        if (other_value > 0) != (value > 0):
            return _between(function, (at, value), (other, other_value))
        at, value, step = other, other_value, step * _GROWTH
    return end


def _between(function: Function, one: tuple[float, float], two: tuple[float, float]) -> float:
    (a, fa), (b, fb) = one, two
    c, fc, share = a, fa, 0.5
    for _ in range(200):
        best = a if abs(fa) < abs(fb) else b
        near = (_NEAR + 2e-16 * abs(best)) / abs(b - a)
        if near > 0.5 or fa == 0:
            break
        at = a + min(max(share, near), 1 - near) * (b - a)
        value = function(at)
        if (value > 0) == (fa > 0):
            c, fc = a, fa
        else:
            c, fc, b, fb = b, fb, a, fa
        a, fa = at, value
        share = _share((a, fa), (b, fb), (c, fc))
    return a if abs(fa) < abs(fb) else b


def _share(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """How far from a to b to go next: by inverse quadratic interpolation where it is safe, else half."""
    (xa, fa), (xb, fb), (xc, fc) = a, b, c
    if not (math.isfinite(fa) and math.isfinite(fb) and math.isfinite(fc)) or fb == fa or fc in (fa, fb):
        return 0.5
    xi, phi = (xa - xb) / (xc - xb), (fa - fb) / (fc - fb)
    if not (phi * phi < xi and (1 - phi) * (1 - phi) < 1 - xi):
        return 0.5
    return fa / (fb - fa) * fc / (fb - fc) + (xc - xa) / (xb - xa) * fa / (fc - fa) * fb / (fc - fb)
