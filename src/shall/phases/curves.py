"""The curves of a check: what each measure can be drawn by, for the groups that matter most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from shall.core.curve import Curve, Group, Series
from shall.core.evidence import Evidence
from shall.core.verdict import Verdict
from shall.phases.measuring import Examination
from shall.phases.parts import Part
from shall.tally import Tally

MOST: Final = 8                             # groups that one curve has


def curves(examination: Examination, tally: Tally, references: Mapping[str, Tally],
           verdicts: Sequence[Verdict]) -> tuple[Curve, ...]:
    """The curves of every measure that has some, in the order of the requirements.

    A measure file may have ``curve(cells, …)`` with the arguments of ``estimate``; it is asked once for each
    grouping. Of many groups the worst and then the largest are kept. Where rows of one unit depend on each other,
    or have weights, no bounds are drawn: those of a curve take rows as they come.
    """
    binding, found = examination.binding, []
    for verdict, parts in zip(verdicts, examination.parts, strict=True):
        if verdict.phase not in verdict.requirement.phases:
            continue
        weighted = binding.column("weight") is not None or verdict.requirement.population is not None
        apart = binding.column("unit") is None and not weighted
        seen: set[Any] = set()
        for part, evidence in zip(parts, verdict.evidence, strict=True):
            key = (str(part.call), part.grouping)
            if key not in seen and part.needs and evidence.value is not None:
                seen.add(key)
                curve = _of(part, evidence, tally, references)
                found += [curve if apart else _unbounded(curve)] if curve is not None else []
    return tuple(found)


def _of(part: Part, evidence: Evidence, tally: Tally, references: Mapping[str, Tally]) -> Curve | None:
    draw = getattr(part.module, "curve", None)
    against = part.requirement.against
    if draw is None or part.average:
        return None
    kept = _kept(evidence)
    curve: Curve | None = None
    series: list[Series] = []
    for item, need in zip(part.items, part.needs, strict=True):
        if part.by_item and part.key(item, ()) not in kept:
            continue
        counted = [tally.cells(need)]
        if against is None:                 # beside a reference, all groups have a say in the bins
            counted = [counted[0].only([group for group in counted[0].groups if part.key(item, group) in kept])]
        else:
            counted.append(references[against].cells(part.beside(need, against)))
        cells = [some.weighing(1) if some.weighted else some for some in counted]
        curve = draw(*cells, *part.call.columns, **part.options)
        series += [replace(one, group=part.key(item, one.group)) for one in curve.series]
    series = sorted((one for one in series if one.group in kept), key=lambda one: kept.index(one.group))
    if curve is None or not series:
        return None
    left = len(evidence.groups) - len({one.group for one in series})
    return replace(curve, x=part.by_item or curve.x, series=tuple(series),
                   measure=str(part.call), requirement=part.requirement.name, left=left)


def _kept(evidence: Evidence) -> list[Group]:
    """The worst groups, then those with most rows; features have the same rows, so there it is the value."""
    sign = -1 if evidence.better == "lower" else 1
    known = [(-row.rows, sign * row.value, row.group) for row in evidence.groups if row.value is not None]
    return list(dict.fromkeys((*evidence.worst, *(group for _, _, group in sorted(known)))))[:MOST]


def _unbounded(curve: Curve) -> Curve:
    return replace(curve, series=tuple(replace(one, points=tuple(replace(point, low=None, high=None)
                                                                 for point in one.points)) for one in curve.series))
