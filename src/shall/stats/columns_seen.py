"""Columns in classes of values that training saw: bins of numbers, words, missing, and what lies outside of all."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.stats.arrays import Floats, Ints, floats

BINS: Final = 16
FINE: Final = 50                            # parts of the range: beyond it the first of them counts little
FARTHEST: Final = 1000.0                    # what an infinite number counts
MOST: Final = 64                            # words of a column that are told apart; those after them are one class
Seen = dict[str, Any]


@dataclass(frozen=True)
class Numbers:
    """A column of numbers: ``cuts`` between its bins, ascending, and the smallest and largest that were seen."""

    name: str
    cuts: tuple[float, ...]
    low: float
    high: float
    each: bool = False                      # whether every bin is one value

    @property
    def size(self) -> int:
        """How many classes: the bins, missing, below and above all that was seen."""
        return len(self.cuts) + 4

    def codes(self, values: Any) -> Ints:
        """int64[n] the class of each number."""
        found = floats(values)
        codes = np.searchsorted(self.cuts, found, "right")
        for where, more in ((np.isnan(found), 1), (found < self.low, 2), (found > self.high, 3)):
            codes[where] = len(self.cuts) + more
        return np.asarray(codes, dtype=np.int64)

    def code(self, value: Any) -> int:
        """The class of one value, which may be None."""
        bins = len(self.cuts)
        if value is None or (number := float(value)) != number:
            return bins + 1
        if self.low <= number <= self.high:
            return bisect_right(self.cuts, number)
        return bins + 2 if number < self.low else bins + 3

    def beyond(self, values: Any) -> Floats:
        """float64[n]: how far each number lies outside of all that was seen, on a scale of logarithms; 0 inside."""
        found = floats(values)
        outside = np.maximum(np.maximum(self.low - found, found - self.high), 0.0)
        return np.asarray(np.nan_to_num(np.log1p(outside / self._unit), nan=0.0, posinf=FARTHEST))

    def beyond_of(self, value: Any) -> float:
        """The same of one value, which may be None."""
        if value is None or (number := float(value)) != number or self.low <= number <= self.high:
            return 0.0
        return float(self.beyond(np.array([number]))[0])

    @cached_property
    def _unit(self) -> float:
        return (self.high - self.low or abs(self.high) or 1.0) / FINE

    def said(self, code: int, value: Any) -> str:
        """The value in words, as far as its class goes."""
        bins = len(self.cuts)
        if code == bins + 1:
            return f"{self.name} is missing"
        edges = (self.low, *self.cuts, self.high)
        inside = f"{edges[code]:g} to {edges[code + 1]:g}" if code <= bins else ""
        span = inside or f"training saw {self.low:g} to {self.high:g}"
        return f"{self.name} = {float(value):g}" + ("" if self.each and code <= bins else f" ({span})")


@dataclass(frozen=True)
class Words:
    """A column of words (or codes): the commonest ``values``, and how many others there were."""

    name: str
    values: tuple[Any, ...]
    others: int = 0

    @property
    def size(self) -> int:
        """How many classes: the values, missing, and all others as one."""
        return len(self.values) + 2

    @cached_property
    def _places(self) -> Mapping[Any, int]:
        return {value: place for place, value in enumerate(self.values)}

    def codes(self, values: Iterable[Any]) -> Ints:
        """int64[n] the class of each value."""
        return np.array([self.code(value) for value in values], dtype=np.int64)

    def code(self, value: Any) -> int:
        """The class of one value, which may be None. A number or a truth is the word that a graph takes it for."""
        if value is None or value != value:
            return len(self.values)
        place = self._places.get(value)
        if place is None and isinstance(value, int | float):
            place = self._places.get(_word(value))
        return len(self.values) + 1 if place is None else place

    def beyond(self, values: Any) -> Floats:
        """float64[n]: none, for words lie in no order."""
        return np.zeros(len(values))

    def beyond_of(self, value: Any) -> float:
        """None."""
        return 0.0

    def said(self, code: int, value: Any) -> str:
        """The value in words."""
        return f"{self.name} is missing" if code == len(self.values) else f"{self.name} = {value}"


Column = Numbers | Words


def _word(value: float) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def column_of(name: str, values: Sequence[Any] | NDArray[Any]) -> Column | None:
    """What training saw of a column; None where it has no value at all, or hardly one twice (an identifier)."""
    some = np.asarray(values)
    if some.dtype.kind in "iufb":
        return _numbers(name, some.astype(np.float64))
    words = [value for value in some.tolist() if value is not None and value == value]
    counts: dict[Any, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    if not words or len(counts) > max(MOST, len(words) / 2):
        return None
    common = sorted(counts, key=lambda word: (-counts[word], str(word)))
    return Words(name, tuple(common[:MOST]), len(common[MOST:]))


def _numbers(name: str, values: Floats) -> Numbers | None:
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    distinct = np.unique(known)
    cuts = distinct[1:] if len(distinct) <= BINS else np.unique(np.quantile(known, np.arange(1, BINS) / BINS))
    ends = float(distinct[0]), float(distinct[-1])
    return Numbers(name, tuple(cuts[cuts > distinct[0]].tolist()), *ends, len(distinct) <= BINS)


def described(column: Column) -> Seen:
    """As plain data."""
    if isinstance(column, Numbers):
        return {"name": column.name, "cuts": list(column.cuts), "low": column.low, "high": column.high,
                "each": column.each}
    return {"name": column.name, "values": list(column.values), "others": column.others}


def of(told: Mapping[str, Any]) -> Column:
    """From plain data."""
    if "cuts" in told:
        return Numbers(told["name"], tuple(map(float, told["cuts"])), float(told["low"]), float(told["high"]),
                       told["each"])
    return Words(told["name"], tuple(told["values"]), told["others"])


def number(value: Any) -> float:
    """A value as a number; nan where it is missing."""
    return math.nan if value is None else float(value)
