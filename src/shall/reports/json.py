"""The report for programs: JSON of a versioned schema, the same bytes for the same findings.

The schema is `schema/report-1.json`; a field is never removed or given another meaning within a version.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from shall.core.curve import Curve
from shall.core.errors import Problem
from shall.core.evidence import Evidence, GroupRow
from shall.core.heard import Heard
from shall.core.requirement import Number, Reference
from shall.core.span import Span
from shall.core.units import BASE, UNITS
from shall.core.verdict import Finding, Verdict, limit_of, worst
from shall.reports._build_data import searched
from shall.reports._catalogue import Entry
from shall.reports._compressed import Compressed
from shall.reports._compressed import described as of_compressed
from shall.reports._figures import finite, limit_on
from shall.reports._intersections import Intersections
from shall.reports._intersections import described as of_intersections
from shall.reports._shapes import Asked, Built, Checked, Looks, Pack, Planned, Watched, Windowed
from shall.reports._shipped import Proved, Shipped, described, of_proof
from shall.reports._slices import Slices
from shall.reports._slices import described as of_slices

VERSION: Final = 1


def check(report: Checked) -> str:
    """The report of `check`."""
    return written("check", {
        "subject": report.subject, "file": report.file,
        "rows": report.rows, "notes": list(report.notes), "digests": dict(report.digests),
        "looks": _looks(report.looks),
        "verdict": str(report.verdict), "summary": _summary(report.verdicts),
        "verdicts": [of_verdict(verdict) for verdict in report.verdicts],
        "curves": [_curve(curve) for curve in report.curves],
    })


def watch(report: Watched) -> str:
    """The report of `watch`."""
    return written("watch", {
        "subject": report.subject, "file": report.file,
        "size": report.size, "promise": report.promise, "notes": list(report.notes),
        "windows": [_window(window) for window in report.windows],
        "alarms": [{"name": one.name, "requirement": one.line, "row": one.row, "at": one.at, "window": one.window,
                    "about": one.about} for one in report.sounded],
        "spans": [of_span(one) for one in report.spans], "unspanned": dict(report.unspanned),
        "heard": [of_heard(one) for one in report.heard],
        "further": [{"size": one.size, "windows": [_window(window) for window in one.windows]}
                    for one in report.further],
    })


def of_span(span: Span) -> dict[str, Any]:
    """What is known of the whole life of a line until a window."""
    return {"name": span.name, "window": span.window, "value": finite(span.value), "low": finite(span.low),
            "high": finite(span.high), "n": span.n, "about": span.about}


def of_heard(one: Heard) -> dict[str, Any]:
    """What an alarm of a line hears beside the mean of all rows."""
    return {"name": one.name, "window": one.window, "measure": one.measure, "heard": finite(one.heard),
            "value": finite(one.value), "first": one.first, "n": one.n, "about": one.about, "others": one.others}


def build(built: Built) -> str:
    """The report of `build`."""
    return written("build", {
        "subject": built.subject, "file": built.file, "rows": built.rows, "train_rows": built.train_rows,
        "objective": built.objective, "notes": list(built.notes), "requirements": list(built.requirements),
        "looks": _looks(built.looks), "summary": _summary(built.verdicts), "model": built.model,
        "found": built.found, "in_the_way": built.in_the_way,
        "verdicts": [of_verdict(verdict) for verdict in built.verdicts],
        **searched(built),
    })


def intersections(found: Intersections) -> str:
    """The report of `intersections`."""
    return written("intersections", of_intersections(found))


def slices(found: Slices) -> str:
    """The report of `slices`."""
    return written("slices", of_slices(found))


def proof(proved: Proved) -> str:
    """The report of `prove`."""
    return written("prove", of_proof(proved))


def ship(shipped: Shipped) -> str:
    """The report of `ship`: the proof, and the report of `check` on the graph."""
    found = described(shipped)
    for told, branch in zip(found["branches"], shipped.branches, strict=True):
        told["check"] = _of_check(branch.check)
    return written("ship", {**of_proof(shipped.proved), **found, "check": _of_check(shipped.check)})


def _of_check(told: Checked | None) -> Any:
    return None if told is None else json.loads(check(told))


def compress(compressed: Compressed) -> str:
    """The report of `compress`: every candidate, and the verdicts on the chosen one."""
    return written("compress", {**of_compressed(compressed), "looks": _looks(compressed.looks),
                                "summary": _summary(compressed.verdicts),
                                "verdicts": [of_verdict(verdict) for verdict in compressed.verdicts]})


def plan(planned: Planned) -> str:
    """The report of `check --plan`."""
    return written("plan", {
        "subject": planned.subject, "file": planned.file, "rows": planned.rows, "notes": list(planned.notes),
        "lines": [{"name": line.name, "requirement": line.requirement, "rows": line.rows, "group": line.group,
                   "assumed": line.assumed} for line in planned.lines],
    })


def measures(entries: Sequence[Entry], packs: Sequence[Pack] = ()) -> str:
    """The cards of measures, and packs of requirements."""
    return written("list", {"measures": [_measure(entry) for entry in entries],
                            **({"packs": [_pack(pack) for pack in packs]} if packs else {})})


def contents(asked: Asked) -> str:
    """What a shall file asks for."""
    return written("list", {
        "file": str(asked.path), "confidence": asked.confidence,
        "groups": [{"name": group.name, "column": group.column, "cut": list(group.cut), "at_least": group.at_least,
                    "rest": group.rest} for group in asked.groups],
        "requirements": [{"name": requirement.name, "requirement": str(requirement), "why": requirement.why,
                          "phases": list(requirement.phases),
                          **({"pack": requirement.origin} if requirement.origin else {})}
                         for requirement in asked.requirements],
        **({"packs": [_pack(used.pack) | {"replaced": list(used.replaced), "left_out": dict(used.left_out)}
                      for used in asked.packs]} if asked.packs else {})})


def problems(found: Sequence[Problem]) -> str:
    """What is wrong with some files."""
    return written("lint", {"problems": [
        {"file": problem.file, "line": problem.line, "column": problem.column, "message": problem.message,
         "fix": problem.fix} for problem in found]})


def written(verb: str, body: Mapping[str, Any]) -> str:
    """A whole report as text; keys sorted, floats by their shortest digits, no NaN, no infinity."""
    whole = {"shall_report": VERSION, "verb": verb, **body}
    return json.dumps(whole, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def of_verdict(verdict: Verdict) -> dict[str, Any]:
    """One verdict: the figures of the part that decided it, then all parts where there are several."""
    requirement = verdict.requirement
    of_line: dict[str, Any] = {
        "name": verdict.name, "requirement": str(requirement), "verdict": str(verdict.verdict),
        "phase": verdict.phase, "on": verdict.on.isoformat(), "needs": verdict.needs, "why": requirement.why,
        "controls": list(requirement.controls), "on_broken": " and ".join(requirement.on_broken),
    }
    if verdict.verdict is Finding.WAIVED and requirement.waive is not None:
        waiver = requirement.waive
        of_line["found"] = str(worst(verdict.found))
        of_line["waived"] = {"until": waiver.until.isoformat(), "by": waiver.by, "why": waiver.why}
    if requirement.origin:
        of_line["pack"] = requirement.origin
    deciding = of_part(verdict, verdict.deciding)
    parts = [of_part(verdict, part) | {"found": str(kind)}
             for part, kind in zip(verdict.evidence, verdict.found, strict=True)]
    return {**deciding, **of_line, "parts": parts if len(parts) > 1 else []}


def of_part(verdict: Verdict, part: Evidence) -> dict[str, Any]:
    """The figures of one part, in base units (seconds, bytes, shares of one)."""
    limit = limit_on(verdict, part)
    return {
        "measure": part.measure, "aggregate": part.aggregate, "over": list(part.grouping), "side": part.side,
        "outcome": str(part.outcome), "value": finite(part.value), "low": finite(part.low), "high": finite(part.high),
        "limit": finite(limit_of(verdict.requirement, part.side)), "limit_text": str(limit), "unit": _unit(limit, part),
        "n": part.n, "confidence": finite(part.confidence), "compared": part.compared, "reason": part.reason,
        "worst": [_group(group) for group in part.worst], "groups": [_row(row) for row in part.groups],
        "coverage": _coverage(part),
    }


def _curve(curve: Curve) -> dict[str, Any]:
    return {"requirement": curve.requirement, "measure": curve.measure, "title": curve.title, "kind": curve.kind,
            "x": curve.x, "y": curve.y, "diagonal": curve.diagonal, "left": curve.left,
            "series": [{"group": _group(series.group), "name": series.name, "points": [
                {"x": finite(point.x), "y": finite(point.y), "low": finite(point.low), "high": finite(point.high),
                 "label": point.label} for point in series.points]} for series in curve.series]}


def _measure(entry: Entry) -> dict[str, Any]:
    card = entry.card
    return {"id": entry.id, "question": entry.question, "line": entry.line, "doc": entry.doc,
            "examines": list(card.examines), "needs": list(card.needs), "better": card.better, "unit": card.unit,
            "low": finite(card.low), "high": finite(card.high), "bounds": card.bounds, "live": card.live,
            "takes": card.takes, "reference": card.reference, "census": card.census,
            "options": {option.name: option.default for option in card.options},
            "aliases": {alias: dict(preset) for alias, preset in card.aliases}}


def _pack(pack: Pack) -> dict[str, Any]:
    return {"name": pack.name, "title": pack.title, "source": pack.source, "url": pack.url,
            "date": pack.date.isoformat(), "about": pack.about, "not_covered": list(pack.not_covered),
            "groups": dict(pack.groups),
            "requirements": [{"name": line.name, "requirement": str(line), "why": line.why,
                              "controls": list(line.controls)} for line in pack.requirements]}


def _looks(looks: Looks | None) -> dict[str, int] | None:
    if looks is None:
        return None
    return {"number": looks.number, "budget": looks.budget, "repeated": looks.repeated}


def _summary(verdicts: tuple[Verdict, ...]) -> dict[str, int]:
    counts = Counter(verdict.verdict for verdict in verdicts)
    return {str(kind): counts[kind] for kind in Finding}


def _window(window: Windowed) -> dict[str, Any]:
    return {"label": window.label, "rows": window.rows, "labelled": window.labelled,
            "verdicts": [of_verdict(verdict) for verdict in window.verdicts],
            "alarms": [of_verdict(verdict) for verdict in window.alarms]}


def _row(row: GroupRow) -> dict[str, Any]:
    return {"group": _group(row.group), "rows": row.rows, "n": row.n, "value": finite(row.value),
            "low": finite(row.low), "high": finite(row.high), "judged": row.judged, "note": row.note}


def _group(group: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return dict(group)


def _coverage(part: Evidence) -> dict[str, int] | None:
    cover = part.coverage
    if cover is None:
        return None
    return {"groups": cover.groups, "of_groups": cover.of_groups, "rows": cover.rows,
            "of_rows": cover.of_rows, "skipped": cover.skipped}


def _unit(limit: Number | Reference, part: Evidence) -> str:
    number = limit if isinstance(limit, Number) else limit.share or limit.offset
    return BASE[UNITS[number.unit][0]] if number is not None and number.unit else part.unit
