"""One part of a requirement, measured on a tally; still without its limit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall import stats
from shall.core.evidence import Coverage, Evidence, GroupRow, Outcome
from shall.core.requirement import Reference
from shall.phases.parts import Part
from shall.phases.watching.newest import Newest
from shall.stats import Estimates
from shall.tally import Cells, Tally, blocks

Key = tuple[tuple[str, str], ...]           # (("sex", "F"), ("race", "2"))
TIMES: Final = 100                          # as many rows, and so many more: nobody has them
MANY: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """What a part knows of each group before anything is aggregated."""

    estimates: Estimates
    groups: tuple[Key, ...]
    rows: NDArray[np.int64]
    judged: NDArray[np.bool_]
    bands: NDArray[np.int64] | None         # the band of each group, where `within` asks for bands
    skipped: int
    refuted: NDArray[np.bool_] | None = None    # of an estimate: the groups in which labels say otherwise
    labels: str = ""                        # which labels those are


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Why a part could not be measured at all."""

    reason: str


def estimate(part: Part, tally: Tally, references: Mapping[str, Tally],
             newest: Newest | None = None) -> Known | Unmeasured:
    """The estimates of a part in each of its groups; ``newest``: labels that an estimate stands up to, of a watch."""
    absent = [name for name in part.references if name != "overall" and name not in references]
    if part.lacks or absent:
        return Unmeasured(part.lacks or f"there is no `{absent[0]}` to compare with")
    newest = newest if part.card.estimates and part.requirement.against != "previous" else None
    checks = () if newest is None else tuple(newest.of(need) for need in part.needs)
    family, groups, cells = _measured(part, tally, references, tuple(one.cells for one in checks))
    if not cells.rows.sum():
        return Unmeasured("no row is left: the log is empty, or the filter matches nothing")
    refuted, labels = _refuted(family), checks[0].told if checks else "these rows"
    several = 1 if part.average else len(part.items)
    if isinstance(part.limit, Reference):
        family = _compared(part, family, groups, tally if part.limit.name == "overall" else references[part.limit.name])
    width = len(part.requirement.within)
    bands = np.unique([repr(group[:width]) for group in groups], return_inverse=True)[1] if width else None
    return Known(family, groups, np.tile(cells.rows, several), np.tile(cells.judged, several), bands, cells.skipped,
                 refuted, labels)


def _refuted(family: Any) -> NDArray[np.bool_] | None:
    """bool[G]: where the check of an estimate has failed; None where it has none."""
    while hasattr(family, "base"):          # weights, units
        family = family.base
    found: NDArray[np.bool_] | None = getattr(family, "refuted", None)
    return found


def _measured(part: Part, tally: Tally, references: Mapping[str, Tally], checks: tuple[Cells, ...] = (), *,
              overall: bool = False) -> tuple[Estimates, tuple[Key, ...], Cells]:
    """The family of a part, its groups, and the cells of one item; with ``overall`` of all groups together.

    ``checks``: of each need the rows by whose labels an estimate is checked, where these are not its own.
    """
    against = part.requirement.against
    needs = [replace(need, groups=()) for need in part.needs] if overall else part.needs
    cells = [tally.cells(need) for need in needs]
    then: list[tuple[Cells, ...]] = [()] * len(needs)
    if against and part.card.probe:
        then = [(some,) for some in cells]
    elif against:
        then = [(references[against].cells(need),) for need in (part.beside(one, against) for one in needs)]
    if checks:
        then = [(*some, check) for some, check in zip(then, checks, strict=True)]
    items = [(now, *other) for now, other in zip(cells, then, strict=True)]
    if part.average == "micro":             # together before anything is made of weights, units or learning again
        return _family(part, *items), cells[0].groups, cells[0]
    found = [_family(part, views) for views in items]
    if part.average:
        return _averaged(part, found, cells), cells[0].groups, cells[0]
    groups = tuple(part.key(item, group) for item, some in zip(part.items, cells, strict=True) for group in some.groups)
    return reduce(lambda left, right: left.concat(right), found), groups, cells[0]


def _averaged(part: Part, families: list[Estimates], cells: list[Cells]) -> Estimates:
    """Over the classes, each with the same share, or with that of its labels."""
    shares = np.ones((len(families), len(cells[0].groups)))
    if part.average == "weighted":
        seen = [some.weighing(1) if some.weighted else some for some in cells]
        shares = np.stack([some.table("label")[:, 1].astype(float) for some in seen])
    return stats.Averaged(tuple(families), shares / np.maximum(shares.sum(axis=0), 1e-300), part.card.apart)


