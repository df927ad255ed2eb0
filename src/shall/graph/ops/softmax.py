"""Shares that add up to 1: exp(x - max) over its sum, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import Array, Kind, wanted
from shall.graph.node import Settings
from shall.graph.ops import _steady
from shall.graph.ops import reduce as columns

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many numbers."""
    wanted(kinds, "number")
    return Kind("number", kinds[0].width)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, width]."""
    with np.errstate(all="ignore"):
        powers = np.exp(values[0] - values[0].max(axis=1, keepdims=True, initial=-np.inf))
        return np.asarray(powers / columns.run((powers,), {"function": "sum"}))


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """In steps: the operator Softmax gives other bits in another place of a batch."""
    away = to("Sub", inputs[0], to("ReduceMax", inputs[0], to.constant([1], np.int64), keepdims=1))
    powers = _steady.function(to, "Exp", away, kinds[0].width)
    return to("Div", powers, columns.emit(to, (powers,), {"function": "sum"}, kinds))
