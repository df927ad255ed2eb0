"""The same for every row: ``value`` float64, bool or text [width]; one row, which counts for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall.graph.kinds import Array, Fault, Kind
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """Numbers, truths or texts."""
    value = settings["value"]
    if not len(value):
        raise Fault("it is given no number")
    if value.dtype.kind == "U":
        return Kind("text", len(value), (str(value[0]),) if len(value) == 1 else None)
    return Kind("truth" if value.dtype.kind == "b" else "number", len(value))


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """[1, width]."""
    return settings["value"].reshape(1, -1)  # type: ignore[no-any-return]


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """An initialiser."""
    return to.constant(settings["value"].reshape(1, -1))
