"""Builds the same requirement in Python: ``measure("selection_rate").over("sex").ratio >= 0.80``.

What is built is written out and read back, so that it obeys exactly the rules of the file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Self

from shall.core.errors import InputError
from shall.core.filters import Filter
from shall.core.line import Aggregate, Grouping, Limit, Line, MeasureCall, Number, Reference
from shall.core.parse import parse_bound, parse_filter
from shall.core.requirement import Requirement
from shall.core.words import Scalar

LimitLike = int | float | str | Limit


def measure(name: str, *columns: str, filter: str | Filter | None = None, **options: Scalar) -> Draft:
    """Begin a requirement; compare the result with a limit to finish it.

    Columns and options are those of the measure; ``filter`` is for a measure that takes one, such as ``share``.

    >>> str(measure("selection_rate").over("sex").ratio >= 0.80)
    'ratio of selection_rate over sex >= 0.8'
    >>> str(measure("p99", "latency").where("region = 'EU'") <= "2 ms")
    "p99(latency) <= 2 ms where region = 'EU'"
    """
    return Draft((_call(name, columns, filter, options),))


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A requirement that still lacks its limit; every step gives a new draft."""

    measures: tuple[MeasureCall, ...]
    aggregate: Aggregate = "each"
    named: str | None = None
    groupings: tuple[Grouping, ...] = ()
    bands: Grouping = ()
    reference: str | None = None
    population: str | None = None
    filter: Filter | None = None
    level: Number | None = None

    def also(self, name: str, *columns: str, filter: str | Filter | None = None, **options: Scalar) -> Self:
        """One more measure that must hold the same limit."""
        return replace(self, measures=(*self.measures, _call(name, columns, filter, options)))

    def over(self, *groups: str) -> Self:
        """Groups, each on its own."""
        return replace(self, groupings=(*self.groupings, *((group,) for group in groups)))

    def by(self, *groups: str) -> Self:
        """Cross the last group with these: ``over("sex").by("race")``."""
        if not self.groupings:
            raise InputError("by() follows over(): over('sex').by('race')")
        return replace(self, groupings=(*self.groupings[:-1], (*self.groupings[-1], *groups)))

    def within(self, *bands: str) -> Self:
        """Compare groups only inside each of these bands."""
        return replace(self, bands=(*self.bands, *bands))

    def against(self, reference: str) -> Self:
        """The data that a drift measure compares with."""
        return replace(self, reference=reference)

    def on(self, population: str) -> Self:
        """As it would be on the population of these data: `on("hospital_b")`."""
        return replace(self, population=population)

    def where(self, filter: str | Filter) -> Self:
        """Only these rows: a filter, or its text such as ``"AGEP >= 55"``."""
        return replace(self, filter=_filter(filter))

    def confidence(self, per_cent: float) -> Self:
        """Another confidence than the file's, such as 99."""
        return replace(self, level=Number(float(per_cent), "%"))

    @property
    def each(self) -> Self:
        """Every group on its own (the default)."""
        return replace(self, aggregate="each")

    @property
    def ratio(self) -> Self:
        """The smallest group's value over the largest's."""
        return replace(self, aggregate="ratio")

    @property
    def difference(self) -> Self:
        """The largest group's value minus the smallest's."""
        return replace(self, aggregate="difference")

    def to(self, group: str) -> Self:
        """Compare with this group: ``ratio.to("F")``."""
        return replace(self, named=group)

    def __ge__(self, limit: LimitLike) -> Requirement:
        """The requirement that the value is at least this."""
        return self._finish(f">= {_limit(limit)}")

    def __le__(self, limit: LimitLike) -> Requirement:
        """The requirement that the value is at most this."""
        return self._finish(f"<= {_limit(limit)}")

    def between(self, low: LimitLike, high: LimitLike) -> Requirement:
        """The requirement that the value lies between two limits, both included."""
        return self._finish(f"between {_limit(low)} and {_limit(high)}")

    def _finish(self, bound: str) -> Requirement:
        line = Line(self.measures, parse_bound(bound), self.aggregate, self.named, self.groupings,
                    self.bands, self.reference, self.population, self.filter, self.level)
        requirement = Requirement.parse(str(line))
        if any(getattr(requirement, part.name) != getattr(line, part.name) for part in fields(Line)):
            raise InputError(f"a part of this requirement cannot be written as a line: {line}")
        return requirement


def _call(name: str, columns: tuple[str, ...], filter: str | Filter | None, options: dict[str, Scalar]) -> MeasureCall:
    return MeasureCall(name, columns, tuple(options.items()), None if filter is None else _filter(filter))


def _filter(given: str | Filter) -> Filter:
    return parse_filter(given) if isinstance(given, str) else given


def _limit(limit: LimitLike) -> str:
    """A limit as text: ``0.8``, ``"20%"``, ``"2 ms"``, ``"previous - 0.01"``, or a Number or Reference."""
    if isinstance(limit, bool) or not isinstance(limit, int | float | str | Number | Reference):
        raise InputError(f"a limit is a number or a text such as '2 ms', not {limit!r}")
    if not isinstance(limit, int | float):
        return str(limit)
    if not math.isfinite(limit):
        raise InputError(f"a limit is finite, not {limit}")
    return str(Number(float(limit)))
