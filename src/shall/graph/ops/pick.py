"""Some columns of a value, by their places ``columns``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall.graph.kinds import Array, Fault, Kind
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many columns as are named."""
    (given,), columns = kinds, settings["columns"]
    if not columns or not all(0 <= place < given.width for place in columns):
        raise Fault(f"it takes the columns {list(columns)} of {given.width}")
    return Kind(given.what, len(columns), settings.get("values") or (given.values if given.width == 1 else None))


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """[n, columns]."""
    return values[0][:, list(settings["columns"])]


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """A Gather; nothing, where all columns stay in their places."""
    columns = settings["columns"]
    if tuple(columns) == tuple(range(kinds[0].width)):
        return inputs[0]
    return to.columns(inputs[0], columns)
