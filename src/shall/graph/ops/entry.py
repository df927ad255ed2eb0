"""The row of a table that a code names: ``table`` float64[k + 1, w]; the last row is for what is no code below k."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, wanted
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """w numbers."""
    wanted(kinds, "number")
    if kinds[0].width != 1 or settings["table"].ndim != 2 or not len(settings["table"]):
        raise Fault("it takes one column of codes, and a table of a row or more")
    return Kind("number", settings["table"].shape[1])


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, w]."""
    code, last = values[0][:, 0], len(settings["table"]) - 1
    place = np.where((code >= 0) & (code < last), code, last).astype(np.int64)
    return np.asarray(settings["table"][place])


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """A Gather of rows."""
    last = to.constant(float(len(settings["table"]) - 1))
    known = to("And", to("GreaterOrEqual", inputs[0], to.constant(0.0)), to("Less", inputs[0], last))
    place = to.cast(to("Where", known, inputs[0], last), np.int64)
    return to("Gather", to.constant(settings["table"]), to("Reshape", place, to.constant([-1], np.int64)), axis=0)
