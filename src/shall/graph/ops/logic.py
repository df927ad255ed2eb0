"""Truths put together: ``function`` and, or, xor or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, broadcast
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

FUNCTIONS: Final[dict[str, tuple[int, Any, str]]] = {
    "and": (2, np.logical_and, "And"), "or": (2, np.logical_or, "Or"), "xor": (2, np.logical_xor, "Xor"),
    "not": (1, np.logical_not, "Not")}


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """Truths, as wide as the wider one."""
    if settings["function"] not in FUNCTIONS or FUNCTIONS[settings["function"]][0] != len(kinds):
        raise Fault(f"there is no {settings['function']} of {len(kinds)} truths", ", ".join(FUNCTIONS))
    for one in kinds:
        if one.what != "truth":
            raise Fault(f"it takes truths, and gets {one}", "compare it first: (a > 1) & (b < 2), with brackets")
    return Kind("truth", broadcast(kinds))


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """bool[n, width]."""
    return np.asarray(FUNCTIONS[settings["function"]][1](*values))


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """The operator of that name."""
    return to(FUNCTIONS[settings["function"]][2], *inputs)
