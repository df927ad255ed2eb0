"""Every intersection of the declared groups: which are worse off than all rows, and how far apart the groups are.

What holds of each group on its own may not hold of their intersections: a model that is as often right on women as on
men, and on each race, may still be wrong on black women.

Reference: Buolamwini and Gebru (2018), "Gender shades: intersectional accuracy disparities in commercial gender
classification", section 4; Kearns, Neel, Roth and Wu (2018), "Preventing fairness gerrymandering", section 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from shall import stats
from shall.core.errors import InputError
from shall.core.log import Binding, Log
from shall.core.requirement import Bound, Number, Requirement
from shall.phases.check import Progress, count
from shall.phases.evidence import Known, Unmeasured
from shall.phases.measuring import alpha_of, known, prepare
from shall.reports import text

Group = tuple[tuple[str, str], ...]         # (("sex", "F"), ("race", "2")); () is everybody
MOST: Final = 2_000                         # groups in all: beyond, the bounds of each say nothing


@dataclass(frozen=True, slots=True)
class Cell:
    """One group. ``low`` and ``high``: one-sided, valid for all groups of the audit at once.

    ``found``: surely `worse` or `better` than all rows together; `set aside`: too few rows to be judged.
    """

    group: Group
    rows: int
    n: int
    value: float | None
    low: float | None
    high: float | None
    found: Literal["", "worse", "better", "set aside"] = ""


@dataclass(frozen=True, slots=True)
class Crossing:
    """One grouping, such as sex by race: its groups, the worst first, and the largest difference of two of them.

    ``gap_low`` and ``gap_high``: one-sided, valid for all groupings of the audit at once.
    """

    grouping: tuple[str, ...]
    cells: tuple[Cell, ...]
    gap: float | None = None
    gap_low: float | None = None
    gap_high: float | None = None

    @property
    def judged(self) -> tuple[Cell, ...]:
        """The groups that were judged, the worst first."""
        return tuple(cell for cell in self.cells if cell.found != "set aside")


@dataclass(frozen=True, slots=True)
class Intersections:
    """One measure in every group and every intersection of groups."""

    subject: str
    file: str
    measure: str
    better: str                             # "higher" or "lower"
    rows: int
    whole: Cell
    crossings: tuple[Crossing, ...]         # of one group first
    confidence: float                       # 0 to 1
    at_least: int                           # rows of a group that is judged
    unit: str = ""
    notes: tuple[str, ...] = field(default=())
    where: str = ""                         # the filter of the requirement: no other rows are looked at

    def __str__(self) -> str:
        return text.intersections(self)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every group that was judged, the worst first."""
        return tuple(sorted((cell for crossing in self.crossings for cell in crossing.judged),
                            key=lambda cell: _badness(cell, self.better)))

    @property
    def worse(self) -> tuple[Cell, ...]:
        """The groups that are surely worse off than all rows together."""
        return tuple(cell for cell in self.cells if cell.found == "worse")

    @property
    def hidden(self) -> tuple[Cell, ...]:
        """Of these the intersections that are part of no larger group that is surely worse off: no look at single
        attributes would have found them."""
        worse = {frozenset(cell.group) for cell in self.worse}
        return tuple(cell for cell in self.worse if len(cell.group) > 1 and not any(
            one < frozenset(cell.group) for one in worse))

    def widest(self, groups: int) -> Crossing | None:
        """Of the groupings by so many groups the one with the largest gap; None where there is none."""
        measured = [one for one in self.crossings if len(one.grouping) == groups and one.gap is not None]
        return max(measured, key=lambda one: one.gap or 0.0, default=None)


@dataclass(frozen=True, slots=True)
class Asked:
    """So many groups are crossed, so many rows has a group that is judged; the confidence of all at once, in %."""

    order: int = 3
    at_least: int = 30
    confidence: float = 95.0


USUAL: Final = Asked()


