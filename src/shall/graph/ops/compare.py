"""Two values compared, as numpy does: ``function`` less, less_equal, greater, greater_equal, equal or not_equal.

Nothing is less, greater or equal where a number is missing. Texts are equal or not; a missing one equals a missing one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, broadcast, wanted
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

FUNCTIONS: Final[dict[str, tuple[Any, str]]] = {
    "less": (np.less, "Less"), "less_equal": (np.less_equal, "LessOrEqual"), "greater": (np.greater, "Greater"),
    "greater_equal": (np.greater_equal, "GreaterOrEqual"), "equal": (np.equal, "Equal"),
    "not_equal": (np.not_equal, "Equal")}


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """Truths, as wide as the wider one."""
    function = settings["function"]
    if function not in FUNCTIONS or len(kinds) != 2:
        raise Fault(f"there is no {function} of {len(kinds)} values", ", ".join(FUNCTIONS))
    wanted(kinds, kinds[0].what if function in ("equal", "not_equal") else "number")
    return Kind("truth", broadcast(kinds))


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """bool[n, width]."""
    return np.asarray(FUNCTIONS[settings["function"]][0](*values), dtype=np.bool_)


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """The operator of that name; Not for not_equal."""
    found = to(FUNCTIONS[settings["function"]][1], *inputs)
    return to("Not", found) if settings["function"] == "not_equal" else found
