"""`check --plan`: how many rows a gate needs, before any model exists."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from shall import stats
from shall.core.verdict import limit_of
from shall.phases.building.aims import movable
from shall.phases.evidence import Known, Unmeasured, comparisons
from shall.phases.margins import level, reach_of, untold
from shall.phases.measuring import Examination, alpha_of
from shall.phases.parts import Part

NOW: Final = "as it is now"
LEAST: Final = 10                           # rows, where the search begins
MOST: Final = 10**9                         # rows; more than that is said to be out of reach


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One requirement: the rows that certify it with a power of 80 %, if its true value is as assumed."""

    name: str
    requirement: str
    rows: int | None                        # None: no number of rows, or it could not be measured
    group: str                              # the smallest group, which asks for most of them
    assumed: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows that every requirement asks of a gate."""

    subject: str
    file: str
    rows: int | None                        # of the gate of the file, where there is one
    lines: tuple[PlannedLine, ...]
    notes: tuple[str, ...] = ()


def plan(examination: Examination, knowns: Sequence[Sequence[Known | Unmeasured]],
         looks: int = 1) -> tuple[PlannedLine, ...]:
    """For each requirement its most demanding part.

    The true value is taken to be that of ``knowns``, where it keeps its limit and no rule of a search would move it;
    else to lie half way between the limit and the perfect value. Shares of groups and noise are those of ``knowns``.
    """
    lines = []
    for requirement, parts, some in zip(examination.requirements, examination.parts, knowns, strict=True):
        together = sum(comparisons(part, one) for part, one in zip(parts, some, strict=True))
        alpha = alpha_of(requirement, examination.confidence, looks)
        needed = [_needed(part, one, alpha, together) for part, one in zip(parts, some, strict=True)]
        lines.append(max(needed, key=lambda line: (line.rows is None, line.rows or 0)))
    return tuple(lines)


def _needed(part: Part, one: Known | Unmeasured, alpha: float, together: int) -> PlannedLine:
    requirement = part.requirement
    line = PlannedLine(requirement.name, str(requirement), None, "", "")
    if isinstance(one, Unmeasured):
        return PlannedLine(line.name, line.requirement, None, "", one.reason)
    limit = limit_of(requirement, part.side)
    if part.card.census:
        return PlannedLine(line.name, line.requirement, int(limit), "", "a fact of the file")
    distance, why = _distance(part, one, limit, alpha)
    true = limit + (distance if part.side == ">=" else -distance)
    assumed = f"true value {true:.3g}, {why}"
    even = level(one, true if requirement.aggregate == "each" else None)
    lost = why != NOW and even is one.estimates             # what is assumed could not be put in place of what is
    smallest = min(range(len(one.groups)), key=lambda index: (not one.judged[index], one.rows[index]))
    share = one.rows[smallest] / max(one.rows.sum(), 1)
    group = " and ".join(f"{name} = {value}" for name, value in one.groups[smallest])
    there = why == NOW or requirement.aggregate != "each"   # else the rows of each group are needed at that value
    rows = _rows(part, one if there else replace(one, estimates=even), distance, (limit, alpha, together))
    if untold(one) or (lost and rows == LEAST):
        rows, assumed = None, f"{assumed}; these rows do not tell how many"
    elif rows is None:
        assumed += "; too near its limit for any number of rows"
    return PlannedLine(line.name, line.requirement, rows, f"{group}, {share:.1%} of the rows" if group else "", assumed)


def _distance(part: Part, one: Known, limit: float, alpha: float) -> tuple[float, str]:
    """How far the true value is taken to be from the limit, and why so far."""
    half = _half_way(part, limit)
    if movable(part) or part.requirement.to is not None:
        return half, "assumed"
    value = stats.over_groups(one.estimates, part.requirement.aggregate, part.side, alpha, judged=one.judged,
                              bands=one.bands).value
    if value is None or math.isnan(value):
        return half, "assumed"
    room = value - limit if part.side == ">=" else limit - value
    return (room, NOW) if room > 0 else (half, f"assumed; it is {value:.3g} now")


def _half_way(part: Part, limit: float) -> float:
    """Half of the way from the limit to the perfect value."""
    if part.requirement.aggregate == "ratio":
        return (1 - limit) / 2
    if part.requirement.aggregate == "difference":
        return limit / 2
    end = part.card.high if part.side == ">=" else part.card.low
    return abs(end - limit) / 2 if abs(end) != float("inf") else abs(limit) / 2


def _rows(part: Part, one: Known, distance: float, what: tuple[float, float, int]) -> int | None:
    low, high = float(LEAST), float(LEAST)
    while reach_of(part, one, high, what) > distance:
        low, high = high, high * 4
        if high > MOST:
            return None
    while high / low > 1.01:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if reach_of(part, one, middle, what) > distance else (low, middle)
    return int(round(high, -1 if high < 1000 else -2))