def _family(part: Part, *items: tuple[Cells, ...]) -> Estimates:
    """The family of one item, or of several together; with weights on the effective sample, with units from deleting a
    bucket at a time, with learned weights from learning them again. Of each item its cells, and those it is against."""
    def made(some: Sequence[tuple[Cells, ...]], power: int = 0) -> Estimates:
        along = getattr(part.module, "ALONG", "")
        if not along or len(some) > 1:
            return together(some, power)
        return stats.Parted.of((places, together([(block,)], power)) for places, block in blocks(some[0][0], along))

    def together(some: Sequence[tuple[Cells, ...]], power: int) -> Estimates:
        families: list[Estimates] = [
            part.module.estimate(*(one.weighing(power) if power else one for one in views), *part.call.columns,
                                 **part.options) for views in some]
        found: Estimates = families[0] if len(families) == 1 else stats.pooled(families)
        return found

    cells = items[0][0]
    if part.card.census or part.options.get("census"):
        return made(items)
    weighted = cells.weighted
    base: Estimates = stats.weighted(made(items, 1), made(items, 2), made(items)) if weighted else made(items)
    both = 1 if part.card.estimates else None       # samples that are compared may have noise of units in common
    without = (made([(*left, *views[len(left):]) for left, views in zip(lefts, items, strict=True)], int(weighted))
               for lefts in zip(*(views[0].buckets(*views[1:both]) for views in items), strict=True))
    if (first := next(without, None)) is not None:
        base = stats.jackknifed(base, chain((first,), without), (cells.table("bucket") > 0).sum(axis=1))
    if not (drawn := len(cells.relearned())):
        return base
    again = [made([tuple(_drawn(one, drawn)[k] for one in views) for views in items]).value for k in range(drawn)]
    return stats.Relearned(base, np.stack(again, axis=1))


def _drawn(cells: Cells, times: int) -> Sequence[Cells]:
    """The cells with each replicate of the learned weight; as they are, so many times, where it was not learned."""
    return cells.relearned() or [cells.weighing(1)] * times


def _compared(part: Part, family: Estimates, groups: tuple[Key, ...], reference: Tally) -> Estimates:
    """Each group beside its twin in the reference (or beside everybody)."""
    limit = part.limit
    assert isinstance(limit, Reference)
    overall = limit.name == "overall"
    twins, theirs, _ = _measured(part, reference, {}, overall=overall)
    place = {group: index for index, group in enumerate(theirs)}
    items = {name for item in part.items for name, _ in item}
    wanted = [tuple(pair for pair in group if pair[0] in items) if overall else group for group in groups]
    twin = np.array([place.get(group, -1) for group in wanted])
    return stats.Compared(family.concat(twins), np.where(twin < 0, -1, twin + len(groups)),
                          "over" if limit.share else "minus")


def comparisons(part: Part, known: Known | Unmeasured) -> int:
    """How many groups or pairs a part compares: what *broken* is corrected for."""
    if isinstance(known, Unmeasured):
        return 0
    return stats.comparisons(part.requirement.aggregate, known.judged, known.bands, to=_to(part, known))


def evidence(part: Part, known: Known | Unmeasured, alpha: float, together: int) -> Evidence:
    """The aggregate over groups with its two one-sided bounds, and the table of groups."""
    blank = Evidence(
        measure=str(part.call), aggregate=part.requirement.aggregate, grouping=part.grouping, side=part.side,
        outcome=Outcome.NOT_AVAILABLE, confidence=1 - alpha, unit=part.card.unit, better=part.card.better,
        compared=_compared_words(part),
    )
    if isinstance(known, Unmeasured):
        return replace(blank, reason=known.reason)
    family = known.estimates
    table = _table(known, alpha)
    measured = known.judged & ~np.isnan(family.value)
    coverage = Coverage(groups=int(measured.sum()), of_groups=len(known.groups),
                        rows=_rows(part, known, measured), of_rows=_rows(part, known, None), skipped=known.skipped)
    n = family.n[measured]
    blank = replace(blank, groups=table, coverage=coverage,
                    n=int(n.max(initial=0) if part.by_item else min(n.sum(), coverage.of_rows)))
    to = _to(part, known)
    if part.requirement.to is not None and to is None:
        return replace(blank, reason=f"no row is in group {part.requirement.to}, which `to` names")
    extreme = stats.over_groups(family, part.requirement.aggregate, part.side, alpha, to=to, bands=known.bands,
                                judged=known.judged, comparisons=max(together, 1))
    if extreme.value is None or math.isnan(extreme.value):
        return replace(blank, reason=_why_not(part, known))
    low, high = extreme.low, extreme.high
    if not measured[known.judged].all():        # a judged group without a value: nothing may be asserted of all
        low, high = (-math.inf, high) if part.side == ">=" else (low, math.inf)
    worst = tuple(known.groups[index] for index in extreme.worst)
    return replace(blank, outcome=Outcome.MEASURED, value=extreme.value, low=low, high=high, worst=worst)


