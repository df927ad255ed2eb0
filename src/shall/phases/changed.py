"""What has changed between two tallies of the same requirement: its measure in each group, and by how much, surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from shall.core.errors import ShallError
from shall.core.requirement import Requirement
from shall.phases.evidence import Known, estimate
from shall.phases.measuring import alpha_of, prepare
from shall.phases.parts import Group
from shall.phases.slices.slicing import base_of, measuring
from shall.phases.slices.small_cells import hidden
from shall.tally import Plan, Tally, derived
from shall.tally.narrowed import Types


@dataclass(frozen=True, slots=True)
class Counted:
    """A tally, how its rows were read, and what its columns are."""

    tally: Tally
    plan: Plan
    types: Types
    confidence: float = 95.0


@dataclass(frozen=True, slots=True)
class Change:
    """One group before and after. ``low``, ``high``: one-sided bounds of the change, as of independent
    rows, or of independent units where rows have a unit."""

    group: Group
    rows: tuple[int, int]
    before: float | None
    after: float | None
    low: float | None
    high: float | None
    note: str = ""

    @property
    def by(self) -> float | None:
        """After less before."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Changes:
    """A measure over one grouping, before and after; ``better``: "higher", "lower" or "neither"."""

    measure: str
    grouping: tuple[str, ...]
    groups: tuple[Change, ...]
    better: str
    confidence: float


def changes(requirement: Requirement, before: Counted, after: Counted, least: int = 1) -> list[Changes]:
    """The first measure of a requirement, of all rows and by each of its groupings; none where that was not counted."""
    try:
        base = measuring(base_of(requirement), "<=" if requirement.bound.high is not None else ">=")
    except ShallError:
        return []
    found = []
    for grouping in dict.fromkeys([(), *requirement.over]):
        line = replace(base, over=(grouping,) if grouping else (), within=requirement.within if grouping else ())
        made = _changes(line, grouping, (before, after), least)
        if made is not None:
            found.append(made)
    return found


def _changes(line: Requirement, grouping: tuple[str, ...], both: tuple[Counted, Counted], least: int) -> Changes | None:
    known: list[Known] = []
    better = "neither"
    for one in both:
        try:
            examination = prepare([line], one.plan.binding, one.confidence)
            tally = derived(one.tally, examination.plan, one.types)
        except ShallError:
            return None
        found = None if tally is None else estimate(examination.parts[0][0], tally, {})
        if not isinstance(found, Known):
            return None
        known.append(found)
        better = examination.parts[0][0].card.better
    alpha = alpha_of(line, both[1].confidence)
    return Changes(str(line.measures[0]), grouping, tuple(_groups(known[0], known[1], alpha, least)), better,
                   1 - alpha)


def _groups(old: Known, new: Known, alpha: float, least: int) -> list[Change]:
    every = list(dict.fromkeys([*old.groups, *new.groups]))
    places = [[known.groups.index(group) if group in known.groups else -1 for group in every] for known in (old, new)]
    both = [(one, other) for one, other in zip(*places, strict=True) if one >= 0 and other >= 0]
    bounds: dict[tuple[int, int], tuple[float, float]] = {}
    if both:
        first = np.array([len(old.groups) + other for _, other in both])
        low, high = old.estimates.concat(new.estimates).difference(first, np.array([one for one, _ in both]), alpha)
        bounds = {pair: (float(low[at]), float(high[at])) for at, pair in enumerate(both)}
    sizes = [[int(known.rows[at]) if at >= 0 else 0 for at in some] for known, some in zip((old, new), places,
                                                                                          strict=True)]
    gone = [one or other for one, other in zip(hidden(sizes[0], least), hidden(sizes[1], least), strict=True)]
    return [_change(group, (old, new), (one, other), bounds.get((one, other)), least if out else 0)
            for group, one, other, out in zip(every, *places, gone, strict=True)]


def _change(group: Group, known: Sequence[Known], places: tuple[int, int], bounds: tuple[float, float] | None,
            hush: int) -> Change:
    if hush:
        return Change(group, (0, 0), None, None, None, None, f"fewer than {hush} rows: not shown")
    values = [_value(one, place) for one, place in zip(known, places, strict=True)]
    rows = [int(one.rows[place]) if place >= 0 else 0 for one, place in zip(known, places, strict=True)]
    low, high = bounds if bounds is not None and None not in values else (None, None)
    note = "" if min(places) >= 0 else "only one of both has this group"
    return Change(group, (rows[0], rows[1]), values[0], values[1], low, high, note)


def _value(known: Known, place: int) -> float | None:
    value = float(known.estimates.value[place]) if place >= 0 else float("nan")
    return None if np.isnan(value) else value
