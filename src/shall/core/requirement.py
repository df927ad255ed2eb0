"""A requirement: one parsed line of a shall file, with what the long form adds."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields
from typing import Self

from shall.core.filters import And, Comparison, Filter, Missing, Not, OneOf, Operator, Or
from shall.core.line import Aggregate, Bound, Grouping, Limit, Line, MeasureCall, Number, Reference, Side
from shall.core.parse import parse
from shall.core.words import Scalar

__all__ = [
    "Aggregate", "And", "Bound", "Comparison", "Filter", "Grouping", "Limit", "Line", "MeasureCall", "Missing", "Not",
    "Number", "OneOf", "Operator", "Or", "Reference", "Requirement", "Scalar", "Side", "Waiver",
]


@dataclass(frozen=True, slots=True)
class Waiver:
    """Who bears with a broken requirement, until when (that day included), and why."""

    until: datetime.date
    by: str
    why: str

    def holds(self, on: datetime.date) -> bool:
        """Whether it is still borne with on a day."""
        return on <= self.until


@dataclass(frozen=True, slots=True)
class Requirement(Line):
    """A whole requirement; ``str()`` gives the line back."""

    name: str = ""
    why: str = ""
    controls: tuple[str, ...] = ()
    phases: tuple[str, ...] = ("build", "check", "watch")
    on_broken: tuple[str, ...] = ("alert",)     # what is done when it breaks in service
    waive: Waiver | None = None
    origin: str = ""                            # the pack that it comes from

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one line, such as ``ratio of selection_rate over sex >= 0.80``; FileError where it cannot be read."""
        line = parse(text)
        return cls(**{part.name: getattr(line, part.name) for part in fields(Line)})

    def __bool__(self) -> bool:
        # `0.7 <= measure(…) <= 0.9` would otherwise drop its first bound without a word.
        raise TypeError("a requirement is neither true nor false; for two limits write .between(0.7, 0.9)")
