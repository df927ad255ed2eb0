"""Whether a value is one of ``values``, texts or numbers; None stands for a missing text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from shall.graph.kinds import MISSING, Array, Fault, Kind
from shall.graph.node import Settings
from shall.graph.ops._categories import known

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many truths. A text that the column never was in training is a fault."""
    given, values = kinds[0], settings["values"]
    if not len(values):
        raise Fault("it is given no values")
    if given.what == "text" and not all(value is None or isinstance(value, str) for value in values):
        raise Fault(f"it compares texts with {_first_not(values, str)!r}", "say it as text, or the input as number")
    if given.what != "text" and not all(_number(value) for value in values):
        raise Fault(f"it compares {given} with {_first_not(values, int | float | np.number)!r}",
                    "say numbers; of what is missing ask by isna()")
    if given.what == "text":
        known(given, [value for value in values if value is not None])
    return Kind("truth", given.width)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """bool[n, width]."""
    return np.isin(values[0], _keys(settings, values[0].dtype.kind in "UO"))


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """Equal for one value, a table for several."""
    text = kinds[0].what == "text"
    keys = _keys(settings, text)
    x = to.cast(inputs[0], np.float64) if kinds[0].what == "truth" else inputs[0]
    if len(keys) == 1:
        return to("Equal", x, to.constant(keys.reshape(1, 1)))
    dtype = np.int64 if text else np.float64
    found = to("LabelEncoder", x, keys_tensor=keys, values_tensor=np.ones(len(keys), dtype),
               default_tensor=np.zeros(1, dtype))
    return to.cast(found, np.bool_)


def jumps(settings: Settings, width: int) -> Mapping[int, Sequence[float]]:
    """At each value that is a number."""
    numbers = [float(value) for value in settings["values"] if _number(value)]
    return dict.fromkeys(range(width), numbers) if numbers else {}


def _keys(settings: Settings, text: bool) -> Array:
    if text:
        return np.array(sorted({MISSING if value is None else value for value in settings["values"]}), dtype=object)
    return np.unique(np.asarray(settings["values"], dtype=np.float64))


def _number(value: Any) -> bool:
    return isinstance(value, int | float | np.number)


def _first_not(values: Sequence[Any], what: Any) -> Any:
    return next(value for value in values if not isinstance(value, what))
