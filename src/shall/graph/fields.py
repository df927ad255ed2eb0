"""One column of some rows as a graph takes it, and what to say where it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np

from shall.core.errors import DataError
from shall.graph.hashing import murmurhash3_32
from shall.graph.kinds import MISSING, Array
from shall.graph.node import Input

Field = Callable[[Any], Array]
LONGEST: Final = 80                         # characters of a name that are compared
COMPARED: Final = 2000                      # names that one is compared with at most
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
WANTED: Final = {"number": "number", "text": "text", "date": "date", "hashed": "text"}


class WrongField(DataError):
    """A field of a row that a graph cannot take; ``row`` counts from 0, None where that is not known."""

    def __init__(self, row: int | None, field: str, what: str, fix: str) -> None:
        self.row, self.field, self.what, self.fix = row, field, what, fix
        super().__init__(f"{_at(row)}{what}{'; ' if what.endswith('not there') else ': '}{fix}")

    def __reduce__(self) -> tuple[Any, ...]:            # from a worker
        return type(self), (self.row, self.field, self.what, self.fix)


class Texts(NamedTuple):
    """A column whose values are all str or `MISSING`, and well-formed: nothing is left to look at."""

    values: Array


def number(asked: Input) -> Field:
    """float64[n]; a truth is 1 or 0, a time of day or a duration its seconds."""
    def field(values: Any) -> Array:
        if isinstance(values, np.ndarray) and values.dtype.kind in "biuf":
            return values.astype(np.float64)
        return np.array([_number(value, asked, row) for row, value in enumerate(values)], dtype=np.float64)

    return field


def text(asked: Input) -> Field:
    """object[n] of str; what is missing is `MISSING`; truths and numbers as Arrow writes them."""
    def field(values: Any) -> Array:
        if isinstance(values, Texts):
            return values.values
        found = np.empty(len(values), dtype=object)
        found[:] = [_text(value, asked, row) for row, value in enumerate(values)]
        return found

    return field


def instant(asked: Input) -> Field:
    """float64[n], microseconds since 1970 in UTC; a time without a zone is in UTC."""
    def field(values: Any) -> Array:
        if isinstance(values, np.ndarray) and values.dtype.kind == "M":
            micro = values.astype("datetime64[us]")
            return np.where(np.isnat(micro), np.nan, micro.astype(np.int64).astype(np.float64))
        return np.array([_instant(value, asked, row) for row, value in enumerate(values)], dtype=np.float64)

    return field


def hashed(asked: Input) -> Field:
    """float64[n], the signed 32-bit MurmurHash3 of the text."""
    def field(values: Any) -> Array:
        said = [_text(value, asked, row) for row, value in enumerate(values)]
        return np.array([np.nan if one == MISSING else _hash(one) for one in said], dtype=np.float64)

    return field


FIELDS: Final[Mapping[str, Callable[[Input], Field]]] = {"number": number, "text": text, "date": instant,
                                                         "hashed": hashed}


def unnamed(name: str, there: Sequence[Any], row: int | None = None) -> WrongField:
    """The error for a field that is not there."""
    near = nearest(name, there)
    fix = f"{near} is there: is it meant?" if near else "where it is not known, give None"
    return WrongField(row, name, f"the field {name} is not there", fix)


def nearest(name: str, there: Sequence[Any]) -> str:
    """The name among those that are there that was probably meant, or an empty text."""
    return next(iter(get_close_matches(name[:LONGEST], [str(one) for one in there[:COMPARED]], 1)), "")


def strange(row: Any, place: int) -> WrongField:
    """The error for a row that is no mapping."""
    return WrongField(place, "", f"a row is a mapping from names to values, and this is of type {type(row).__name__}",
                      "give {\"name\": value, …}")


def absent(name: str, value: Any) -> DataError:
    """The error for one value among columns."""
    return DataError(f"the field {name} is one value ({value!r}) where others are columns: give it as a list, too")


def _number(value: Any, asked: Input, row: int) -> float:
    if isinstance(value, str | bytes):
        raise _wrong(asked, row, value, "a text", "send the number without quotes; None where it is missing")
    if _missing(value):
        return float("nan")
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 10**6
    if isinstance(value, timedelta):
        return value.total_seconds()
    try:
        return float(value)
    except OverflowError as error:
        raise _wrong(asked, row, value, "too large for a number", "give it as a decimal number") from error
    except (TypeError, ValueError) as error:
        raise _wrong(asked, row, value, f"of type {type(value).__name__}", "give a number, or None") from error


def _text(value: Any, asked: Input, row: int) -> str:
    if isinstance(value, str):
        return _written(value, asked, row)
    if _missing(value):
        return MISSING
    if isinstance(value, bool | np.bool_):
        return str(value).lower()
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    if isinstance(value, int | float | np.number):
        return str(value)
    raise _wrong(asked, row, value, f"of type {type(value).__name__}", "give it as a text, or None")


def _written(value: str, asked: Input, row: int) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise _wrong(asked, row, value, "half a character", "give well-formed Unicode") from error
    return str(value)


def _instant(value: Any, asked: Input, row: int) -> float:
    if _missing(value):
        return float("nan")
    if isinstance(value, np.datetime64):
        return float(value.astype("datetime64[us]").astype(np.int64))
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if isinstance(value, datetime):
            return float((value.replace(tzinfo=value.tzinfo or UTC) - EPOCH) // MICROSECOND)
    except ValueError as error:
        raise _wrong(asked, row, value, "no date", "write it as 2026-11-21 or 2026-11-21T14:30:00Z") from error
    raise _wrong(asked, row, value, f"of type {type(value).__name__}",
                 "give a date, or a text such as 2026-11-21T14:30:00Z")


def _missing(value: Any) -> bool:
    return value is None or type(value).__name__ in ("NAType", "NaTType") or (
        isinstance(value, float | np.floating | np.datetime64) and bool(value != value))


def _wrong(asked: Input, row: int, value: Any, what: str, fix: str) -> WrongField:
    shown = repr(value) if len(repr(value)) < 60 else repr(value)[:57] + "…"
    told = f"the field {asked.name} is {shown}, {what}; the graph takes a {WANTED[asked.what]} there"
    return WrongField(row, asked.name, told, fix)


def _at(row: int | None) -> str:
    return "" if row is None else f"row {row}: "


@lru_cache(maxsize=65536)
def _hash(said: str) -> int:
    return murmurhash3_32(said.encode())
