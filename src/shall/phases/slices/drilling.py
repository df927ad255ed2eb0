"""A requirement on a part of its rows: judged as `check` would judge it there, beside all rows, and by each group."""

from __future__ import annotations

import datetime
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from shall import registry
from shall.core.errors import ShallError
from shall.core.evidence import Evidence, GroupRow
from shall.core.filters import Comparison, Filter, Missing, columns_of
from shall.core.log import MISSING, REST, Binding, GroupDef
from shall.core.requirement import Number, Requirement
from shall.core.verdict import Verdict
from shall.core.words import Scalar
from shall.methods.slices.columns import others
from shall.phases.evidence import Known, Unmeasured
from shall.phases.measuring import Examination, alpha_of, judge_one, prepare, told
from shall.phases.slices import small_cells
from shall.phases.slices.slicing import also, base_of, gap_of, measuring, usual_bound, worst_side
from shall.tally import Tally, terms
from shall.tally.codes import band_names
from shall.tally.narrowed import Types, What, joined

MOST_TERMS: Final = 8                       # of a filter
REMEMBERED: Final = 2_000                   # lines
TOO_MANY: Final = f"A slice is made of at most {MOST_TERMS} conditions."
Counted = Callable[[Examination], Tally | str]          # or why it cannot be counted


@dataclass(frozen=True, slots=True)
class Ground:
    """What a drill stands on. ``looks``: how many looks share alpha, as in the check; ``least``: rows of a cell;
    ``recorded``: the verdict on all rows, where one was recorded."""

    binding: Binding
    types: Types
    confidence: float
    counted: Counted
    on: datetime.date
    looks: int = 1
    least: int = 1
    remembered: MutableMapping[str, tuple[Evidence, Known | Unmeasured]] = field(default_factory=dict)
    recorded: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One group value in the slice; ``where``: the slice of it alone, None where the language cannot say it."""

    name: str
    row: GroupRow
    where: Filter | None


@dataclass(frozen=True, slots=True)
class Split:
    """The slice by one group; ``lacks``: why that cannot be told."""

    group: str
    column: str
    values: tuple[Value, ...] = ()
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class Drilled:
    """A requirement in a slice. ``refused``: why nothing of it is shown.

    ``verdict`` is that of ``line``; ``here``, ``rest`` and ``whole`` are its first measure in the slice, in all other
    rows and in all rows, each with one-sided bounds; ``gap``: the value here less that of all other rows, and bounds.
    """

    requirement: Requirement
    where: Filter | None
    line: Requirement
    measure: str = ""
    verdict: Verdict | None = None
    here: Evidence | None = None
    rest: Evidence | None = None
    whole: Evidence | None = None
    gap: tuple[float, float, float] | None = None
    own: bool = False
    alone: str = ""
    splits: tuple[Split, ...] = ()
    refused: str = ""
    lacks: str = ""                         # why the requirement, or its measure, cannot be told of the slice
    suggested: Requirement | None = None    # what could be required of the slice


def drill(requirement: Requirement, where: Filter | None, ground: Ground) -> Drilled:
    """A requirement in a slice of its rows; without one, in all of them."""
    line = requirement if where is None else also(requirement, where)
    made = Drilled(requirement, where, line)
    if len(terms(where)) > MOST_TERMS:
        return replace(made, refused=TOO_MANY)
    try:
        base = base_of(requirement)
        made = replace(made, measure=str(base.measures[0]))
        refused = _too_small(base, where, ground)
    except ShallError as error:
        if ground.least > 1 and where is not None:
            return replace(made, refused=str(error))
        return replace(_judged(made, ground), lacks=str(error))
    if refused:
        return replace(made, refused=refused)
    made = _own(_beside(_judged(made, ground), base, ground), ground)
    return replace(made, splits=_splits(base, where, ground), suggested=_suggested(made, base))


def held(requirement: Requirement, ground: Ground) -> tuple[str, ...]:
    """The groups by which the measure of a requirement can be told of all its rows."""
    try:
        return tuple(one.group for one in _splits(base_of(requirement), None, ground) if one.values)
    except ShallError:
        return ()


def _suggested(made: Drilled, base: Requirement) -> Requirement | None:
    """The line in the slice, where it has a value there; else its measure, if that has one: with what all rows just
    reach, since the limit of a ratio or a difference is none of the measure itself."""
    if made.where is None:
        return None
    if made.verdict is not None and made.verdict.deciding.value is not None:
        return made.line
    if made.requirement.aggregate == "each" or made.here is None or made.here.value is None or made.whole is None:
        return None
    side = worst_side(base, made.whole.better)
    return replace(also(base, made.where), bound=usual_bound(made.whole.value, side))


def _too_small(base: Requirement, where: Filter | None, ground: Ground) -> str:
    """Why the slice may not be shown, by its rows and those of each slice that lacks one of its conditions."""
    if where is None or ground.least <= 1:
        return ""
    some = terms(where)
    around = [joined([term for term in some if term is not one]) for one in some]
    found = [_rows(base, chosen, ground) for chosen in (where, None, *around)]
    unknown = next((one for one in found if isinstance(one, str)), "")
    return unknown or small_cells.refused(int(found[0]), [int(one) for one in found[1:]], ground.least)


def _rows(base: Requirement, where: Filter | None, ground: Ground) -> int | str:
    found = _told(_measured(base, where), ground)
    if isinstance(found, str):
        return found
    coverage = found[0].coverage
    return 0 if coverage is None else coverage.of_rows


def _judged(made: Drilled, ground: Ground) -> Drilled:
    try:
        found = _verdict(made, ground)
    except ShallError as error:
        found = str(error)
    if isinstance(found, str):
        return replace(made, lacks=found)
    verdict, stood = found
    if _plain(made.requirement):            # its measure is that of the line itself
        base = _measured(base_of(made.requirement), made.where)
        ground.remembered[str(base)] = verdict.evidence[0], stood
    lost = made.where is not None and made.requirement.aggregate != "each" and verdict.deciding.value is None
    return replace(made, verdict=small_cells.of_verdict(verdict, ground.least),
                   alone=verdict.deciding.reason if lost else "")


def _verdict(made: Drilled, ground: Ground) -> tuple[Verdict, Known | Unmeasured] | str:
    """That of the line in the slice, and what it stands on; of all rows the recorded one."""
    if made.where is None and ground.recorded is not None:
        better = {str(call): registry.card(call.name).better for call in made.line.measures}
        parts = tuple(replace(part, better=better.get(part.measure, part.better)) for part in ground.recorded.evidence)
        return replace(ground.recorded, evidence=parts), Unmeasured("it is read from a record")
    found = _tally([made.line], ground)
    return found if isinstance(found, str) else judge_one(*found, on=ground.on, looks=ground.looks)


def _plain(line: Requirement) -> bool:
    """Whether a line is one measure of all rows with one limit."""
    sides = (line.bound.low, line.bound.high)
    return (line.aggregate == "each" and not (line.over or line.within) and len(line.measures) == 1
            and sum(isinstance(side, Number) for side in sides) == 1)


def _beside(made: Drilled, base: Requirement, ground: Ground) -> Drilled:
    """The measure in the slice, in all other rows, and in all rows."""
    where, kept = made.where, []
    for chosen in (None,) if where is None else (None, where, others(where)):
        try:
            found = _told(_measured(base, chosen), ground)
        except ShallError as error:
            found = str(error)
        if isinstance(found, str):
            return replace(made, lacks=made.lacks or found)
        kept.append(found)
    evidence = [_hushed(part, ground.least) for part, _ in kept]
    if where is None:
        return replace(made, whole=evidence[0], here=evidence[0])
    whole, here, rest = evidence
    alpha = alpha_of(base, ground.confidence, ground.looks)
    return replace(made, here=here, rest=rest, whole=whole, gap=_between(here, rest, (kept[1][1], kept[2][1]), alpha))


def _between(here: Evidence, rest: Evidence, families: tuple[Known | Unmeasured, Known | Unmeasured],
             alpha: float) -> tuple[float, float, float] | None:
    if here.value is None or rest.value is None:
        return None
    low, high = gap_of(*families, alpha)
    return here.value - rest.value, low, high


def _own(made: Drilled, ground: Ground) -> Drilled:
    """With the bounds of the requirement, where it compares this slice with all other rows: two groups of one kind."""
    line = made.requirement
    over = line.over[0] if len(line.over) == 1 and not line.within else ()
    group = next((one for one in ground.binding.groups if (one.name,) == over), None)
    if line.aggregate != "difference" or group is None or made.gap is None:
        return made
    whole = _judged(Drilled(line, None, line), ground).verdict
    part = None if whole is None or len(whole.evidence) != 1 else whole.deciding
    if part is None or part.value is None or part.low is None or part.high is None:
        return made
    here = [row.group for row in part.groups if _is_group(made.where, group, row.group[-1][1], ground.types)]
    rest = [row.group for row in part.groups if row.group not in here]
    if {*part.worst} != {*here, *rest} or len(here) != 1 or abs(made.gap[0]) != abs(part.value):
        return made
    gap = (part.value, part.low, part.high)
    return replace(made, own=True, gap=gap if part.worst[0] == here[0] else (-gap[0], -gap[2], -gap[1]))


def _is_group(where: Filter | None, group: GroupDef, name: str, types: Types) -> bool:
    """Whether a filter selects the rows of one value of a group, as a click on it does."""
    return where is not None and {*terms(value_filter(group, name, types))} == {*terms(where)}


def _splits(base: Requirement, where: Filter | None, ground: Ground) -> tuple[Split, ...]:
    used = {*columns_of(where)} if where is not None else set()
    groups = [group for group in ground.binding.groups if group.column not in used]
    return tuple(_by(group, base, where, ground) for group in groups)


def _by(group: GroupDef, base: Requirement, where: Filter | None, ground: Ground) -> Split:
    blank = Split(group.name, group.column)
    try:
        found = _told(replace(_measured(base, where), over=((group.name,),)), ground)
    except ShallError as error:
        found = str(error)
    if isinstance(found, str):
        return replace(blank, lacks=found)
    rows = small_cells.shown(found[0].groups, ground.least)
    return replace(blank, lacks="" if rows else found[0].reason, values=tuple(
        Value(row.group[-1][1], row, value_filter(group, row.group[-1][1], ground.types)) for row in rows))


def _measured(base: Requirement, where: Filter | None) -> Requirement:
    """The measure alone, with the side of its bound, on a part of the rows."""
    line = base if where is None else also(base, where)
    return measuring(line, "<=" if base.bound.high is not None else ">=")


def _tally(lines: Sequence[Requirement], ground: Ground) -> tuple[Examination, Tally] | str:
    examination = prepare(lines, ground.binding, ground.confidence)
    found = ground.counted(examination)
    return found if isinstance(found, str) else (examination, found)


def _told(line: Requirement, ground: Ground) -> tuple[Evidence, Known | Unmeasured] | str:
    """The evidence of one line, and what it stands on; what was told before is remembered."""
    if str(line) not in ground.remembered:
        if len(ground.remembered) >= REMEMBERED:
            ground.remembered.clear()
        found = _tally([line], ground)
        if isinstance(found, str):
            return found
        ground.remembered[str(line)] = told(*found, {}, ground.looks)[0]
    return ground.remembered[str(line)]


def _hushed(part: Evidence, least: int) -> Evidence:
    rows = part.coverage.of_rows if part.coverage is not None else 0
    if least <= 1 or not (0 < rows < least or 0 < part.n < least):
        return part
    return replace(part, value=None, low=None, high=None, n=0, groups=(), coverage=None,
                   reason=small_cells.WHY.format(least=least))


def value_filter(group: GroupDef, name: str, types: Types) -> Filter | None:
    """The rows of one value of a group, as a filter; None where the language cannot say it."""
    if name == REST or group.column not in types:
        return None
    if name == MISSING:
        return Missing(group.column)
    return _band(group, name) if group.cut else _equal(group.column, name, types[group.column])


def _equal(column: str, name: str, what: What) -> Filter | None:
    value: Scalar = name
    try:
        if what in ("whole", "number"):
            value = int(name) if name.removeprefix("-").isdigit() else float(name)
    except ValueError:
        return None
    return Comparison(column, "=", name == "true" if what == "truth" else value)


def _band(group: GroupDef, name: str) -> Filter | None:
    edges = (None, *group.cut, None)
    ends = dict(zip(band_names(group.cut), pairwise(edges), strict=True)).get(name)
    if ends is None:
        return None
    low, high = (int(end) if end is not None and end.is_integer() else end for end in ends)
    made: list[Filter] = [] if low is None else [Comparison(group.column, ">=", low)]
    made += [] if high is None else [Comparison(group.column, "<", high)]
    return joined(made)
