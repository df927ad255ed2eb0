"""Two numbers at a time, as numpy has them: ``function`` add, subtract, multiply, divide, power, minimum or maximum.

Missing where one of both is missing. Division by 0 is infinite, of 0 missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, broadcast, wanted
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

FUNCTIONS: Final[dict[str, tuple[Any, str]]] = {
    "add": (np.add, "Add"), "subtract": (np.subtract, "Sub"), "multiply": (np.multiply, "Mul"),
    "divide": (np.divide, "Div"), "power": (np.power, "Pow"), "minimum": (np.minimum, "Min"),
    "maximum": (np.maximum, "Max")}


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """Numbers, as wide as the wider one."""
    if settings["function"] not in FUNCTIONS or len(kinds) != 2:
        raise Fault(f"there is no {settings['function']} of {len(kinds)} numbers", ", ".join(FUNCTIONS))
    wanted(kinds, "number")
    return Kind("number", broadcast(kinds))


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, width]."""
    with np.errstate(all="ignore"):
        return np.asarray(FUNCTIONS[settings["function"]][0](*values))


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """The operator of that name."""
    op = FUNCTIONS[settings["function"]][1]
    return to.plus(*inputs) if op == "Add" else to(op, *inputs)
