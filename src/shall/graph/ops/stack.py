"""Several values of one kind beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, wanted
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As wide as all of them."""
    if not kinds:
        raise Fault("it is given nothing")
    wanted(kinds, kinds[0].what)
    return Kind(kinds[0].what, sum(one.width for one in kinds))


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """[n, all columns]."""
    rows = max(len(value) for value in values)
    return np.concatenate([np.broadcast_to(value, (rows, value.shape[1])) for value in values], axis=1)


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """A Concat."""
    return inputs[0] if len(inputs) == 1 else to.beside(inputs, all(one.width == 1 for one in kinds))
