"""An alarm in words: where it sounded, and of whom it tells."""

from __future__ import annotations

import re
from typing import Final

from shall.core.alarm import Alarm
from shall.reports._figures import rows_of, rows_of_line

PARTS: Final = re.compile(r"\.\d+(?=$|[+Z])")       # of a second
ALL: Final = rows_of(None)                  # as an alarm says it
UTC: Final = re.compile(r"(\+00:00|Z)$")


def time_of(alarm: Alarm) -> str:
    """Its time, to the second; nothing where the name of its window says the same."""
    return "" if alarm.at == alarm.window else to_second(alarm.at)


def to_second(at: str) -> str:
    """A time as people read it: without parts of a second, and with a word for UTC."""
    return UTC.sub(" UTC", PARTS.sub("", at))


def about_of(about: str, line: str) -> str:
    """Of whom an alarm tells; where it is of no group, of the rows of the filter of its line."""
    return rows_of_line(line) if about == ALL else about


def words_of(alarm: Alarm) -> str:
    """`row 13,160, 2026-08-17, sex = women against sex = men`."""
    about = about_of(alarm.about, alarm.line)
    return ", ".join(part for part in (f"row {alarm.row:,}", time_of(alarm), about) if part)
