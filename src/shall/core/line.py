"""The parts of one requirement line, as plain data; ``str()`` of each gives its text back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from shall.core.filters import Comparison, Filter
from shall.core.words import AGGREGATES, NUMERAL, Scalar, written_name, written_option, written_text

Aggregate = Literal["each", "ratio", "difference"]
Side = Literal[">=", "<="]
Grouping = tuple[str, ...]                      # ("sex", "race") is `sex by race`


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: ``0.80``, ``20%``, ``2 ms``; compared by value and unit."""

    value: float                                # as written, so 20 for 20%
    unit: str = ""                              # "", "%", "ms", …
    text: str = field(default="", compare=False)  # the numeral as written, kept for str()

    def __str__(self) -> str:
        if self.unit == "%":
            return f"{self.numeral}%"
        return f"{self.numeral} {self.unit}" if self.unit else self.numeral

    @property
    def numeral(self) -> str:
        """The digits as written, or the shortest ones that give the value back."""
        if NUMERAL.fullmatch(self.text.removeprefix("-")) and float(self.text) == self.value:
            return self.text
        return repr(float(self.value)).removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Reference:
    """``train``, ``previous - 0.01`` (offset) or ``90% of train`` (share, in per cent)."""

    name: str
    offset: Number | None = None                # signed
    share: Number | None = None

    def __str__(self) -> str:
        name = written_name(self.name)
        if self.share is not None:
            return f"{self.share} of {name}"
        if self.offset is None:
            return name
        text = str(self.offset)
        return f"{name} - {text[1:]}" if text.startswith("-") else f"{name} + {text}"


Limit = Number | Reference


@dataclass(frozen=True, slots=True)
class Bound:
    """``>= low``, ``<= high`` or ``between low and high``; at least one of both."""

    low: Limit | None = None
    high: Limit | None = None

    def __str__(self) -> str:
        if self.low is None:
            return f"<= {self.high}"
        return f">= {self.low}" if self.high is None else f"between {self.low} and {self.high}"


@dataclass(frozen=True, slots=True)
class MeasureCall:
    """``p99(latency)``, ``calibration_error(bins = 15)``, ``share(toxicity < 0.5)``."""

    name: str
    columns: tuple[str, ...] = ()
    options: tuple[tuple[str, Scalar], ...] = ()
    filter: Filter | None = None

    def __str__(self) -> str:
        arguments = [written_name(column) for column in self.columns]
        if self.filter is not None:
            arguments.append(f"({self.filter})" if self._like_an_option(self.filter) else str(self.filter))
        arguments += [f"{written_name(name)} = {written_option(value)}" for name, value in self.options]
        name = written_name(self.name, also=AGGREGATES)
        return f"{name}({', '.join(arguments)})" if arguments else name

    @staticmethod
    def _like_an_option(term: Filter) -> bool:
        return isinstance(term, Comparison) and term.operator == "=" and not isinstance(term.value, str)


@dataclass(frozen=True, slots=True)
class Line:
    """What one line of the language says; the long form adds to it (``Requirement``)."""

    measures: tuple[MeasureCall, ...]
    bound: Bound
    aggregate: Aggregate = "each"
    to: str | None = None                       # ratio(to = 'F')
    over: tuple[Grouping, ...] = ()             # each on its own
    within: Grouping = ()
    against: str | None = None
    population: str | None = None               # on: the rows count as if they were distributed as these data
    where: Filter | None = None
    confidence: Number | None = None            # per cent

    def __str__(self) -> str:
        named = "" if self.to is None else f"(to = {written_text(self.to)})"
        parts = (
            (self.aggregate != "each" or named, f"{self.aggregate}{named} of"),
            (True, ", ".join(map(str, self.measures))),
            (self.over, f"over {', '.join(map(written_grouping, self.over))}"),
            (self.within, f"within {written_grouping(self.within)}"),
            (self.against is not None, f"against {written_name(self.against or '')}"),
            (self.population is not None, f"on {written_name(self.population or '')}"),
            (True, str(self.bound)),
            (self.where is not None, f"where {self.where}"),
            (self.confidence is not None, f"with {self.confidence} confidence"),
        )
        return " ".join(text for present, text in parts if present)


def written_grouping(grouping: Grouping) -> str:
    """``sex by race``."""
    return " by ".join(map(written_name, grouping))
