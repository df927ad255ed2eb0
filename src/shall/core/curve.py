"""A curve that a measure can be drawn by: plain points of each group, computed by the measure, drawn by a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Group = tuple[tuple[str, str], ...]         # (("sex", "F"), ("race", "2")); () is everybody


@dataclass(frozen=True, slots=True)
class Point:
    """One point; ``low`` and ``high`` bound ``y``, None where nothing is known. ``label`` names a bar."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """The points of one group in ascending ``x``; ``name`` tells several series of a group apart ("now")."""

    group: Group
    points: tuple[Point, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """Series on the same two axes.

    ``diagonal``: the line y = x means something (calibrated; no better than chance). ``note`` says how to read it.
    ``requirement``, ``measure`` and ``left`` are filled in by who knows the line: its name, the measure as written,
    and how many groups are not here.
    """

    title: str
    x: str
    y: str
    series: tuple[Series, ...]
    kind: Literal["line", "bars"] = "line"
    diagonal: bool = False
    note: str = ""
    requirement: str = ""
    measure: str = ""
    left: int = 0

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that have a series, in order."""
        return tuple(dict.fromkeys(series.group for series in self.series))


def series_of(groups: Iterable[Group], points: Iterable[tuple[Point, ...]], name: str = "") -> tuple[Series, ...]:
    """A series for each group that has a point."""
    return tuple(Series(group, some, name) for group, some in zip(groups, points, strict=True) if some)
