"""A line through known points, as numpy's `interp`: ``at`` float64[k] ascending, ``values`` float64[k].

Before the first point and after the last it stays; missing where the number is missing.
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
    """One number."""
    wanted(kinds, "number")
    at, values = settings["at"], settings["values"]
    if kinds[0].width != 1 or not len(at) or at.shape != values.shape or (np.diff(at) < 0).any():
        raise Fault("it takes one column, and points in ascending order with a value each")
    return Kind("number")


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, 1]."""
    found = np.interp(values[0], settings["at"], settings["values"])
    return np.where(np.isnan(values[0]), np.nan, found)             # numpy gives the value of one point for it


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """Slope, point and value of the piece that a number is on, in numpy's order of operations."""
    at, lines = _pieces(settings["at"], settings["values"])
    low, high = to.constant(np.nextafter(at[:1], -np.inf)), to.constant(at[-1:])
    x = to("Min", to("Max", inputs[0], low), high)                  # beyond the points it is as on them
    pieces = emit_stairs(to, x, [Stair(0, at, lines[:, place]) for place in range(3)], "right")
    slope, start, value = to.several("Split", 3, pieces, axis=1, num_outputs=3)
    return to("Add", to("Mul", slope, to("Sub", x, start)), value)


def jumps(settings: Settings, width: int) -> Mapping[int, Sequence[float]]:
    """It bends at its points."""
    return {0: settings["at"]}


def _pieces(at: Array, values: Array) -> tuple[Array, Array]:
    """The points, of equal ones the last; and [points + 1, 3] slope, start and value, before the first one first."""
    last = np.append(at[1:] != at[:-1], True)
    at, rising, following = at[last], np.diff(values, append=values[-1:])[last], np.diff(at, append=np.inf)[last]
    lines = np.column_stack([rising / following, at, values[last]])
    first = [[0.0, at[0], values[0]]]
    return at, np.concatenate([first, lines])
