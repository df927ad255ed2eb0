"""What is known of a value from the first row of a life on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Two bounds on the mean of all rows until the end of a window; they hold for all windows of a life at once."""

    name: str                               # of the requirement
    window: str
    low: float
    high: float
    about: str = "all rows"
