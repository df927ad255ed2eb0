"""Verdicts with their figures, and below each what set its value and what would settle it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from shall.core.verdict import Finding, Verdict
from shall.reports._figures import bound_text, confidence_text, scale_of
from shall.reports._groups import group_table
from shall.reports._layout import Cell, Look, clipped, fitting, paragraph, plural, safe, width_of
from shall.reports._lines import MARKS, details, look_text, once, part_name, parts_differ, usual_confidence
from shall.reports._shapes import Checked, Looks

ALIGN = "<<>><>"
INDENT = 13                                 # where names begin: below them everything that belongs to them


def lines(report: Checked, look: Look) -> Iterator[str]:
    """The whole report of a check."""
    yield from head(report.subject, report.file, report.rows, look)
    yield from notes(report.notes, look)
    yield ""
    yield from verdict_table(report.verdicts, look)
    yield ""
    yield from summary(report.verdicts, report.looks, look)


def head(subject: str, file: str, rows: int, look: Look) -> list[str]:
    """Who was held to what, on how many rows."""
    return titled(subject, file, look, f"{rows:,} rows")


def titled(subject: str, file: str, look: Look, *words: str) -> list[str]:
    """The first line of a report: the name of the subject, its file, and some figures; these below where it is long."""
    told = [word for word in (safe(PurePath(file).name), *words) if word]
    named = [look.paint(safe(subject), "head")] if subject else []
    if named and width_of(safe(subject)) + 2 + width_of(" · ".join(told)) > look.width:
        return [*named, *paragraph(" · ".join(told), look.width, 2, look.paint)]
    return ["  ".join([*named, " · ".join(told)])]


def notes(texts: Sequence[str], look: Look) -> list[str]:
    """What was guessed or pooled on the way."""
    return [line for text in texts for line in paragraph(safe(text), look.width, 2, look.paint, "line")]


def verdict_table(verdicts: tuple[Verdict, ...], look: Look) -> list[str]:
    """One row of figures a verdict, and below it what belongs to it."""
    usual = usual_confidence(verdicts)
    bounds = f"{confidence_text(usual)} BOUNDS" if usual else "BOUNDS"
    titles = ("VERDICT", "REQUIREMENT", "VALUE", bounds, "LIMIT", "N")
    rows = [[Cell(title, "head") for title in titles], *(_row(verdict) for verdict in verdicts)]
    aligned = fitting(_fitted(rows, look.width), ALIGN, look.paint, look.width, names=2, below=INDENT)
    lines = [*aligned[0]]
    for verdict, own in zip(verdicts, aligned[1:], strict=True):
        below = list(_below(verdict, look, usual))
        lines += [*own, *below, *([""] if len(below) > 2 else [])]
    return lines if lines[-1] else lines[:-1]


def summary(verdicts: tuple[Verdict, ...], looks: Looks | None, look: Look) -> list[str]:
    """`7 requirements: 4 met, 2 broken, 1 undecided`."""
    counts = Counter(verdict.verdict for verdict in verdicts)
    order = [Finding.MET, Finding.BROKEN, Finding.UNDECIDED, Finding.WAIVED]
    found = ", ".join(look.paint(f"{counts[kind]} {kind}", str(kind)) for kind in order if counts[kind])
    lines = [f"{plural(len(verdicts), 'requirement')}: {found}"]
    if looks is not None:
        lines += paragraph(f"look {look_text(looks)}", look.width, 0, look.paint)
    return lines


def _row(verdict: Verdict) -> list[Cell]:
    part = verdict.deciding
    scale = scale_of(verdict, part)
    style = str(verdict.verdict)
    return [Cell(f"{MARKS[verdict.verdict]} {verdict.verdict}", style), Cell(safe(verdict.name), "name"),
            Cell(scale(part.value), style), Cell(scale.between(part.low, part.high)),
            Cell(bound_text(verdict, part)), Cell(f"{part.n:,}")]


def _fitted(rows: list[list[Cell]], width: int) -> list[list[Cell]]:
    """The names clipped, so that the figures stand beside them within the width; where that is too narrow, above them.
    """
    taken = sum(max(width_of(row[place].text) for row in rows) for place in (2, 3, 4, 5))
    beside = width - INDENT - taken - 8
    room = beside if beside >= width_of("REQUIREMENT") else width - INDENT
    return [[first._replace(text=first.text.ljust(INDENT - 2)), name._replace(text=clipped(name.text, room)), *figures]
            for first, name, *figures in rows]


def _below(verdict: Verdict, look: Look, usual: float | None) -> Iterator[str]:
    for detail in details(verdict):
        yield from paragraph(safe(detail.text), look.width, INDENT, look.paint, detail.style)
    if verdict.deciding.value is not None and verdict.deciding.confidence != usual:
        text = f"its bounds are at {confidence_text(verdict.deciding.confidence)}"
        yield from paragraph(text, look.width, INDENT, look.paint)
    if parts_differ(verdict):
        yield from _parts(verdict, look)
    open_question = verdict.verdict in (Finding.BROKEN, Finding.UNDECIDED)
    parts = verdict.evidence if look.groups else (verdict.deciding,) if open_question else ()
    for part in once(parts):
        lines = group_table(part, scale_of(verdict, part), look.paint, look.width, look.groups)
        if lines and look.groups and parts_differ(verdict):
            yield " " * (INDENT + 2) + look.paint(part_name(part), "head")
        yield from lines


def _parts(verdict: Verdict, look: Look) -> list[str]:
    """A row for each part of a line with several measures or groupings."""
    rows = []
    for part, found in zip(verdict.evidence, verdict.found, strict=True):
        scale = scale_of(verdict, part)
        rows.append([Cell(f"{MARKS[found]} {part_name(part)}", str(found)), Cell(scale(part.value)),
                     Cell(scale.between(part.low, part.high)), Cell(f"{part.n:,}")])
    return [line for own in fitting(rows, "<>>>", look.paint, look.width, INDENT + 2) for line in own]

