"""What is known of a value from the first row of a life on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """The value of all rows until the end of a window, with two bounds that hold for all windows of a life at once."""

    name: str                               # of the requirement
    window: str
    value: float
    low: float
    high: float
    n: int                                  # rows that it stands on
    about: str = "all rows"
