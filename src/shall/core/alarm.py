"""An alarm: a promise that was broken while a model was in service."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Alarm:
    """Which line, when, and by whom: it was looked at after every row, and this row was the last one needed."""

    name: str
    line: str
    row: int                                # of the log, from 1
    at: str                                 # its time, UTC; empty where the log has none
    window: str                             # that it lies in
    about: str                              # "sex = F against sex = M", or "all rows"
    since: str = field(default="", compare=False)   # where it goes on: the time or row of the first of them
