"""Which bin a number is in, column by column, as numpy's `searchsorted`: ``edges`` of each column, ascending float64.

``side`` right counts the edges up to and with the number, left those below it. A missing number is in the last bin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, wanted
from shall.graph.node import Settings
from shall.graph.ops._stairs import Stair, emit_stairs

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many numbers."""
    wanted(kinds, "number")
    if len(settings["edges"]) != kinds[0].width or settings["side"] not in ("left", "right"):
        raise Fault(f"it has edges of {len(settings['edges'])} columns, and is given {kinds[0].width}")
    if any(not (np.diff(edges) >= 0).all() or np.isnan(edges).any() for edges in settings["edges"]):
        raise Fault("its edges do not ascend", "sort them")
    return Kind("number", kinds[0].width)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, width]."""
    found = [np.searchsorted(edges, column, side=settings["side"])
             for column, edges in zip(values[0].T, settings["edges"], strict=True)]
    return np.column_stack(found).astype(np.float64)


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """A forest of one small tree a column."""
    stairs = [Stair(column, np.asarray(edges), np.arange(len(edges) + 1, dtype=np.float64))
              for column, edges in enumerate(settings["edges"])]
    return emit_stairs(to, inputs[0], stairs, settings["side"])


def jumps(settings: Settings, width: int) -> Mapping[int, Sequence[float]]:
    """It jumps at its edges."""
    return dict(enumerate(settings["edges"]))
