"""What several methods say in a graph: the same steps as in numpy, as values of `shall.graph`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.graph import Value, stack
from shall.graph.value import value_of
from shall.methods.task import Floats

LARGEST: Final = float(np.finfo(np.float64).max)


def elementwise(function: str, x: Value) -> Value:
    """exp, log, absolute, ... of each number."""
    return Value("elementwise", (x,), {"function": function}, x.names)


def chosen(condition: Value, this: Value | Floats | float, other: Value | Floats | float) -> Value:
    """numpy's `where`."""
    return Value("where", (condition, value_of(this), value_of(other)), {})


def number(truth: Value) -> Value:
    """1 and 0."""
    return Value("cast", (truth,), {})


def total(x: Value) -> Value:
    """The sum of the columns."""
    return Value("reduce", (x,), {"function": "sum"})


def most(x: Value) -> Value:
    """The largest of the columns."""
    return Value("reduce", (x,), {"function": "max"})


def finite(x: Value) -> Value:
    """Missing where it is infinite."""
    return Value("finite", (x,), {}, x.names)


def clipped(x: Value, low: float, high: float) -> Value:
    """numpy's `clip`; what is missing stays missing."""
    return Value("clip", (x,), {"low": low, "high": high}, x.names)


def maximum(x: Value, least: float) -> Value:
    """numpy's `maximum`."""
    return Value("arithmetic", (x, value_of(least)), {"function": "maximum"})


def logs(p: Value, edge: float) -> Value:
    """log p, finite at 0."""
    return elementwise("log", clipped(p, edge, 1.0))


def logit(p: Value, edge: float) -> Value:
    """log(p / (1 - p)), finite at 0 and 1."""
    inside = clipped(p, edge, 1 - edge)
    return elementwise("log", inside) - elementwise("log1p", -inside)


def expit(x: Value) -> Value:
    """1 / (1 + exp(-x)), without overflow."""
    small = elementwise("exp", -elementwise("absolute", x))
    return chosen(x >= 0.0, 1.0, small) / (1.0 + small)


def both(x: Value) -> Value:
    """[2]: the probabilities of two classes from the logit of the second."""
    return stack(expit(-x), expit(x))


def shared(odds: Value) -> Value:
    """Columns that are made to add up to 1."""
    return odds / total(odds)


def softmax(margins: Value) -> Value:
    """As many numbers that add up to 1."""
    return Value("softmax", (margins,), {})


def probabilities(margins: Value) -> Value:
    """[classes] from margins [classes], or [1] of two classes."""
    if margins.kind.width > 1:
        return softmax(margins)
    return both_of(elementwise("sigmoid", margins))


def both_of(second: Value) -> Value:
    """[2]: the probabilities of two classes from that of the second."""
    return stack(1.0 - second, second)


def affine(x: Value, weight: NDArray[Any], bias: NDArray[Any]) -> Value:
    """X @ weight [p, q] + bias [q]."""
    return Value("linear", (x,), {"weight": np.ascontiguousarray(weight, dtype=np.float64),
                                  "bias": np.ascontiguousarray(bias, dtype=np.float64)})


def told_apart(x: Value, codes: Mapping[int, Sequence[int]]) -> Value:
    """1 where a column has a code, else 0: of each column (by its place) one for each of its codes."""
    owner = [place for place, some in codes.items() for _ in some]
    wanted = np.array([code for some in codes.values() for code in some], dtype=np.float64)
    return number(x[:, owner] == wanted)


def entry(code: Value, table: Floats) -> Value:
    """The row [w] of a table [k + 1, w] that a code names; the last one for what is none."""
    return Value("entry", (code,), {"table": np.ascontiguousarray(table, dtype=np.float64)})


def interpolated(x: Value, at: Sequence[float] | Floats, values: Sequence[float] | Floats) -> Value:
    """numpy's `interp`."""
    return Value("interpolate", (x,), {"at": np.array(at, dtype=np.float64),
                                       "values": np.array(values, dtype=np.float64)})


def codes(texts: Value, values: Sequence[Sequence[str]]) -> Value:
    """The place of each text among those of its column; missing where it is none."""
    places = tuple(np.arange(len(some), dtype=np.float64) for some in values)
    return Value("codes", (texts,), {"categories": tuple(map(tuple, values)), "codes": places, "unknown": float("nan"),
                                     "missing": float("nan")})
