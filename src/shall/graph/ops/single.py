"""The nearest number of single precision, as libraries that keep float32 look at numbers; infinite beyond its range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import Array, Kind, wanted
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many numbers."""
    wanted(kinds, "number")
    return Kind("number", kinds[0].width)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, width]."""
    with np.errstate(all="ignore"):
        return values[0].astype(np.float32).astype(np.float64)


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """Two Casts."""
    return to.cast(to.cast(inputs[0], np.float32), np.float64)
