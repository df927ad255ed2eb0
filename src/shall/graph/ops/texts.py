"""The packed texts of a row: every input that is text, in the order of the graph's inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shall.graph.kinds import Array, Kind
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As wide as ``width``."""
    return Kind("text", settings["width"])


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """Never asked: they come from outside."""
    raise AssertionError("the texts of a row come from outside")


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """The input of that name."""
    return "texts"
