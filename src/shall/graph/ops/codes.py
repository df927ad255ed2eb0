"""A number for each category, column by column: ``categories`` of each, texts or float64, and ``codes`` float64 of
each.

``unknown`` float64[1 or width] stands for what is no category, ``missing`` likewise for what is missing and none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import MISSING, Array, Fault, Kind
from shall.graph.node import Settings
from shall.graph.ops._categories import edges, fitting, numbered

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many numbers."""
    fitting(kinds[0], settings["categories"])
    if [len(one) for one in settings["categories"]] != [len(one) for one in settings["codes"]]:
        raise Fault("it has not a code for each category")
    return Kind("number", kinds[0].width)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, width]."""
    found = [_codes(values[0][:, column], settings, column) for column in range(values[0].shape[1])]
    return np.column_stack(found)


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """Each text's number among those of all columns, then a table of them for each column."""
    given, categories = kinds[0], settings["categories"]
    if given.width == 1:
        return _alone(to, inputs[0], settings, given)
    if given.what == "text":                # a missing one is looked up as any other
        categories = [*categories, (MISSING,)]
    number, own, size = numbered(to, inputs[0], given, categories)
    table = np.repeat(_each(settings["unknown"], given.width)[:, None], size, axis=1)
    if given.what == "text":
        table[:, own.pop()] = _each(settings["missing"], given.width)[:, None]
    for row, places, codes in zip(table, own, settings["codes"], strict=True):
        row[places[places > 0]] = np.asarray(codes)[places > 0]
    found = _looked_up(to, number, table)
    return found if given.what == "text" else _missing(to, inputs[0], found, settings, given)


def words(settings: Settings) -> Iterable[str]:
    """What it looks texts up in."""
    return chain(*settings["categories"], (MISSING,))


def jumps(settings: Settings, width: int) -> Mapping[int, Sequence[float]]:
    """At each category that is a number."""
    return edges(settings["categories"])


def _looked_up(to: Emitter, number: str, table: Array) -> str:
    if len(table) > 1:
        number = to("Add", number, to.constant(np.arange(len(table))[None] * table.shape[1], np.int64))
    return to("Gather", to.constant(table.ravel()), number, axis=0)


def _alone(to: Emitter, x: str, settings: Settings, given: Kind) -> str:
    """One column: its table gives the codes at once."""
    known = dict(zip(settings["categories"][0], settings["codes"][0], strict=True))
    if given.what == "text":
        known.setdefault(MISSING, _each(settings["missing"], 1)[0])
    present = {category: code for category, code in known.items() if category == category}
    if given.what == "text" and (number := to.numbers_of(x, 1)):
        table = np.full(len(to.words) + 1, _each(settings["unknown"], 1)[0])
        table[[to.words[text] for text in present]] = list(present.values())
        return to("Gather", to.constant(table), number, axis=0)
    found = to("LabelEncoder", x, values_tensor=np.array(list(present.values()), dtype=np.float64),
               keys_tensor=np.array(list(present), dtype=object if given.what == "text" else np.float64),
               default_tensor=_each(settings["unknown"], 1))
    return found if given.what == "text" else _missing(to, x, found, settings, given)


def _missing(to: Emitter, x: str, found: str, settings: Settings, given: Kind) -> str:
    """What stands for a missing number."""
    missing = _each(settings["missing"], given.width).copy()
    for column, (categories, codes) in enumerate(zip(settings["categories"], settings["codes"], strict=True)):
        for category, code in zip(categories, codes, strict=True):
            if category != category:
                missing[column] = code
    if np.array_equal(missing, _each(settings["unknown"], given.width), equal_nan=True):
        return found
    return to("Where", to("IsNaN", x), to.constant(missing[None]), found)


def _codes(column: Array, settings: Settings, place: int) -> Array:
    codes = dict(zip(settings["categories"][place], np.asarray(settings["codes"][place]).tolist(), strict=True))
    missing = next((code for category, code in codes.items() if category == MISSING or category != category),
                   _each(settings["missing"], place + 1)[place])
    unknown = _each(settings["unknown"], place + 1)[place]
    return np.array([missing if value == MISSING or value != value else codes.get(value, unknown)
                     for value in column.tolist()], dtype=np.float64)


def _each(value: object, width: int) -> Array:
    array = np.asarray(value, dtype=np.float64).reshape(-1)
    return np.broadcast_to(array, width) if len(array) == 1 else array