def intersections(log: Log, binding: Binding, base: Requirement, over: Sequence[str],
                  asked: Asked = USUAL, progress: Progress | None = None) -> Intersections:
    """Measure every group, and every intersection of them.

    Args:
        base: what is measured: its first measure, on the rows of its filter.
        over: names of groups; those of fewer rows than asked for are told, and set aside.
        progress: called with what is being done and the rows done since the last call.

    InputError where there is no group, or where there are too many.
    """
    line = replace(base, measures=base.measures[:1], over=(), within=(), aggregate="each", to=None, waive=None)
    most = min(asked.order, len(over))
    crossed = [some for size in range(1, most + 1) for some in itertools.combinations(over, size)]
    if not crossed:
        raise InputError("there is no group to look at: name some, [groups] sex = \"…\"")
    examination = prepare([line, *(replace(line, over=(some,)) for some in crossed)], binding,
                          asked.confidence)
    tally = count(examination, log, progress)
    everybody, *found = (parts[0] for parts in known(examination, tally, {}))
    part = examination.parts[0][0]
    better = "lower" if part.card.better == "lower" else "higher"
    if isinstance(everybody, Unmeasured):
        raise InputError(f"{part.call} cannot be measured: {everybody.reason}")
    measured = [one for one in found if not isinstance(one, Unmeasured)]
    flags = [judged(one, asked.at_least) for one in measured]
    _expect_groups(str(part.call), everybody, measured, flags, asked.at_least)
    together = 1 + sum(int(some.sum()) for some in flags)
    if together > MOST:
        raise InputError(f"{together:,} groups are more than can be judged at once: name fewer, cut numbers into bands "
                         f"([groups] age = {{ column = \"age\", cut = [25, 45] }}), or ask for more rows of each")
    alpha = alpha_of(line, asked.confidence)
    whole = _cells(everybody, np.ones(1, dtype=bool), alpha / together)[0]
    groupings = [some for some, one in zip(crossed, found, strict=True) if not isinstance(one, Unmeasured)]
    crossings = [_crossing(grouping, one, some, (alpha, together, len(groupings)), (whole, better))
                 for grouping, one, some in zip(groupings, measured, flags, strict=True)]
    return Intersections("", "", str(part.call), better, tally.rows, whole, tuple(crossings), 1 - alpha,
                         asked.at_least, part.card.unit, where=str(base.where or ""))


def _expect_groups(call: str, everybody: Known, measured: Sequence[Known], flags: Sequence[NDArray[np.bool_]],
                   at_least: int) -> None:
    """InputError where there is nothing to tell: no row that the measure counts, or no group to judge."""
    if np.isnan(everybody.estimates.value[0]):
        raise InputError(f"{call} cannot be measured: of {int(everybody.rows[0]):,} rows it counts "
                         f"{int(everybody.estimates.n[0]):,}; are labels or decisions missing, or of one class only?")
    if not any(some.any() for some in flags):
        most = max((int(one.rows.max(initial=0)) for one in measured), default=0)
        raise InputError(f"no group can be judged: none that {call} can be measured of has {at_least:,} rows, the "
                         f"largest group has {most:,}; ask for fewer, --at-least, or give more rows")


def measured_by(call: str) -> Requirement:
    """A requirement that is made of a measure alone; FileError where it cannot be read."""
    return replace(Requirement.parse(f"{call} >= 0"), bound=Bound(low=Number(0.0)))


def judged(one: Known, at_least: int) -> NDArray[np.bool_]:
    """bool[groups]: those with a value and rows enough."""
    return np.asarray(one.judged & (one.rows >= at_least) & ~np.isnan(one.estimates.value))


def _crossing(grouping: tuple[str, ...], one: Known, flags: NDArray[np.bool_], shares: tuple[float, int, int],
              beside: tuple[Cell, str]) -> Crossing:
    alpha, together, groupings = shares
    cells = [replace(cell, found=_found(cell, *beside) if flag else "set aside")
             for cell, flag in zip(_cells(one, flags, alpha / together), flags, strict=True)]
    cells.sort(key=lambda cell: (cell.found == "set aside", _badness(cell, beside[1])))
    extreme = stats.over_groups(one.estimates, "difference", "<=", alpha / groupings, judged=flags)
    if extreme.value is None or np.isnan(extreme.value):
        return Crossing(grouping, tuple(cells))
    return Crossing(grouping, tuple(cells), extreme.value, max(extreme.low, 0.0), extreme.high)


def _cells(one: Known, flags: NDArray[np.bool_], alpha: float) -> list[Cell]:
    low, high = one.estimates.bounds(alpha)
    return [Cell(group, int(one.rows[place]), int(one.estimates.n[place]),
                 None if np.isnan(one.estimates.value[place]) else float(one.estimates.value[place]),
                 float(low[place]) if flags[place] else None, float(high[place]) if flags[place] else None)
            for place, group in enumerate(one.groups)]


def _found(cell: Cell, whole: Cell, better: str) -> Literal["", "worse", "better"]:
    """Against all rows: both bounds are valid at once, so neither is taken for known."""
    bounds = cell.low, cell.high, whole.low, whole.high
    if None in bounds:
        return ""
    below, above = (cell.high or 0.0) < (whole.low or 0.0), (cell.low or 0.0) > (whole.high or 0.0)
    if not (below or above):
        return ""
    return "worse" if below == (better == "higher") else "better"


def _badness(cell: Cell, better: str) -> float:
    if cell.value is None:
        return float("inf")
    return cell.value if better == "higher" else -cell.value
