"""What a graph calls that for which numpy and Python have another name: for whoever calls numpy on its values."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

# numpy's operators come here where an array stands on the left
OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv,
    "power": operator.pow, "less": operator.lt, "less_equal": operator.le, "greater": operator.gt,
    "greater_equal": operator.ge, "equal": operator.eq, "not_equal": operator.ne, "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
}
SAME: Final = frozenset("""
    absolute argmax average ceil clip exp expm1 floor interp log log1p maximum mean minimum rint searchsorted sign sqrt
    square stack tanh where
""".split())
OTHER: Final[Mapping[str, str]] = {
    "abs": "absolute", "fabs": "absolute", "around": "rint", "round": "rint", "isnan": "isna", "fmax": "maximum",
    "fmin": "minimum", "sum": "total", "nansum": "total", "max": "largest", "amax": "largest", "min": "smallest",
    "amin": "smallest", "select": "where", "choose": "switch", "digitize": "searchsorted", "column_stack": "stack",
    "hstack": "stack", "concatenate": "stack", "isin": "isin", "piecewise": "where",
}
SPELT: Final[Mapping[str, str]] = {
    "isin": "x.isin([…])", "logical_and": "this & that", "logical_or": "this | that", "logical_not": "~this",
    "negative": "-x", "remainder": "x - y * g.floor(x / y)", "mod": "x - y * g.floor(x / y)",
    "floor_divide": "g.floor(x / y)", "log2": "g.log(x) / math.log(2)", "log10": "g.log(x) / math.log(10)",
    "nan_to_num": "g.where(g.isna(x), 0, x)",
}


def instead(name: str) -> str:
    """What to write in place of a function of numpy."""
    if name in SPELT:
        return f"write {SPELT[name]}"
    found = name if name in SAME else OTHER.get(name)
    if found is None:
        return "write it by the functions of shall.graph, or by @g.function"
    return f"write g.{found}(…), with `from shall import graph as g`"
