"""Texts, and another ``text`` in place of what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import MISSING, Array, Kind, wanted
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many texts."""
    wanted(kinds, "text")
    values = kinds[0].values
    if values is not None:
        values = tuple(dict.fromkeys((*(one for one in values if one != MISSING), settings["text"])))
    return Kind("text", kinds[0].width, values)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """str[n, width]."""
    return np.where(values[0] == MISSING, np.array(settings["text"], dtype=object), values[0])


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """A Where."""
    def text(one: str) -> str:
        return to.constant(np.array([[one]], dtype=object))

    return to("Where", to("Equal", inputs[0], text(MISSING)), text(settings["text"]), inputs[0])
