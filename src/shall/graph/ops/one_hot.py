"""A column for each category of each column, 1 where the value is that one, else 0: ``categories`` of each column,
texts or float64. What is no category is 0 everywhere. A missing number is equal to a category that is missing (NaN).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import Array, Kind
from shall.graph.node import Settings
from shall.graph.ops._categories import edges, fitting, numbered

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many numbers as there are categories."""
    fitting(kinds[0], settings["categories"])
    return Kind("number", sum(len(one) for one in settings["categories"]))


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, categories]."""
    found = []
    for column, categories in zip(values[0].T, settings["categories"], strict=True):
        for category in categories:
            found.append(np.isnan(column) if category != category else column == category)
    return np.column_stack(found).astype(np.float64)


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """Each column repeated for its categories, and compared with them all at once."""
    given, categories = kinds[0], settings["categories"]
    repeated = np.repeat(np.arange(given.width), [len(one) for one in categories])
    number, own = inputs[0], [np.asarray(one) for one in categories]
    if given.what == "text":                # numbers are compared faster than texts
        number, own, _ = numbered(to, inputs[0], given, categories)
    if given.width > 1 and given.what == "text":        # whole numbers: a product moves many faster than a Gather
        number, chosen = to.source(number, repeated.tolist())
        width = to.wide.get(number, given.width)
        number = to("MatMul", to.cast(number, np.float64), to.constant(np.eye(width)[:, list(chosen)]))
        own = [places.astype(np.float64) for places in own]
    elif given.width > 1:
        number = to.columns(number, repeated.tolist())
    every = np.concatenate(own)
    found = to("Equal", number, to.constant(every[None]))
    if given.what == "number" and np.isnan(every).any():
        found = to("Or", found, to("And", to("IsNaN", number), to.constant(np.isnan(every)[None])))
    return to.cast(found, np.float64)


def words(settings: Settings) -> Iterable[str]:
    """What it looks texts up in."""
    return chain(*settings["categories"])


def jumps(settings: Settings, width: int) -> Mapping[int, Sequence[float]]:
    """At each category that is a number."""
    return edges(settings["categories"])
