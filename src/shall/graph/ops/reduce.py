"""All columns to one: ``function`` sum, mean, product, min, max, argmin or argmax.

Missing where one is missing; of the places, the first; a missing number counts there as the best one.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, wanted
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

FUNCTIONS: Final = ("sum", "mean", "product", "min", "max", "argmin", "argmax")
FEW: Final = 16                             # up to so many columns are taken one after the other, exactly as numpy adds
TWO: Final[dict[str, Any]] = {"sum": np.add, "mean": np.add, "min": np.minimum, "max": np.maximum}
SEVERAL: Final = {"sum": "Sum", "mean": "Sum", "min": "Min", "max": "Max"}
ALL: Final = {"sum": "ReduceSum", "mean": "ReduceSum", "min": "ReduceMin", "max": "ReduceMax"}


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """One number."""
    if settings["function"] not in FUNCTIONS:
        raise Fault(f"there is no {settings['function']} of columns", ", ".join(FUNCTIONS))
    wanted(kinds, "number")
    return Kind("number")


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, 1]."""
    x, function = values[0], settings["function"]
    with np.errstate(all="ignore"):
        if function.startswith("arg"):
            best = np.where(np.isnan(x), _best(function), x)
            return np.asarray((np.argmax if function == "argmax" else np.argmin)(best, axis=1)[:, None], np.float64)
        if function == "product":
            return np.asarray(np.prod(x, axis=1, keepdims=True))
        found = reduce(TWO[function], x.T)[:, None]
        return np.asarray(found / x.shape[1] if function == "mean" else found)


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """Columns apart and one operator of all of them; a reduction where there are many."""
    x, function, width = inputs[0], settings["function"], kinds[0].width
    if function.startswith("arg"):
        best = to("Where", to("IsNaN", x), to.constant(_best(function)), x)
        return to.cast(to("ArgMax" if function == "argmax" else "ArgMin", best, axis=1, keepdims=1), np.float64)
    if function == "product":
        return to("ReduceProd", x, to.constant([1], np.int64), keepdims=1)
    found = _together(to, x, function, width)
    return to("Div", found, to.constant(float(width))) if function == "mean" else found


def _together(to: Emitter, x: str, function: str, width: int) -> str:
    if width == 1:
        return x
    if width <= FEW:
        return to(SEVERAL[function], *to.several("Split", width, x, axis=1, num_outputs=width))
    axis = to.constant([1], np.int64)
    found = to(ALL[function], x, axis, keepdims=1)
    if function in ("sum", "mean"):
        return found
    lost = to("Where", to("IsNaN", x), x, to.constant(0.0))         # a maximum of many may forget what is missing
    return to("Add", found, to("ReduceSum", lost, axis, keepdims=1))


def _best(function: str) -> float:
    return np.inf if function == "argmax" else -np.inf
