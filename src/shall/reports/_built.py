"""What a search aimed at, what it tried, and the certificate of the winner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shall.core.verdict import Finding
from shall.reports._checked import notes, summary, titled, verdict_table
from shall.reports._layout import Cell, Look, clipped, paragraph, plural, safe, table, width_of
from shall.reports._lines import MARKS
from shall.reports._shapes import Built, Tried

MOST = 8                                    # candidates of the frontier that are shown


def lines(built: Built, look: Look) -> Iterator[str]:
    """The whole report of a build."""
    rows = f"{built.train_rows:,} rows to learn from", f"{built.rows:,} at the gate"
    yield titled(built.subject, built.file, look, *rows)
    yield from notes(built.notes, look)
    yield ""
    yield from _frontier(built, look)
    if built.verdicts:
        yield look.paint("At the gate", "head")
        yield from verdict_table(built.verdicts, look)
        yield ""
        yield from summary(built.verdicts, built.looks, look)
    yield from _outcome(built, look)


def _frontier(built: Built, look: Look) -> Iterator[str]:
    """The nearest candidates; only the requirements that some of them fell short of have a column."""
    if not built.tried:
        return
    nearest = sorted(built.tried, key=lambda one: (not one.chosen, one.shortfall, -one.objective))[:MOST]
    easy = [place for place in range(len(built.requirements)) if all(one.within[place] for one in nearest)]
    places = [place for place in range(len(built.requirements)) if place not in easy]
    names = [clipped(safe(name), 14) for name in built.requirements]
    titles = ("", "CANDIDATE", safe(built.objective), *(names[place] for place in places))
    rows = [[Cell(title, "head") for title in titles],
            [Cell(text, "line") for text in ("", "the limit", "", *(_aim(built, place, False) for place in places))],
            [Cell(text, "line") for text in ("", "the aim", "", *(_aim(built, place, True) for place in places))],
            *(_candidate(tried, places) for tried in nearest)]
    figures = sum(max(width_of(row[place].text) for row in rows) + 2 for place in range(2, len(titles)))
    room = max(look.width - figures - 5, 16)
    rows = [[mark, name._replace(text=clipped(name.text, room)), *rest] for mark, name, *rest in rows]
    yield look.paint(f"The best of {plural(len(built.tried), 'candidate')}, on rows kept for choosing", "head")
    yield from table(rows, "<<" + ">" * (len(titles) - 2), look.paint, 2)
    yield from paragraph("✓ within its aim, ? within its limit, ✗ beyond it; the aims are stricter than the limits, "
                         "as far as the size of this gate asks for", look.width, 2, look.paint, "line")
    if easy and places:
        kept = ", ".join(safe(built.requirements[place]) for place in easy)
        yield from paragraph(f"within its aim in each of them: {kept}", look.width, 2, look.paint, "line")
    yield ""


def _aim(built: Built, place: int, aimed: bool) -> str:
    """The limit of a requirement, or where the search aimed instead; both wear a mark's width behind."""
    name = built.requirements[place]
    aim = next((aim for aim in built.aims if aim.name.partition(" (")[0] == name), None)
    if aim is None:
        return ""
    side, _, limit = aim.limit.partition(" ")
    return f"{side} {aim.aim:.3f}  " if aimed else f"{side} {safe(limit)}  "


def _candidate(tried: Tried, places: Sequence[int]) -> list[Cell]:
    held = (_held(tried.values[place], tried.within[place], tried.held[place]) for place in places)
    return [Cell("→" if tried.chosen else " "), Cell(safe(tried.name), "name" if tried.chosen else ""),
            Cell(f"{tried.objective:.4f}"), *held]


def _held(value: float | None, within: bool, held: bool) -> Cell:
    kind = Finding.MET if within else Finding.UNDECIDED if held or value is None else Finding.BROKEN
    return Cell(f"{'-' if value is None else f'{value:.3f}'} {MARKS[kind]}", str(kind))


def _outcome(built: Built, look: Look) -> Iterator[str]:
    took = f"{built.seconds:.1f} s"
    if built.found:
        yield look.paint("model found", "met") + f" in {took}" + (f": {safe(built.model)}" if built.model else "")
        return
    yield look.paint("no model found", "broken") + f" in {took}"
    at_gate = [f"{safe(v.name)} is {v.verdict} at the gate" for v in built.verdicts
               if v.verdict in (Finding.BROKEN, Finding.UNDECIDED)]
    for reason in (safe(built.in_the_way), ", ".join(at_gate)):
        if reason:
            yield from paragraph(f"in the way: {reason}", look.width, 2, look.paint)
