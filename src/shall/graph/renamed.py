"""What a graph has in place of a function of numpy or Python, for whoever calls that on a value of it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from shall.core.errors import InputError

# numpy's operators: the same, and the method of the right value where an array stands on the left
OPERATORS: Final[Mapping[str, tuple[Callable[[Any, Any], Any], str]]] = {
    "add": (operator.add, "__radd__"), "subtract": (operator.sub, "__rsub__"),
    "multiply": (operator.mul, "__rmul__"), "divide": (operator.truediv, "__rtruediv__"),
    "power": (operator.pow, "__rpow__"), "less": (operator.lt, "__gt__"), "less_equal": (operator.le, "__ge__"),
    "greater": (operator.gt, "__lt__"), "greater_equal": (operator.ge, "__le__"), "equal": (operator.eq, "__eq__"),
    "not_equal": (operator.ne, "__ne__"), "bitwise_and": (operator.and_, "__and__"),
    "bitwise_or": (operator.or_, "__or__"),
}
SAME: Final = frozenset({
    "absolute", "argmax", "average", "ceil", "clip", "exp", "expm1", "floor", "interp", "log", "log1p", "maximum",
    "mean", "minimum", "rint", "searchsorted", "sign", "sqrt", "square", "stack", "tanh", "where"})
OTHER: Final[Mapping[str, str]] = {
    "abs": "absolute", "fabs": "absolute", "around": "rint", "round": "rint", "isnan": "isna", "fmax": "maximum",
    "fmin": "minimum", "sum": "total", "max": "largest", "amax": "largest", "min": "smallest", "amin": "smallest",
    "select": "switch", "piecewise": "switch", "digitize": "searchsorted", "column_stack": "stack", "hstack": "stack",
    "concatenate": "stack",
}
SPELT: Final[Mapping[str, str]] = {
    "isin": "x.isin([…])", "logical_and": "this & that", "logical_or": "this | that", "logical_not": "~this",
    "invert": "~this", "negative": "-x", "%": "x - y * g.floor(x / y)", "remainder": "x - y * g.floor(x / y)",
    "//": "g.floor(x / y)", "floor_divide": "g.floor(x / y)", "log2": "g.log(x) / math.log(2)",
    "log10": "g.log(x) / math.log(10)", "nan_to_num": "g.where(g.isna(x), 0, x)",
}
KNOWN: Final = "a value in a graph is known only when rows come"
IMPORTED: Final = "with `from shall import graph as g`"


def instead(name: str) -> str:
    """What to write in place of a function of numpy, or an operator."""
    if name in SPELT:
        return f"write {SPELT[name]}, {IMPORTED}" if "g." in SPELT[name] else f"write {SPELT[name]}"
    if name in SAME or name in OTHER:
        return f"write g.{OTHER.get(name, name)}(…), {IMPORTED}"
    return "write it by the functions of shall.graph, or by @graph.function"


def refused(said: str, name: str) -> InputError:
    """The error for a function that a graph does not have; ``said`` is how it was called."""
    return InputError(f"{KNOWN}, and {said} cannot take it: {instead(name)}")
