"""What an alarm hears where rows belong to units, when that is another sort of row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heard:
    """The mean of the rows that an alarm hears, the first of each unit in a window, and that of all rows until the end
    of a window, where they differ by more than chance."""

    name: str                               # of the requirement
    window: str
    measure: str
    heard: float
    value: float                            # of all rows
    first: int                              # rows that were heard
    n: int                                  # all rows
    about: str = "all rows"                 # or the group that differs most surely
    others: int = 0                         # further groups that differ
