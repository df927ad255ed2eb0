"""What became of a graph that was to be smaller: the frontier of latency, size and objective, and who was chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

from shall.core.verdict import Verdict
from shall.reports._checked import summary, titled, verdict_table
from shall.reports._figures import finite
from shall.reports._layout import Cell, Look, clipped, fitting, headed, paragraph, plural, safe, size_text
from shall.reports._shapes import Looks

NAME: Final = 50                            # columns of a candidate's name


class Judged(Protocol):
    """What was found of a candidate on the rows to choose on."""

    @property
    def objective(self) -> float | None: ...


class Tried(Protocol):
    """One candidate; ``seconds`` of one row were measured, or predicted only."""

    @property
    def said(self) -> str: ...
    @property
    def bytes(self) -> int: ...
    @property
    def predicted(self) -> float: ...
    @property
    def measured(self) -> float | None: ...
    @property
    def seconds(self) -> float: ...
    @property
    def judged(self) -> Judged: ...
    @property
    def kept(self) -> bool: ...
    @property
    def broken(self) -> Sequence[str]: ...
    @property
    def unbeaten(self) -> bool: ...


class Compressed(Protocol):
    """A search for a smaller graph."""

    @property
    def subject(self) -> str: ...
    @property
    def tried(self) -> Sequence[Tried]: ...
    @property
    def objective(self) -> str: ...
    @property
    def rows(self) -> tuple[int, int]: ...
    @property
    def chosen(self) -> int | None: ...
    @property
    def verdicts(self) -> tuple[Verdict, ...]: ...
    @property
    def gate(self) -> int: ...
    @property
    def looks(self) -> Looks | None: ...
    @property
    def found(self) -> bool: ...
    @property
    def place(self) -> str: ...
    @property
    def notes(self) -> Sequence[str]: ...
    @property
    def stopped(self) -> bool: ...


def lines(found: Compressed, look: Look) -> Iterator[str]:
    """The whole report."""
    learn, choose = found.rows
    yield from titled(found.subject, "", look, plural(len(found.tried) - 1, "candidate"),
                      f"{learn:,} rows to learn from", f"{choose:,} to choose on")
    for note in (*found.notes, *(["the search was stopped: this is what it had"] if found.stopped else [])):
        yield from paragraph(safe(note), look.width, 2, look.paint, "line")
    yield ""
    yield from paragraph("The frontier: what no candidate beats in latency, size and objective", look.width, 0,
                         look.paint, "head")
    yield from _frontier(found, look)
    yield ""
    yield from _outcome(found, look)


def described(found: Compressed) -> dict[str, Any]:
    """The search as plain data."""
    return {"subject": found.subject, "objective": found.objective, "rows": list(found.rows), "gate": found.gate,
            "found": found.found, "chosen": found.chosen, "model": found.place, "stopped": found.stopped,
            "notes": list(found.notes),
            "tried": [{"name": one.said, "bytes": one.bytes, "predicted": one.predicted, "measured": one.measured,
                       "objective": finite(one.judged.objective), "kept": one.kept, "not_met": list(one.broken),
                       "frontier": one.unbeaten} for one in found.tried]}


def _frontier(found: Compressed, look: Look) -> list[str]:
    shown = [place for place, one in enumerate(found.tried) if not place or one.unbeaten or place == found.chosen]
    order = [0, *sorted(shown[1:], key=lambda place: -found.tried[place].seconds)]
    head = [Cell(""), *(Cell(title, "head") for title in ("CANDIDATE", "LATENCY", "FASTER", "SIZE", "SMALLER",
                                                          clipped(safe(found.objective), 16).upper(), "REQUIREMENTS"))]
    rows = [head, *(_row(found, place) for place in order)]
    return [line for own in fitting(rows, "<<>>>>><", look.paint, look.width, names=2, text=True) for line in own]


def _row(found: Compressed, place: int) -> list[Cell]:
    one, full = found.tried[place], found.tried[0]
    about = "" if one.measured is not None else "~"
    value = one.judged.objective
    return [Cell("→" if place == found.chosen else " "), Cell(clipped(safe(one.said), NAME)),
            Cell(f"{about}{one.seconds * 1e6:,.0f} µs"), Cell(f"{full.seconds / one.seconds:.1f}×"),
            Cell(size_text(one.bytes)), Cell(f"{full.bytes / one.bytes:.1f}×"),
            Cell("" if value is None else f"{value:.4f}"),
            Cell("kept" if one.kept else f"short of {', '.join(one.broken)}", "met" if one.kept else "broken")]


def _outcome(found: Compressed, look: Look) -> Iterator[str]:
    if found.chosen is None:
        yield from paragraph("No smaller graph is faster and keeps every requirement on the rows to choose on: none "
                             "went to the gate.", look.width, 0, look.paint)
        return
    one, full = found.tried[found.chosen], found.tried[0]
    yield from paragraph(f"{safe(one.said)}, on {found.gate:,} rows of the gate", look.width, 0, look.paint, "head")
    yield from verdict_table(found.verdicts, look)
    yield ""
    yield from summary(found.verdicts, found.looks, look)
    yield ""
    if found.found:
        yield from headed("✓ compressed", f"{full.seconds / one.seconds:.1f}× faster and "
                          f"{full.bytes / one.bytes:.1f}× smaller, written to {safe(found.place)}; "
                          f"`shall ship {safe(found.place)}` proves and packs it", look, "met")
    else:
        yield from headed("✗ not certified", "the gate does not certify it, so nothing was written", look, "broken")
