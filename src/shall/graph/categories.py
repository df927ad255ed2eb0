"""Texts and codes of a graph as numbers: codes, columns for each category, rows of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from shall.core.errors import InputError
from shall.graph.columns import Columns
from shall.graph.kinds import MISSING, Array
from shall.graph.value import Value

Category = str | float | None


def codes(x: Value | Columns, categories: Sequence[Any] | None = None, *, unknown: float = -1.0,
          missing: float = np.nan) -> Value:
    """The place of each text (or number) among the categories of its column; as scikit-learn's `OrdinalEncoder`.

    Args:
        x: a column, or several; of `Columns` all texts.
        categories: those of the column, or a list of them for each of several; those that the inputs name, if None.
        unknown: for what is none of them.
        missing: for what is missing, where that is no category (None).
    """
    value, every = _given(x, categories)
    numbers = tuple(np.arange(len(one), dtype=np.float64) for one in every)
    return Value("codes", (value,), {"categories": every, "codes": numbers, "unknown": np.array([unknown], float),
                                     "missing": np.array([missing], float)}, value.names)


ordinal = codes


def one_hot(x: Value | Columns, categories: Sequence[Any] | None = None) -> Value:
    """A column for each category, 1 where the value is it; 0 everywhere where it is none, as `OneHotEncoder`."""
    value, every = _given(x, categories)
    names = [f"{name}_{_shown(category)}" for name, one in zip(value.names, every, strict=False) for category in one]
    return Value("one_hot", (value,), {"categories": every}, names)


def lookup(x: Value, table: Any, default: Any = np.nan, missing: Any = None) -> Value:
    """The row of a table that a text or a number names.

    Args:
        x: one column.
        table: a mapping from keys to a number or a row of numbers; or a data frame with the keys as its index.
        default: a number, or a row of them, for a key that is not there.
        missing: the same for a missing key; the default, if None. A key None of the table counts before.
    """
    keys, rows, names = _table(table)
    none = _row(default, rows.shape[1])
    return Value("lookup", (x,), {"keys": _keys(keys), "table": rows, "default": none,
                                  "missing": none if missing is None else _row(missing, rows.shape[1])}, names)


def impute(x: Value, by: Any) -> Value:
    """What is missing, replaced by a number (or one a column), or by a text."""
    if x.kind.what == "text":
        return Value("filled", (x,), {"text": str(by)}, x.names)
    fill = Value("constant", (), {"value": np.atleast_1d(np.asarray(by, dtype=np.float64))})
    return Value("where", (x.isna(), fill, x), {}, x.names)


def scale(x: Value, mean: Any = 0.0, scale: Any = 1.0) -> Value:
    """(x - mean) / scale, with a number each or one a column."""
    return ((x - np.atleast_1d(mean)) / np.atleast_1d(scale)).named(*x.names)


def _given(x: Value | Columns, categories: Sequence[Any] | None) -> tuple[Value, tuple[Any, ...]]:
    value = x.texts if isinstance(x, Columns) else x
    if categories is None:
        return value, tuple(known(value))
    single = value.kind.width == 1 and not any(isinstance(one, list | tuple | np.ndarray) for one in categories)
    return value, tuple(_keys(one) for one in ([categories] if single else categories))


def known(value: Value) -> list[tuple[str, ...]]:
    """The categories of each column. InputError where an input does not name them."""
    parts = [value] if value.kind.width == 1 else list(value.parts)
    if not parts or any(one.kind.values is None for one in parts):
        names = [one.names[0] if one.names else str(place) for place, one in enumerate(parts) if not one.kind.values]
        raise InputError(f"the categories of {', '.join(names) or 'these columns'} are not known: give them here, or "
                         "list them in inputs({name: [text, …]})")
    return [one.kind.values or () for one in parts]


def _keys(keys: Sequence[Category]) -> Any:
    """Texts as they are, numbers as float64; None is the missing one."""
    given = [one.item() if isinstance(one, np.generic) else one for one in keys]
    if any(isinstance(one, str) for one in given):
        return tuple(MISSING if _absent(one) else one for one in given)
    return np.array([np.nan if one is None else one for one in given], dtype=np.float64)


def _table(table: Any) -> tuple[list[Any], Array, tuple[str, ...]]:
    if isinstance(table, Mapping):
        rows = [np.atleast_1d(np.asarray(row, dtype=np.float64)) for row in table.values()]
        if not rows or len({row.shape for row in rows}) > 1 or rows[0].ndim > 1:
            raise InputError("a table has a row for each key, of equally many numbers each")
        return list(table), np.stack(rows), ()
    if not hasattr(table, "index") or not hasattr(table, "to_numpy"):
        raise InputError(f"a table is a mapping or a data frame with an index, and not a {type(table).__name__}")
    names = tuple(str(name) for name in table.columns) if hasattr(table, "columns") else ()
    return list(table.index), np.asarray(table.to_numpy(), dtype=np.float64).reshape(len(table), -1), names


def _row(given: Any, width: int) -> Array:
    row = np.atleast_1d(np.asarray(given, dtype=np.float64))
    if row.shape not in ((1,), (width,)):
        raise InputError(f"the rows of the table are {width} numbers, and the default is {row.shape[0]}")
    return np.broadcast_to(row, width).copy()


def _absent(one: Any) -> bool:
    return one is None or one != one


def _shown(category: Any) -> str:
    return "missing" if category == MISSING else f"{category:g}" if isinstance(category, float) else str(category)
