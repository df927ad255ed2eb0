"""Whether a number or a text is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import MISSING, Array, Fault, Kind
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many truths."""
    if kinds[0].what == "truth":
        raise Fault("a truth is never missing", "ask of what it was made of")
    return Kind("truth", kinds[0].width)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """bool[n, width]."""
    return np.asarray(values[0] == MISSING if values[0].dtype.kind in "UO" else np.isnan(values[0]), dtype=np.bool_)


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """IsNaN, or Equal."""
    if kinds[0].what == "number":
        return to("IsNaN", inputs[0])
    return to("Equal", inputs[0], to.constant(np.array([[MISSING]], dtype=object)))
