"""The second value where the first, a truth, holds; else the third. Numbers, texts or truths.

The sign of a zero may be lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, broadcast, wanted
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As wide as the widest."""
    condition, this, that = kinds
    if condition.what != "truth":
        raise Fault(f"its condition is {condition}, and no truth", "compare it: where(x > 0, this, that)")
    wanted((this, that), this.what)
    known = this.values is not None and that.values is not None and broadcast(kinds) == 1
    values = tuple(dict.fromkeys((*(this.values or ()), *(that.values or ())))) if known else None
    return Kind(this.what, broadcast(kinds), values)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """[n, width]."""
    return np.where(*values)


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """A Where; of truths, what it means in logic."""
    condition, this, that = inputs
    if kinds[1].what != "truth":
        return to("Where", condition, this, that)
    return to("Or", to("And", condition, this), to("And", to("Not", condition), that))


def back(settings: Settings, column: int) -> list[tuple[int, int, Callable[[Array], Array]]]:
    """What is chosen is not changed."""
    return [(given, column, lambda values: values) for given in (1, 2)]
