"""The steps that fitted objects are made of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from shall.core.errors import InputError
from shall.graph.fitted._given import beside, text
from shall.graph.forest import Forest
from shall.graph.kinds import Array
from shall.graph.numeric import absolute, clip, elementwise, exp, log, relu, sigmoid, softmax, sqrt, tanh, where
from shall.graph.value import Value, value_of

__all__ = ["absolute", "clip", "elementwise", "exp", "log", "relu", "sigmoid", "softmax", "sqrt", "tanh", "where"]


def affine(x: Value, weight: Array, bias: Array) -> Value:
    """X @ weight + bias; weight float64[p, q], bias float64[q]."""
    return Value("linear", (x,), {"weight": np.ascontiguousarray(weight, dtype=np.float64),
                                  "bias": np.ascontiguousarray(bias, dtype=np.float64)})


def constant(values: Array) -> Value:
    """The same for every row."""
    return value_of(values)


def unless(condition: Value, value: Value) -> Value:
    """Missing where the condition holds."""
    return where(condition, np.nan, value)


def absent(x: Value) -> Value:
    """Whether a number of the row is missing."""
    return total(x * 0.0 if x.kind.width > 1 else x).isna()


def number(truth: Value, named: Value) -> Value:
    """A truth as 1 or 0, with the names of another value."""
    return Value("cast", (truth,), {}, named.names)


def power(base: Any, exponent: Any) -> Value:
    """One number to the power of another."""
    return Value("arithmetic", (value_of(base), value_of(exponent)), {"function": "power"})


def _reduced(function: str, x: Value) -> Value:
    return Value("reduce", (x,), {"function": function})


def total(x: Value) -> Value:
    """The sum of the columns."""
    return _reduced("sum", x) if x.kind.width > 1 else x


def highest(x: Value) -> Value:
    """The largest of the columns."""
    return _reduced("max", x)


def summed(parts: Sequence[Value]) -> Value:
    """One after the other, as a loop adds them."""
    return reduce(lambda one, other: one + other, parts)


def two(p: Value) -> Value:
    """1 - p and p."""
    return beside([1.0 - p, p])


def normalised(x: Value) -> Value:
    """The columns over their sum; all the same where it is 0."""
    whole = total(x)
    return where(whole == 0.0, 1.0 / x.kind.width, x / whole)


def single(x: Value) -> Value:
    """The nearest float32."""
    return Value("single", (x,), {}, x.names)


def trees(x: Value, forest: Forest, divisor: float | None = None) -> Value:
    """The sum of the trees, over a divisor."""
    return Value("trees", (x,), {**forest.settings(), **({} if divisor is None else {"divisor": divisor})})


def interpolated(x: Value, at: Array, values: Array) -> Value:
    """A line through points."""
    return Value("interpolate", (x,), {"at": at, "values": values})


def bins(x: Value, edges: tuple[Array, ...]) -> Value:
    """How many edges of its column are at most a number."""
    return Value("bins", (x,), {"edges": edges, "side": "right"})


def entry(code: Value, rows: Array) -> Value:
    """The row of a table that a code names; the last one for what is no code."""
    return Value("entry", (code,), {"table": rows})


def everywhere(x: Value, values: Array) -> Value:
    """The same for every row of x."""
    column = x[:, 0] if x.kind.width > 1 else x
    return where(column.isna(), values, values)


def filled(x: Value, by: str) -> Value:
    """Texts, and another one in place of what is missing."""
    return Value("filled", (x,), {"text": by}, x.names)


def decided(classes: Any, score: Value, above: float = 0.0, at_least: bool = False) -> Value:
    """The class: of one score by a threshold, of several the first that is largest. Missing where a score is."""
    if score.kind.width == 1 and len(classes) == 1:
        code = score * 0.0
    elif score.kind.width == 1:
        over = score >= above if at_least else score > above
        code = unless(score.isna(), number(over, over))
    else:
        code = unless(total(score).isna(), _reduced("argmax", score))
    return labelled(code, classes)


def labelled(code: Value, classes: Any) -> Value:
    """The class of a code: text, or a number."""
    names = [one.item() if isinstance(one, np.generic) else one for one in classes]
    if all(text(one) for one in names):
        return Value("label", (code,), {"texts": tuple(names)})
    if not all(isinstance(one, bool | int | float) for one in names):
        raise InputError(f"its classes are {names[:3]}, neither text nor numbers: fit it on one of both")
    return Value("entry", (code,), {"table": np.array([*(float(one) for one in names), np.nan])[:, None]})


def coded(classes: Value, known: Any) -> Value:
    """The code of a class, from the class."""
    rows = np.arange(len(known), dtype=np.float64)[:, None]
    keys = [one.item() if isinstance(one, np.generic) else one for one in known]
    return table(classes, keys, rows, unknown=np.full(1, np.nan), missing=np.full(1, np.nan))


def relabelled(classes: Value, given: Any, wanted: Any) -> Value:
    """Other names for the same classes, where they have others."""
    same = np.asarray(given).tolist() == np.asarray(wanted).tolist()
    return classes if same else labelled(coded(classes, given), wanted)


def codes(x: Value, known: Sequence[Sequence[Any]], told: Sequence[Array], *, unknown: Array, missing: Array) -> Value:
    """A number for each category of each column; others for what is none, and for what is missing."""
    return Value("codes", (x,), {"categories": _keys(known), "codes": tuple(told), "unknown": unknown,
                                 "missing": missing}, x.names)


def one_hot(x: Value, categories: Sequence[Sequence[Any]]) -> Value:
    """A column for each category of each column."""
    return Value("one_hot", (x,), {"categories": _keys(categories)})


def _keys(known: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    return tuple(tuple(one) if text(one[0]) else np.array([float(each) for each in one]) for one in known)


def table(x: Value, known: Sequence[Any], rows: Array, *, unknown: Array, missing: Array) -> Value:
    """float64[n, w]: the row of each category [k, w]; other rows for what is none, and for what is missing."""
    if not len(known):
        return where(x.isna(), missing, unknown)
    keys = tuple(known) if text(known[0]) else np.array([float(one) for one in known])
    return Value("lookup", (x,), {"keys": keys, "table": rows, "default": unknown, "missing": missing})
