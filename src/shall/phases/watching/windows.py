"""Windows of a log by time or by count, and how many false alarms a year they may raise."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shall.core.errors import DataError, InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SECONDS: Final = {"minute": 60, "hour": 3600, "day": 86_400, "week": 7 * 86_400}
CALENDAR: Final = {"month": ("M", 1), "quarter": ("M", 3), "year": ("M", 12)}      # in months
DAYS: Final = {"month": 30.436875, "quarter": 91.310625, "year": 365.2425}
USUAL: Final = "10000 rows"
FORM = re.compile(r"\s*(\d[\d_,]*)\s*([a-z]+?)s?\s*")
YEAR_SECONDS: Final = 365.2425 * 86_400
NO_TIME: Final = -(2**63)                             # the window of rows whose time is missing; the first of all
ZONE: Final = r"\d:\d\d.*(Z|[+-]\d\d(:?\d\d)?)$"     # behind a time of day, or the day of a date is taken for one
MONDAY: Final = 4 * 86_400                              # 1970-01-05, so that weeks begin on Mondays


@dataclass(frozen=True, slots=True)
class Windows:
    """``10000 rows``, or ``1 day`` by a column of time (UTC; calendar months, quarters and years)."""

    size: int
    unit: str

    @staticmethod
    def parse(text: str) -> Windows:
        """Read ``"1 day"`` or ``"10000 rows"``."""
        match = FORM.fullmatch(text.lower())
        if not match or match[2] not in {*SECONDS, *CALENDAR, "row"} or int(re.sub("[_,]", "", match[1])) < 1:
            raise InputError(f"a window is a number and one of rows, {', '.join((*SECONDS, *CALENDAR))}, "
                             f"such as \"1 day\" or \"10000 rows\"; this is {text!r}")
        return Windows(int(re.sub("[_,]", "", match[1])), match[2])

    @staticmethod
    def several(texts: Sequence[str]) -> tuple[Windows, ...]:
        """Each of some, in their order and once; ``10000 rows`` where there is none."""
        return tuple(dict.fromkeys(map(Windows.parse, texts or (USUAL,))))

    def __str__(self) -> str:
        return f"{self.size} {self.unit}{'s' if self.size > 1 else ''}"

    @property
    def by_time(self) -> bool:
        """Whether a column of time is needed."""
        return self.unit != "row"

    @property
    def per_year(self) -> float | None:
        """Windows in a year; None for windows by count, which have no clock."""
        if not self.by_time:
            return None
        seconds = SECONDS.get(self.unit) or DAYS[self.unit] * 86_400
        return YEAR_SECONDS / (seconds * self.size)

    def between(self, allowed: Allowed) -> float | None:
        """Windows to one false alarm; None where one of both is told in rows and the other in time."""
        if self.by_time != (not allowed.rows):
            return None
        return (self.per_year or 0.0) / allowed.a_year if self.by_time else allowed.rows / self.size

    def index(self, rows: int, before: int, times: pa.Array | None) -> NDArray[np.int64]:
        """int64[rows]: the window of each row, of which ``before`` rows came before; NO_TIME where it is missing."""
        if not self.by_time:
            return (np.arange(rows, dtype=np.int64) + before) // self.size
        assert times is not None
        instants = seconds_of(times)
        missing = instants == NO_TIME
        if self.unit in CALENDAR:
            months = instants.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
            index = months // (CALENDAR[self.unit][1] * self.size)
        else:
            offset = MONDAY if self.unit == "week" else 0
            index = (instants - offset) // (SECONDS[self.unit] * self.size)
        return np.where(missing, NO_TIME, index)

    def until(self, index: int) -> float:
        """When a window by time is over, in seconds since 1970; infinite for rows without a time."""
        if index == NO_TIME:
            return math.inf
        if self.unit in CALENDAR:
            month = np.datetime64((index + 1) * CALENDAR[self.unit][1] * self.size, "M")
            return float(month.astype("datetime64[s]").astype(np.int64))
        return float((index + 1) * SECONDS[self.unit] * self.size + (MONDAY if self.unit == "week" else 0))

    def is_over(self, index: int, now: float, newest: int, rows: int) -> bool:
        """Whether a window that has so many rows is: by the clock, and either rows of a later window have come (the
        ``newest``), or the time of one more has passed, since rows of the last hour may be late."""
        if not self.by_time:
            return rows >= self.size
        late = index < newest or self.until(index + 1) <= now
        return index != NO_TIME and self.until(index) <= now and late

    def label(self, index: int) -> str:
        """How a window is called: ``2016-03``, ``2016 Q1``, ``2016-03-05``, ``rows 1 to 10000``."""
        if not self.by_time:
            return f"rows {index * self.size + 1:,} to {(index + 1) * self.size:,}"
        if index == NO_TIME:
            return "without a time"
        if self.unit in CALENDAR:
            month = np.datetime64(index * CALENDAR[self.unit][1] * self.size, "M")
            if self.unit == "year":
                return str(month.astype("datetime64[Y]"))
            quarter = (month.astype(np.int64) % 12) // 3 + 1
            return f"{month.astype('datetime64[Y]')} Q{quarter}" if self.unit == "quarter" else str(month)
        offset = MONDAY if self.unit == "week" else 0
        start = np.datetime64(index * SECONDS[self.unit] * self.size + offset, "s")
        return str(start.astype("datetime64[D]")) if self.unit in ("day", "week") else str(start)[:16].replace("T", " ")


def seconds_of(times: pa.Array) -> NDArray[np.int64]:
    """Seconds since 1970 in UTC; the smallest int64 where missing. A whole number from 1800 to 2999 is a year."""
    kind = times.type
    if pa.types.is_dictionary(kind):
        times = times.dictionary_decode()
        kind = times.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        times = _of_texts(times)
    elif pa.types.is_integer(kind):
        bounds = pc.min_max(times).as_py()
        if bounds["min"] is not None and not (bounds["min"] >= 1800 and bounds["max"] <= 2999):
            raise DataError("the time column holds whole numbers that are not years; give it as a timestamp or a date")
        years = pc.fill_null(times, 0).to_numpy(zero_copy_only=False).astype(np.int64) - 1970
        seconds = years.astype("datetime64[Y]").astype("datetime64[s]").astype(np.int64)
        return np.where(times.is_null().to_numpy(zero_copy_only=False), NO_TIME, seconds)
    elif not (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
        raise DataError(f"the time column is {kind}; windows by time need a timestamp, a date or a year")
    stamps = pc.cast(times, pa.timestamp("s"), safe=False)
    seconds = pc.fill_null(pc.cast(stamps, pa.int64()), NO_TIME)
    return np.asarray(seconds.to_numpy(zero_copy_only=False), dtype=np.int64)


def _of_texts(times: pa.Array) -> pa.Array:
    """Texts of ISO 8601 as timestamps in UTC, each with or without a fraction of a second and a zone; '' is missing."""
    try:
        return _read(times)
    except pa.ArrowInvalid as error:
        wrong = next((text for text in pc.unique(times) if not _is_read(text)), pa.scalar(""))
        raise DataError(f"the time column holds {wrong.as_py()!r}, which is no time: write 2026-03-29T02:30:00Z or "
                        "2026-03-29, or leave it empty where it is missing") from error


def _read(times: pa.Array) -> pa.Array:
    whole = pc.replace_substring_regex(pc.utf8_upper(times), r"(:\d\d)[.,]\d+", r"\1")
    zoned = pc.fill_null(pc.match_substring_regex(whole, ZONE), False)
    alone = pc.cast(pc.if_else(pc.or_(zoned, pc.equal(whole, "")), None, whole), pa.timestamp("s"))
    moments = pc.cast(pc.if_else(zoned, whole, None), pa.timestamp("s", "UTC"))
    return pc.coalesce(alone, pc.cast(moments, pa.timestamp("s")))


def _is_read(text: pa.Scalar) -> bool:
    try:
        _read(pa.array([text.as_py()], text.type))
    except pa.ArrowInvalid:
        return False
    return True


def seconds_in(text: str) -> float:
    """The seconds of ``"30 days"`` or ``"1 minute"``."""
    match = FORM.fullmatch(text.lower())
    if not match or match[2] not in {"second", *SECONDS, *DAYS}:
        words = ", ".join(("second", *SECONDS, *DAYS))
        raise InputError(f"a time is a number and one of {words}, such as \"30 days\"; this is {text!r}")
    size = 1 if match[2] == "second" else SECONDS.get(match[2]) or DAYS[match[2]] * 86_400
    return int(re.sub("[_,]", "", match[1])) * size


RATE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*per\s*(\d[\d_,]*)?\s*([a-z]+?)s?\s*")


@dataclass(frozen=True, slots=True)
class Allowed:
    """How rare false alarms are: one in so many ``seconds``, or in so many ``rows`` (0 where it is told by time)."""

    seconds: float
    rows: float = 0.0

    @property
    def a_year(self) -> float:
        """How many in a year."""
        return YEAR_SECONDS / self.seconds

    @staticmethod
    def parse(text: str) -> Allowed:
        """Read ``"1 per year"``, ``"2 per 10 years"`` or ``"1 per 1,000,000 rows"``."""
        match = RATE.fullmatch(text.lower())
        if not match or float(match[1]) <= 0 or match[3] not in {*SECONDS, *DAYS, "row"}:
            raise InputError('false alarms are written as "1 per year", "2 per 10 years" or "1 per 1,000,000 rows"; '
                             f"this is {text!r}")
        number = int(re.sub("[_,]", "", match[2] or "1")) / float(match[1])
        if match[3] == "row":
            return Allowed(math.inf, number)
        return Allowed((SECONDS.get(match[3]) or DAYS[match[3]] * 86_400) * number)
