"""An affine map in single precision whose terms are added one after another, as XGBoost's gblinear adds them.

``weight`` float32[p, q], ``bias`` float32[q]; a missing number, or one that is ``missing``, counts for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, wanted
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """q numbers."""
    wanted(kinds, "number")
    weight, bias = settings["weight"], settings["bias"]
    if weight.dtype != np.float32 or bias.dtype != np.float32:
        raise Fault("its weights are not of single precision")
    if weight.ndim != 2 or len(weight) != kinds[0].width or bias.shape != weight.shape[1:]:
        raise Fault(f"its weights are for {len(weight)} columns, and it is given {kinds[0].width}",
                    "give it the columns that it was fitted on")
    return Kind("number", weight.shape[1])


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, q]."""
    with np.errstate(over="ignore", invalid="ignore"):
        x = values[0].astype(np.float32)
        absent = np.isnan(x) | (x == np.float32(settings.get("missing", np.nan)))
        sums = np.tile(settings["bias"], (len(x), 1))
        for column, weights in enumerate(settings["weight"]):
            sums = np.where(absent[:, [column]], sums, sums + x[:, [column]] * weights)
    return np.asarray(sums.astype(np.float64))


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """Products and their running sum."""
    x = to.cast(inputs[0], np.float32)
    absent = to("IsNaN", x)
    if "missing" in settings:
        absent = to("Or", absent, to("Equal", x, to.constant([[settings["missing"]]], np.float32)))
    parts = [_output(to, x, absent, settings, place) for place in range(settings["weight"].shape[1])]
    return to.cast(to("Concat", *parts, axis=1) if len(parts) > 1 else parts[0], np.float64)


def _output(to: Emitter, x: str, absent: str, settings: Settings, place: int) -> str:
    weight, bias = settings["weight"][:, place], settings["bias"][place]
    zero = to.constant([[0.0]], np.float32)
    products = to("Where", absent, zero, to("Mul", x, to.constant(weight[None])))
    first = to("Slice", products, to.constant([0], np.int64), to.constant([1], np.int64), to.constant([1], np.int64))
    start = to("Where", to("IsNaN", first), to.constant([[bias]], np.float32), to.constant([[bias]], np.float32))
    sums = to("CumSum", to("Concat", start, products, axis=1), to.constant([1], np.int64))
    return to("Gather", sums, to.constant([len(weight)], np.int64), axis=1)
