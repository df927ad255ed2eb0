"""The row of a table that a key names: ``keys`` texts or float64[k], ``table`` float64[k, w].

``default`` float64[w] is the row of a key that is not there, ``missing`` float64[w] that of a missing key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from shall.graph.kinds import MISSING, Array, Fault, Kind
from shall.graph.node import Settings
from shall.graph.ops._categories import edges, fitting

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """w numbers."""
    if kinds[0].width != 1:
        raise Fault(f"its key is {kinds[0].width} columns wide", "cross(a, b).lookup(…) has a key of several columns")
    fitting(kinds[0], (settings["keys"],))
    table = settings["table"]
    if table.ndim != 2 or len(table) != len(settings["keys"]):
        raise Fault("it has not a row for each key")
    if settings["default"].shape != table.shape[1:] or settings["missing"].shape != table.shape[1:]:
        raise Fault(f"its rows are {table.shape[1]} numbers, and those of a key that is not there are not")
    return Kind("number", table.shape[1])


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, w]."""
    rows = _rows(settings)
    places = {key: place for place, key in enumerate(_keys(settings), 2) if not _absent(key)}
    absent = next((place for place, key in enumerate(_keys(settings), 2) if _absent(key)), 1)
    return np.asarray(rows[[absent if _absent(key) else places.get(key, 0) for key in values[0][:, 0].tolist()]])


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """One table where a key names one number; else one to the row, and a Gather."""
    rows, x = _rows(settings), inputs[0]
    keys, places = list(_keys(settings)), list(range(2, len(rows)))
    if kinds[0].what == "text" and MISSING not in keys:
        keys, places = [*keys, MISSING], [*places, 1]
    absent = next((place for key, place in zip(keys, places, strict=True) if _absent(key)), 1)
    present = [(key, place) for key, place in zip(keys, places, strict=True) if key == key]
    one = rows.shape[1] == 1
    if kinds[0].what == "text" and (number := to.numbers_of(x, 1, flat=not one)):
        table = np.tile(rows[0], (len(to.words) + 1, 1))
        table[[to.words[key] for key in keys]] = rows[places]
        return to("Gather", to.constant(table[:, 0] if one else table), number, axis=0)
    dtype = np.float64 if one or kinds[0].what == "number" else np.int64
    said = rows[:, 0] if one else np.arange(len(rows))
    found = to("LabelEncoder", x, keys_tensor=np.array([key for key, _ in present], _dtype(kinds[0])),
               values_tensor=np.array([said[place] for _, place in present], dtype),
               default_tensor=np.array([said[0]], dtype))
    if kinds[0].what == "number" and not np.array_equal(rows[absent], rows[0], equal_nan=True):
        found = to("Where", to("IsNaN", x), to.constant(np.array([[said[absent]]], dtype)), found)
    if one:
        return found
    place = found if dtype == np.int64 else to.cast(found, np.int64)
    return to("Gather", to.constant(rows), to("Reshape", place, to.constant([-1], np.int64)), axis=0)


def words(settings: Settings) -> Iterable[str]:
    """What it looks texts up in."""
    return (*_keys(settings), MISSING)


def jumps(settings: Settings, width: int) -> Mapping[int, Sequence[float]]:
    """At each category that is a number."""
    return edges((settings["keys"],))


def _rows(settings: Settings) -> Array:
    """[2 + k, w]: the default, the missing, then the table."""
    return np.vstack([settings["default"], settings["missing"], settings["table"]]).astype(np.float64)


def _keys(settings: Settings) -> list[Any]:
    return list(np.asarray(settings["keys"]).tolist())


def _absent(key: Any) -> bool:
    return bool(key == MISSING or key != key)


def _dtype(given: Kind) -> Any:
    return object if given.what == "text" else np.float64
