"""Numbers held within ``low`` and ``high``, as numpy's `clip`: float64[1 or width], or None. Missing stays missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, wanted
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many numbers."""
    wanted(kinds, "number")
    low, high = _limit(settings["low"]), _limit(settings["high"])
    if any(limit is not None and limit.size not in (1, kinds[0].width) for limit in (low, high)):
        raise Fault(f"it has limits of another number of columns than {kinds[0].width}")
    if any(limit is not None and np.isnan(limit).any() for limit in (low, high)):
        raise Fault("a limit of it is missing")
    if low is not None and high is not None and (low > high).any():
        raise Fault(f"its low {low} is above its high {high}", "turn them")
    return Kind("number", kinds[0].width)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, width]."""
    found, low, high = values[0], _limit(settings["low"]), _limit(settings["high"])
    found = found if low is None else np.maximum(found, low)
    return np.asarray(found if high is None else np.minimum(found, high))


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """Max and Min, which leave what is missing missing."""
    found, low, high = inputs[0], _limit(settings["low"]), _limit(settings["high"])
    found = found if low is None else to("Max", found, to.constant(low))
    return found if high is None else to("Min", found, to.constant(high))


def jumps(settings: Settings, width: int) -> Mapping[int, Sequence[float]]:
    """It bends at its limits."""
    limits = [np.broadcast_to(limit, (1, width)) for limit in map(_limit, (settings["low"], settings["high"]))
              if limit is not None]
    return {column: [float(limit[0, column]) for limit in limits] for column in range(width)}


def back(settings: Settings, column: int) -> list[tuple[int, int, Callable[[Array], Array]]]:
    """Within the limits it changes nothing."""
    return [(0, column, lambda values: values)]


def _limit(given: object) -> Array | None:
    return None if given is None else np.asarray(given, dtype=np.float64).reshape(1, -1)
