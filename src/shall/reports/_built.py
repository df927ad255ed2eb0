"""What a search aimed at, what it tried, and the certificate of the winner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from shall.core.verdict import Finding
from shall.reports._checked import notes, summary, verdict_table
from shall.reports._layout import Cell, Look, clipped, paragraph, plural, safe, table, width_of
from shall.reports._lines import MARKS
from shall.reports._shapes import Built, Tried

MOST = 8                                    # candidates of the frontier that are shown


def lines(built: Built, look: Look) -> Iterator[str]:
    """The whole report of a build."""
    rows = f"{built.train_rows:,} rows to learn from", f"{built.rows:,} at the gate"
    words = " · ".join((PurePath(safe(built.file)).name, *rows))
    yield f"{look.paint(safe(built.subject), 'head')}  {words}"
    yield from notes(built.notes, look)
    yield ""
    yield from _aims(built, look)
    yield from _frontier(built, look)
    if built.verdicts:
        yield look.paint("At the gate", "head")
        yield from verdict_table(built.verdicts, look)
        yield ""
        yield from summary(built.verdicts, built.looks, look)
    yield from _outcome(built, look)


def _aims(built: Built, look: Look) -> Iterator[str]:
    if built.aims:
        yield look.paint("The search aims above the line, as far as this gate's size asks for", "head")
        yield from table([[Cell(safe(aim.name), "name"), Cell(safe(aim.limit)), Cell(f"aim {aim.aim:.3f}"),
                           Cell(safe(aim.why), "line")] for aim in built.aims], "<<<<", look.paint, 2)
        yield ""


def _frontier(built: Built, look: Look) -> Iterator[str]:
    if not built.tried:
        return
    yield look.paint(f"The best of {plural(len(built.tried), 'candidate')}, on rows kept for choosing", "head")
    rows = [_candidate(tried) for tried in sorted(built.tried, key=lambda one: not one.chosen)[:MOST]]
    titles = (safe(built.objective), *(clipped(safe(name), 12) for name in built.requirements))
    figures = [Cell(title, "head") for title in titles]
    head = [Cell("", "head"), Cell("CANDIDATE", "head"), *figures]
    room = max(look.width - sum(max(width_of(row[place].text) for row in (head, *rows)) + 2
                                for place in range(2, len(head))) - 5, 12)
    clip = [[mark, name._replace(text=clipped(name.text, room)), *rest] for mark, name, *rest in rows]
    yield from table([head, *clip], "<<" + ">" * len(figures), look.paint, 2)
    yield ""


def _candidate(tried: Tried) -> list[Cell]:
    values = [_held(value, within) for value, within in zip(tried.values, tried.within, strict=True)]
    return [Cell("→" if tried.chosen else " "), Cell(safe(tried.name), "name" if tried.chosen else ""),
            Cell(f"{tried.objective:.4f}"), *values]


def _held(value: float | None, within: bool) -> Cell:
    kind = Finding.UNDECIDED if value is None else Finding.MET if within else Finding.BROKEN
    return Cell(f"{'-' if value is None else f'{value:.3f}'} {MARKS[kind]}", str(kind))


def _outcome(built: Built, look: Look) -> Iterator[str]:
    found = bool(built.verdicts) and all(v.verdict in (Finding.MET, Finding.WAIVED) for v in built.verdicts)
    took = f"{built.seconds:.1f} s"
    if found:
        yield look.paint("model found", "met") + f" in {took}" + (f": {safe(built.model)}" if built.model else "")
        return
    yield look.paint("no model found", "broken") + f" in {took}"
    if built.in_the_way:
        yield from paragraph(f"in the way: {safe(built.in_the_way)}", look.width, 2, look.paint)
