"""Tables of Arrow and single values from outside, without a library that could be missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Any, Final

from shall.graph.fields import FIELDS
from shall.graph.node import Input


def is_table(rows: Any) -> bool:
    """Whether these are the rows of a table or record batch of Arrow."""
    return hasattr(rows, "schema") and hasattr(rows, "num_rows")


def listed(rows: Any) -> Iterable[Any]:
    """Rows one by one; none where a table cannot be read."""
    if not is_table(rows):
        return rows if isinstance(rows, list | tuple) else [rows]
    try:
        found: list[Any] = rows.to_pylist()
        return found
    except (ValueError, TypeError, NotImplementedError):    # what Arrow raises is one of them, or text that is no UTF-8
        return []


def _number(value: Any) -> float:
    found = float(value) if isinstance(value, int | float) else _by("number", value)
    if not isfinite(found):
        raise ValueError(f"{value!r}"[:60] + ", no finite number")
    return found


def _text(value: Any) -> str:
    found: str = FIELDS["text"](Input("", "text"))([value])[0]
    return found


def _date(value: Any) -> int:
    return int(_by("date", value))


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r}"[:60] + ", neither true nor false")
    return value


def _by(what: Any, value: Any) -> float:
    return float(FIELDS[what](Input("", what))([value])[0])


# What a context field becomes in the log. DataError, ValueError, TypeError or OverflowError where it cannot.
BESIDE: Final[Mapping[str, Callable[[Any], Any]]] = {"number": _number, "text": _text, "date": _date, "truth": _truth}
