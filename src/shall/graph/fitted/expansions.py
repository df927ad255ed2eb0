"""scikit-learn's PolynomialFeatures and SplineTransformer: several columns of one."""

from __future__ import annotations

from math import factorial
from typing import Any, Final

import numpy as np

from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import beside, name, numbers, refused
from shall.graph.kinds import Array
from shall.graph.value import Value

CLASSES: Final = ("sklearn.PolynomialFeatures", "sklearn.SplineTransformer")


def transform(fitted: Any, x: Given) -> Value:
    """float64[n, all terms]."""
    value = numbers(fitted, x)
    return _polynomial(fitted, value) if name(fitted) == "PolynomialFeatures" else _spline(fitted, value)


def _polynomial(fitted: Any, value: Value) -> Value:
    """By degree; the terms of one degree are products of terms of the one below and a column, as it multiplies them."""
    powers = np.asarray(fitted.powers_)
    places = {tuple(one): place for place, one in enumerate(powers.tolist())}
    made: dict[tuple[int, ...], Value] = {}
    for degree in range(int(powers.sum(axis=1).max(initial=0)) + 1):
        some = [one for one in _needed(powers) if sum(one) == degree]
        block = _terms(some, value, made, degree)
        made |= {one: block[:, place] if len(some) > 1 else block for place, one in enumerate(some)}
    return beside([made[one] for one in sorted(places, key=places.__getitem__)])


def _terms(some: list[tuple[int, ...]], value: Value, made: dict[tuple[int, ...], Value], degree: int) -> Value:
    if degree == 0:
        return n.everywhere(value, np.ones(1))
    firsts = [next(place for place, power in enumerate(one) if power) for one in some]
    columns = value[:, firsts]
    if degree == 1:
        return columns
    below = [made[tuple(power - (at == first) for at, power in enumerate(one))]
             for one, first in zip(some, firsts, strict=True)]
    return beside(below) * columns


def _needed(powers: Array) -> list[tuple[int, ...]]:
    """The terms, and those that they are made of."""
    found: dict[tuple[int, ...], None] = {}
    for one in powers.tolist():
        while tuple(one) not in found:
            found[tuple(one)] = None
            first = next((place for place, power in enumerate(one) if power), None)
            if first is not None:
                one[first] -= 1
    return list(found)


def _spline(fitted: Any, value: Value) -> Value:
    if fitted.extrapolation == "linear" and fitted.degree <= 1 and value.kind.width > 1:
        raise refused(fitted, "of degree 0 or 1 goes on linearly from other knots in every further column, which is a "
                      "fault of scikit-learn", "take a degree of 2 or more, or one column each")
    parts = [_basis(fitted, spline, value[:, place] if value.kind.width > 1 else value)
             for place, spline in enumerate(fitted.bsplines_)]
    return beside(parts)


def _basis(fitted: Any, spline: Any, x: Value) -> Value:
    """float64[n, splines]: a polynomial on each interval, about its left end."""
    knots = np.unique(np.asarray(spline.t)[spline.k:len(spline.t) - spline.k])
    low, high = float(knots[0]), float(knots[-1])
    kept = spline.c.shape[1] - (0 if fitted.include_bias else 1)
    inside = _inside(fitted, x, low, high)
    starts = knots[:-1] if len(knots) > 1 else knots
    terms = [np.stack([np.asarray(spline(at, nu=power))[:kept] for at in starts]) / factorial(power)
             for power in range(spline.k + 1)]
    rows = np.column_stack([starts, *terms])
    piece = n.entry(n.bins(inside, (starts[1:],)), np.vstack([rows, np.full(rows.shape[1:], np.nan)]))
    away = inside - piece[:, 0]
    said = piece[:, [1 + kept * spline.k + at for at in range(kept)]]
    for power in reversed(range(spline.k)):
        said = said * away + piece[:, [1 + kept * power + at for at in range(kept)]]
    return _outside(fitted, spline, x, said, (low, high))


def _inside(fitted: Any, x: Value, low: float, high: float) -> Value:
    """Where the splines are asked."""
    if fitted.extrapolation == "periodic":
        turns = (x - low) / (high - low)
        return x - n.elementwise("floor", turns) * (high - low)
    return n.clip(x, low, high) if fitted.extrapolation in ("constant", "linear") else x


def _outside(fitted: Any, spline: Any, x: Value, said: Value, ends: tuple[float, float]) -> Value:
    kept, (low, high) = said.kind.width, ends
    if fitted.extrapolation == "linear":
        first, last = (np.asarray(spline(at, nu=1))[:kept] for at in ends)
        said = n.where(x < low, said + (x - low) * first, n.where(x > high, said + (x - high) * last, said))
    if fitted.extrapolation == "error":
        said = n.unless((x < low) | (x > high), said)
    zeros = getattr(fitted, "handle_missing", "error") == "zeros"
    return n.where(x.isna(), 0.0 if zeros else np.nan, said)
