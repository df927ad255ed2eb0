"""Parts of a date, an input of the kind `date`: in UTC."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from shall.graph.value import Value, faulty


def year(x: Value) -> Value:
    """The year."""
    return _part(x, "year")


def month(x: Value) -> Value:
    """The month, 1 to 12."""
    return _part(x, "month")


def weekday(x: Value) -> Value:
    """The day of the week; Monday is 0."""
    return _part(x, "weekday")


def hour(x: Value) -> Value:
    """The hour, 0 to 23."""
    return _part(x, "hour")


def days_since(x: Value, day: date | str) -> Value:
    """Days since a day, with the part of a day that is over in whole seconds."""
    try:
        since = date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError:
        since = None
    if not isinstance(since, date) or isinstance(since, datetime):
        return faulty("date_part", f"{day!r} is no day", "give a day as 2026-12-31, or a datetime.date", (x,))
    return _part(x, "days", since=(since - date(1970, 1, 1)).days)


def _part(x: Value, part: str, **settings: Any) -> Value:
    if x.input is not None and x.input.what != "date":
        return faulty("date_part", f"{x.input.name} is a {x.input.what}, and no date",
                      f"say it in the inputs: {{\"{x.input.name}\": \"date\"}}")
    return Value("date_part", (x,), {"part": part, **settings}, [f"{name}_{part}" for name in x.names])
