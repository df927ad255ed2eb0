"""Dates, times of day and durations as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.graph import Value
from shall.methods import nodes as said

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Known = NDArray[np.bool_]
FARTHEST: Final = 2.0**63                   # microseconds from 1970 that an instant can be kept in
DAY: Final = 86_400                         # seconds
TICKS: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
PARTS: Final = {"date": ("days", "year", "month", "weekday", "hour"), "time": ("seconds",), "duration": ("seconds",)}
ISO: Final = (r"^(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:[T ](?P<hour>\d{2}):(?P<minute>\d{2})"
              r"(?::(?P<second>\d{2})(?:\.\d+)?)?(?:Z|(?P<ahead>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2}))?)?$")


@dataclass(frozen=True, slots=True)
class Times:
    """Which numbers a column of dates (times of day, durations) becomes; ``since``: the first day of training, in
    days from 1970-01-01."""

    kind: str
    parts: tuple[str, ...]
    since: int = 0

    def __call__(self, column: pa.ChunkedArray, name: str) -> Floats:
        """float64[n, parts]; nan where missing. DataError where the column is of another kind."""
        if not (pa.types.is_null(column.type) or kind_of(column.type) == self.kind
                or (self.kind == "date" and is_text(column.type))):
            raise DataError(f"column {name} was made of {self.kind}s when the model was trained, "
                            f"and is {column.type} now")
        seconds, known = _seconds(column)
        found = np.column_stack([_part(part, seconds, self.since) for part in self.parts])
        found[~known] = np.nan
        return found

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"kind": self.kind, "parts": list(self.parts), "since": self.since}

    @staticmethod
    def of(described: Mapping[str, Any]) -> Times:
        """From plain data."""
        return Times(described["kind"], tuple(described["parts"]), described["since"])


def nodes(times: Times, instant: Value) -> list[Value]:
    """The parts of an instant in microseconds since 1970-01-01 (UTC), in a graph."""
    known = said.chosen(said.elementwise("absolute", instant) < FARTHEST, instant, float("nan"))
    return [Value("date_part", (known,), {"part": part, "since": times.since}) for part in times.parts]


def fit(column: pa.ChunkedArray) -> Times:
    """Learn the first day and the parts that vary; no part where all are constant and nothing is missing."""
    kind = kind_of(column.type) or "date"
    seconds, known = _seconds(column)
    since = int(seconds[known].min() // DAY) if kind == "date" and known.any() else 0
    varying = tuple(part for part in PARTS[kind] if len(np.unique(_part(part, seconds[known], since))) > 1)
    return Times(kind, varying if varying or known.all() else PARTS[kind][:1], since)


def kind_of(kind: pa.DataType) -> str | None:
    """``date``, ``time`` or ``duration``; None for any other type."""
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return "date"
    return "time" if pa.types.is_time(kind) else "duration" if pa.types.is_duration(kind) else None


def is_text(kind: pa.DataType) -> bool:
    """Whether it is text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def are_dates(column: pa.ChunkedArray) -> bool:
    """Whether every value of a text column that is there is an ISO 8601 date, perhaps with the time of day."""
    values = pc.unique(column).drop_null()
    return len(values) > 0 and bool(_read(values[:1])[1].all()) and bool(_read(values)[1].all())


def _seconds(column: pa.ChunkedArray) -> tuple[NDArray[Any], Known]:
    """[n] since 1970-01-01 (UTC), whole; of times of day and durations float64, with fractions; and what is known."""
    kind = column.type
    if pa.types.is_null(kind):
        return np.zeros(len(column), dtype=np.int64), np.zeros(len(column), dtype=bool)
    if is_text(kind):
        encoded = column.combine_chunks().dictionary_encode()
        places, present = _filled(encoded.indices)
        seconds, known = _read(encoded.dictionary)
        return np.append(seconds, 0)[places], np.append(known, False)[places] & present
    plain = kind.bit_width == 32
    ticks, known = _filled(column.cast(pa.int32() if plain else pa.int64()))
    if pa.types.is_date(kind):
        return (ticks * DAY if plain else ticks // 1000), known
    return (ticks // TICKS[kind.unit] if pa.types.is_timestamp(kind) else ticks / TICKS[kind.unit]), known


def _filled(ticks: pa.ChunkedArray | pa.Array) -> tuple[Ints, Known]:
    whole = pc.fill_null(ticks.cast(pa.int64()), 0)
    return (np.asarray(whole.to_numpy(zero_copy_only=False), dtype=np.int64),
            np.asarray(pc.is_valid(ticks).to_numpy(zero_copy_only=False), dtype=bool))


def _part(part: str, seconds: NDArray[Any], since: int) -> Floats:
    if part == "seconds":
        return np.asarray(seconds, dtype=np.float64)
    if part == "days":
        return np.asarray(seconds // DAY - since + seconds % DAY / DAY, dtype=np.float64)
    if part == "weekday":                   # Monday is 0; 1970-01-01 was a Thursday
        return np.asarray((seconds // DAY + 3) % 7, dtype=np.float64)
    if part == "hour":
        return np.asarray(seconds % DAY // 3600, dtype=np.float64)
    months = (seconds // DAY).astype("M8[D]").astype("M8[M]").astype(np.int64)
    return np.asarray(months // 12 + 1970 if part == "year" else months % 12 + 1, dtype=np.float64)


def _read(text: pa.Array) -> tuple[Ints, Known]:
    """int64[n] seconds since 1970-01-01 of ISO dates, and which are some; those with a zone in UTC."""
    found = pc.extract_regex(text.cast(pa.string()), ISO)
    year, month, day, hour, minute, second = (_digits(found, name) for name in
                                              ("year", "month", "day", "hour", "minute", "second"))
    months = (year - 1970).astype("M8[Y]").astype("M8[M]") + (month - 1)
    days = months.astype("M8[D]") + (day - 1)
    known = (month >= 1) & (month <= 12) & (day >= 1) & (days.astype("M8[M]") == months)
    known &= (hour < 24) & (minute < 60) & (second < 60)
    return days.astype(np.int64) * DAY + hour * 3600 + minute * 60 + second - _offset(found), known


def _digits(found: pa.StructArray, name: str) -> Ints:
    """int64[n] of a part; 0 where it is not there."""
    text = pc.fill_null(pc.struct_field(found, name), "0")
    return np.asarray(pc.if_else(pc.equal(text, ""), "0", text).cast(pa.int64()).to_numpy(zero_copy_only=False))


def _offset(found: pa.StructArray) -> Ints:
    """int64[n] seconds that a zone is ahead of UTC."""
    behind = np.asarray(pc.fill_null(pc.equal(pc.struct_field(found, "ahead"), "-"), False
                                     ).to_numpy(zero_copy_only=False))
    return np.asarray((_digits(found, "hours") * 3600 + _digits(found, "minutes") * 60) * np.where(behind, -1, 1))
