"""Numbers of a graph, by the names that numpy has for them."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from shall.core.errors import InputError
from shall.graph.columns import stack
from shall.graph.value import Value, counted, value_of


def elementwise(function: str, x: Value) -> Value:
    """A function of one number at a time, by its name in `ops/elementwise.py`."""
    return Value("elementwise", (x,), {"function": function}, x.names)


def exp(x: Value) -> Value:
    """e to the power of x."""
    return elementwise("exp", x)


def expm1(x: Value) -> Value:
    """exp(x) - 1, right to the last digits for small x, too."""
    return elementwise("expm1", x)


def log(x: Value) -> Value:
    """The natural logarithm; missing below 0."""
    return elementwise("log", x)


def log1p(x: Value) -> Value:
    """log(1 + x), right to the last digits for small x, too."""
    return elementwise("log1p", x)


def sqrt(x: Value) -> Value:
    """The square root; missing below 0."""
    return elementwise("sqrt", x)


def square(x: Value) -> Value:
    """x times x."""
    return elementwise("square", x)


def absolute(x: Value) -> Value:
    """Without its sign."""
    return elementwise("absolute", x)


def sign(x: Value) -> Value:
    """-1, 0 or 1."""
    return elementwise("sign", x)


def ceil(x: Value) -> Value:
    """The next whole number above."""
    return elementwise("ceil", x)


def rint(x: Value) -> Value:
    """The nearest whole number; of two, the even one."""
    return elementwise("round", x)


def sigmoid(x: Value) -> Value:
    """1 / (1 + exp(-x))."""
    return elementwise("sigmoid", x)


def tanh(x: Value) -> Value:
    """The hyperbolic tangent."""
    return elementwise("tanh", x)


def relu(x: Value) -> Value:
    """The larger of x and 0."""
    return elementwise("relu", x)


def softmax(x: Value) -> Value:
    """exp(x) over its sum, row by row."""
    return Value("softmax", (x,), {}, x.names)


def minimum(one: Any, other: Any) -> Value:
    """The smaller of both; missing where one is missing."""
    return _two("minimum", one, other)


def maximum(one: Any, other: Any) -> Value:
    """The larger of both; missing where one is missing."""
    return _two("maximum", one, other)


def clip(x: Value, low: Any = None, high: Any = None) -> Value:
    """Held within limits: a number, one a column, or None."""
    limits = [None if one is None else np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in (low, high)]
    return Value("clip", (x,), {"low": limits[0], "high": limits[1]}, x.names)


def where(condition: Value, this: Any, that: Any) -> Value:
    """``this`` where the condition holds, else ``that``: values of a graph, numbers, or both texts."""
    values = [value_of(condition), *(_either(one) for one in (this, that))]
    return Value("where", values, {}, next((one.names for one in values[1:] if one.names), ()))


def number(truth: Value) -> Value:
    """Truths as 1 and 0; a number as it is."""
    return truth if truth.kind.what == "number" else Value("cast", (truth,), {}, truth.names)


def isna(x: Value) -> Value:
    """Whether a number or a text is missing."""
    return x.isna()


def interp(x: Value, at: Any, values: Any) -> Value:
    """A line through the points ``at`` and ``values``; beyond the first and the last it stays, as numpy's `interp`."""
    points = [np.asarray(one, dtype=np.float64) for one in (at, values)]
    return Value("interpolate", (x,), {"at": points[0], "values": points[1]}, x.names)


def searchsorted(edges: Any, x: Value, side: str = "left") -> Value:
    """Which bin of ascending edges a number is in."""
    every = tuple(np.asarray(edges, dtype=np.float64) for _ in range(x.kind.width))
    return Value("bins", (x,), {"edges": every, "side": side}, x.names)


def argmax(x: Value) -> Value:
    """The place of the largest column, the first of several."""
    return _reduced("argmax", x)


def total(*values: Any) -> Value:
    """The sum of several values, column by column; of one value, of its columns."""
    if len(values) == 1:
        return _reduced("sum", values[0])
    return reduce(lambda one, other: _two("add", one, other), values[1:], value_of(values[0]))


def largest(*values: Any) -> Value:
    """The largest of several values, column by column; of one value, of its columns."""
    return _reduced("max", values[0]) if len(values) == 1 else reduce(maximum, values)


def smallest(*values: Any) -> Value:
    """The smallest of several values, column by column; of one value, of its columns."""
    return _reduced("min", values[0]) if len(values) == 1 else reduce(minimum, values)


def mean(*values: Any) -> Value:
    """The mean of several values, column by column; of one value, of its columns."""
    return _reduced("mean", values[0]) if len(values) == 1 else total(*values) / float(len(values))


def average(values: Any, weights: Any) -> Value:
    """The weighted mean of several values, column by column. InputError for weights that are none."""
    given, weight = list(values), np.asarray(weights, dtype=np.float64)
    if weight.shape != (len(given),) or not (weight >= 0).all() or not weight.sum() > 0:
        raise InputError(f"average takes a weight of 0 or more for each of {len(given)} values, and not all of them 0: "
                         f"it is given {weight.tolist()}")
    share = weight / weight.sum()
    if all(one.kind.width == 1 and one.kind.what == "number" for one in given):
        return Value("linear", (stack(*given),), {"weight": share[:, None], "bias": np.zeros(1)})
    return total(*(one * float(part) for one, part in zip(given, share, strict=True)))


def _two(function: str, one: Any, other: Any) -> Value:
    values = counted(value_of(one), value_of(other))
    names = {value.names for value in values if value.op != "constant"}
    return Value("arithmetic", values, {"function": function}, names.pop() if len(names) == 1 else ())


def _reduced(function: str, x: Value) -> Value:
    return Value("reduce", (x,), {"function": function})


def _either(given: Any) -> Value:
    return Value("constant", (), {"value": np.array([given])}) if isinstance(given, str) else value_of(given)
