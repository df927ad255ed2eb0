"""What XGBoost makes of margins, in single precision as it does: ``function`` sigmoid, two (1 - p and p), softmax, exp.

Reference: XGBoost 3.2, src/common/math.h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, wanted
from shall.graph.node import Settings
from shall.graph.ops import _expf, reduce

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

FUNCTIONS: Final = ("sigmoid", "two", "softmax", "exp")
LARGEST: Final = float(np.float32(88.7))    # of what it takes the exp for a sigmoid
SUM: Final = {"function": "sum"}


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many numbers; of two, two."""
    wanted(kinds, "number")
    if settings["function"] not in FUNCTIONS or (settings["function"] == "two" and kinds[0].width != 1):
        raise Fault(f"there is no {settings['function']} of {kinds[0].width} margins", ", ".join(FUNCTIONS))
    return Kind("number", 2 if settings["function"] == "two" else kinds[0].width)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, width] of float32 numbers."""
    x, one = values[0], np.float32(1)
    with np.errstate(all="ignore"):
        if settings["function"] == "exp":
            return _single(_expf.run(x))
        if settings["function"] == "softmax":
            x = x.astype(np.float32)
            powers = _expf.run(x - x.max(axis=1, keepdims=True))
            total = reduce.run((powers.astype(np.float64),), SUM).astype(np.float32)
            return _single(powers / total)
        p = one / (_expf.run(np.minimum(-x, LARGEST)) + one)
        return _single(np.column_stack([one - p, p]) if settings["function"] == "two" else p)


def _single(x: Array) -> Array:
    return np.asarray(x.astype(np.float64))


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """Float operators, and Exp of doubles."""
    if settings["function"] == "exp":
        return to.cast(_expf.emit(to, inputs[0]), np.float64)
    if settings["function"] == "softmax":
        x = to.cast(inputs[0], np.float32)
        away = to("Sub", x, to("ReduceMax", x, to.constant([1], np.int64), keepdims=1))
        powers = _expf.emit(to, to.cast(away, np.float64))
        total = to.cast(reduce.emit(to, (to.cast(powers, np.float64),), SUM, kinds), np.float32)
        return to.cast(to("Div", powers, total), np.float64)
    one = to.constant([[1.0]], np.float32)
    power = _expf.emit(to, inputs[0], -1.0, LARGEST)
    p = to("Div", one, to("Add", power, one))
    p = to("Concat", to("Sub", one, p), p, axis=1) if settings["function"] == "two" else p
    return to.cast(p, np.float64)
