"""Numbers that are missing where they are infinite."""

from __future__ import annotations

from collections.abc import Callable
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
    return np.where(np.isinf(values[0]), np.nan, values[0])


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """A Where."""
    return to("Where", to("IsInf", inputs[0]), to.constant([[np.nan]]), inputs[0])


def back(settings: Settings, column: int) -> list[tuple[int, int, Callable[[Array], Array]]]:
    """It changes no finite number."""
    return [(0, column, lambda values: values)]
