"""Dates and times as the numbers that a graph takes: microseconds since 1970 in UTC; times of day and durations in seconds.

Text is an ISO 8601 date, perhaps with the time of day and a zone, to the second; any other text is missing.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shall.graph.kinds import Array

EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
TICKS: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}      # of a second
ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?"
                        r"(?:Z|([+-])(\d{2}):?(\d{2}))?)?", re.ASCII)


def instant(value: Any) -> float:
    """Microseconds of a date, a datetime, an ISO text, or a number of them; nan for anything else."""
    if isinstance(value, str):
        return _read(value)
    if isinstance(value, datetime.datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=datetime.UTC)
        return float((aware - EPOCH) // datetime.timedelta(microseconds=1))
    if isinstance(value, datetime.date):
        return float((value.toordinal() - EPOCH.toordinal()) * 86_400 * 10**6)
    if isinstance(value, np.datetime64):
        return math.nan if np.isnat(value) else float(value.astype("M8[us]").astype(np.int64))
    return float(value) if isinstance(value, int | float | np.number) else math.nan


def seconds(value: Any) -> float:
    """Seconds of a time of day or a duration; a number as it is, nan for nothing. TypeError, ValueError."""
    if isinstance(value, datetime.time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 10**6
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    return math.nan if value is None else float(value)


def instants_of(column: pa.ChunkedArray) -> Array:
    """float64[n]: the same of a column of dates or text."""
    kind = column.type
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        micro = column.cast(pa.timestamp("ms"), safe=False) if pa.types.is_date(kind) else column
        ticks, known = _ticks(micro)
        unit = TICKS[micro.type.unit]
        return np.where(known, ticks * (10**6 // unit) if unit <= 10**6 else ticks // (unit // 10**6), np.nan)
    return _by_value(column, instant)


def seconds_of(column: pa.ChunkedArray) -> Array:
    """float64[n]: seconds of a column of times of day or durations."""
    ticks, known = _ticks(column)
    return np.where(known, ticks / TICKS[column.type.unit], np.nan)


def _ticks(column: pa.ChunkedArray) -> tuple[Array, Array]:
    whole = column.cast(pa.int32() if column.type.bit_width == 32 else pa.int64()).cast(pa.int64())
    return pc.fill_null(whole, 0).to_numpy(), pc.is_valid(column).to_numpy()


def _by_value(column: pa.ChunkedArray, of: Callable[[Any], float]) -> Array:
    """Each different value once."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    encoded = encoded.unify_dictionaries().combine_chunks()
    known = np.array([of(value) for value in encoded.dictionary.to_pylist()] + [np.nan])
    return known[pc.fill_null(encoded.indices.cast(pa.int64()), len(known) - 1).to_numpy(zero_copy_only=False)]


def _read(text: str) -> float:
    found = ISO.fullmatch(text)
    if found is None:
        return math.nan
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    ahead = (int(found[8] or 0) * 3600 + int(found[9] or 0) * 60) * (-1 if found[7] == "-" else 1)
    try:
        days = np.datetime64(f"{year:04}-{month:02}-{day:02}", "D").astype(np.int64)
    except ValueError:
        return math.nan
    if hour > 23 or minute > 59 or second > 59:
        return math.nan
    return float((int(days) * 86_400 + hour * 3600 + minute * 60 + second - ahead) * 10**6)
