"""The text that a code names: ``texts``, of the code 0, 1, ...; missing where it is no such code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import MISSING, Array, Fault, Kind, wanted
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many texts, each one of those."""
    wanted(kinds, "number")
    if not settings["texts"] or not all(isinstance(one, str) for one in settings["texts"]):
        raise Fault("it takes codes, and a text for each")
    return Kind("text", kinds[0].width, tuple(settings["texts"]))


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """object[n, width] of str."""
    code, last = values[0], len(settings["texts"])
    known = (code >= 0) & (code < last) & (code == np.floor(code))
    return np.array([*settings["texts"], MISSING], dtype=object)[np.where(known, code, last).astype(np.int64)]


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """A LabelEncoder from numbers."""
    texts = np.array(settings["texts"], dtype=object)
    return to("LabelEncoder", inputs[0], keys_tensor=np.arange(len(texts), dtype=np.float64), values_tensor=texts,
              default_tensor=np.array([MISSING], dtype=object))
