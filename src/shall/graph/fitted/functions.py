"""scikit-learn's FunctionTransformer, where its function is one of numpy's that a graph has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from shall.graph.columns import Columns
from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import beside, columns, numbers, refused
from shall.graph.value import Value

CLASSES: Final = ("sklearn.FunctionTransformer",)
NAMED: Final[Mapping[Any, str]] = {
    np.log: "log", np.log1p: "log1p", np.exp: "exp", np.expm1: "expm1", np.sqrt: "sqrt", np.square: "square",
    np.abs: "absolute", np.fabs: "absolute", np.sign: "sign", np.floor: "floor", np.ceil: "ceil", np.rint: "round",
    np.tanh: "tanh", np.negative: "negative", np.reciprocal: "reciprocal"}
MADE: Final[Mapping[Any, Callable[[Value], Value]]] = {
    np.log2: lambda x: n.log(x) / float(np.log(2.0)), np.log10: lambda x: n.log(x) / float(np.log(10.0)),
    np.exp2: lambda x: n.power(2.0, x), np.isnan: lambda x: n.number(x.isna(), x), np.positive: lambda x: x}


def transform(fitted: Any, x: Given) -> Value:
    """float64[n, p]."""
    if fitted.func is None:
        return beside(columns(fitted, x)) if isinstance(x, Columns) else x
    return applied(fitted, fitted.func, fitted.kw_args, numbers(fitted, x))


def applied(fitted: Any, function: Any, options: Any, value: Value) -> Value:
    """A function of numpy on each number. InputError where it is another one, or has options."""
    if function is None:
        return value
    if not options and isinstance(function, np.ufunc):
        if function in NAMED:
            return n.elementwise(NAMED[function], value)
        if function in MADE:
            return MADE[function](value)
    raise refused(fitted, f"calls {getattr(function, '__name__', function)!r}, which is Python",
                  f"a graph knows numpy's {', '.join(sorted(one.__name__ for one in (*NAMED, *MADE)))}; write others "
                  "as nodes of the graph, or as @graph.function")