def settles(part: Part, known: Known, limit: float, alpha: float, together: int) -> str:
    """What would settle an undecided part, as a sentence."""
    plan = stats.rows_to_settle(
        known.estimates, limit, part.requirement.aggregate, part.side, alpha, to=_to(part, known), bands=known.bands,
        judged=known.judged, comparisons=max(together, 1))
    if plan is None:
        return ""
    extra = [(index, math.ceil(known.rows[index] * (factor - 1))) for index, factor in plan]
    if any(factor > TIMES and more > MANY for (_, factor), (_, more) in zip(plan, extra, strict=True)):
        return f"not by more rows, it would take over {TIMES} times as many: the value is too near its limit"
    return " and ".join(f"about {more:,} more rows{_of(known.groups[index])}" for index, more in extra if more > 0)


def _of(group: Key) -> str:
    return f" of {', '.join(f'{name} = {value}' for name, value in group)}" if group else ""


def _to(part: Part, known: Known) -> int | None:
    """The index of the group that `ratio(to = …)` names."""
    named = (index for index, group in enumerate(known.groups) if group and group[-1][1] == part.requirement.to)
    return next(named, None)


def _table(known: Known, alpha: float) -> tuple[GroupRow, ...]:
    (low, high), values, n = known.estimates.bounds(alpha), known.estimates.value, known.estimates.n
    rows = []
    for index, group in enumerate(known.groups):
        value = float(values[index])
        measured = not math.isnan(value)
        rows.append(GroupRow(
            group=group, rows=int(known.rows[index]), n=int(n[index]),
            value=value if measured else None, low=float(low[index]) if measured else None,
            high=float(high[index]) if measured else None, judged=bool(known.judged[index]),
            note="" if measured else "no value" if n[index] else "no row that it stands on"))
    return tuple(rows)


def _rows(part: Part, known: Known, chosen: NDArray[np.bool_] | None) -> int:
    """Rows of some groups; every feature, and every class, is asked of the same rows, so there they count once."""
    rows = known.rows if chosen is None else np.where(chosen, known.rows, 0)
    several = 1 if part.average else len(part.items)
    return int(rows.reshape(several, -1).sum(axis=1).max(initial=0))


def _why_not(part: Part, known: Known) -> str:
    measured = int((known.judged & ~np.isnan(known.estimates.value)).sum())
    if not measured and part.requirement.population is not None and known.estimates.n.any():
        return f"the rows have no weights that make them like those of {part.requirement.population}, for a reason " \
               "that a note gives"
    if not measured and part.card.estimates:
        reference = part.requirement.against
        if known.refuted is not None and known.refuted[known.judged].any():
            return f"labels of {known.labels} say that scores mean something else now than in `{reference}`"
        return f"`{reference}` says too little of rows like these"
    if not measured and not known.judged.any():
        return "every group has fewer rows than its `at_least`, so none is judged"
    if not measured and known.estimates.n[known.judged].any():
        where = "any group" if part.grouping else "these rows"
        return f"{part.measure} has no value in {where}: `shall describe {part.measure}` says when it has none"
    if not measured:
        return f"no {'group has a' if part.grouping else ''} row that {part.measure} stands on".replace("  ", " ")
    if part.requirement.aggregate != "each" and measured == 1:
        return "only one group has a value: there is nothing to compare it with"
    return f"{part.requirement.aggregate} of {part.measure} is 0 / 0"


def _compared_words(part: Part) -> str:
    if not isinstance(part.limit, Reference):
        return ""
    return f"{'over' if part.limit.share else 'minus'} {part.limit.name}"
