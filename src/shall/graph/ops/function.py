"""A function that a user wrote: ``model`` is its body in ONNX, ``name`` what it is called.

The settings are those of `imported`. The body is what is kept: the graph is built again without the user's Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall.graph.kinds import Array, Kind
from shall.graph.node import Settings
from shall.graph.ops import imported

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """What the function gives."""
    return imported.kind(kinds, settings)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """[n, width]."""
    return imported.run(values, settings)


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """Its body, under other names."""
    return imported.emit(to, inputs, settings, kinds)
