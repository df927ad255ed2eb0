"""An affine map of numbers: X @ ``weight`` + ``bias``; weight float64[p, q], bias float64[q]."""

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
    if weight.ndim != 2 or len(weight) != kinds[0].width or bias.shape != weight.shape[1:]:
        raise Fault(f"its weights are for {len(weight)} columns, and it is given {kinds[0].width}",
                    "give it the columns that it was fitted on")
    return Kind("number", weight.shape[1])


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, q]."""
    return np.asarray(values[0] @ settings["weight"] + settings["bias"])


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """A Gemm."""
    return to("Gemm", inputs[0], to.constant(settings["weight"]), to.constant(settings["bias"]))
