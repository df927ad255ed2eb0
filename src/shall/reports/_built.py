"""What a search aimed at, what it tried, and the certificate of the winner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shall.core.verdict import Finding
from shall.reports import _ready
from shall.reports._candidates import (
    LEGEND,
    Column,
    asked,
    best,
    columns,
    counted,
    few,
    objective_scale,
    priced,
    telling,
    tied,
    turned,
)
from shall.reports._checked import notes, summary, titled, verdict_table
from shall.reports._figures import per_cent
from shall.reports._layout import Cell, Look, clipped, headed, paragraph, placed, plural, safe, table, width_of
from shall.reports._shapes import Bought, Built, Tried

GRAVE = "high"
NAME = 26                                   # columns that the name of a candidate keeps, whatever stands beside it
OPTIONS = 6                                 # of a table of mitigations
SETTINGS = 4                                # of which it is said how much they moved


def lines(built: Built, look: Look) -> Iterator[str]:
    """The whole report of a build."""
    rows = f"{built.train_rows:,} rows to learn from", f"{built.rows:,} at the gate"
    yield from titled(built.subject, built.file, look, *rows)
    yield from notes(built.notes, look)
    yield ""
    yield from _ready_in_short(built, look)
    yield from _frontier(built, look)
    for bought in built.bought[:1]:
        yield from _bought(built, bought, look)
    yield from _search(built, look)
    if built.verdicts:
        yield look.paint("At the gate", "head")
        yield from verdict_table(built.verdicts, look)
        yield ""
        yield from summary(built.verdicts, built.looks, look)
    yield from _outcome(built, look)


def _ready_in_short(built: Built, look: Look) -> Iterator[str]:
    """How many findings there are of the rows, and the grave ones; the page has them all."""
    if built.ready is None or not built.ready.findings:
        return
    yield from headed("The rows to learn from", _ready.counted(built.ready.findings), look)
    for finding in built.ready.findings:
        if finding.severity == GRAVE:
            yield from paragraph(f"{safe(finding.name)}: {safe(finding.what)}", look.width, 2, look.paint)
    yield ""


def _frontier(built: Built, look: Look) -> Iterator[str]:
    """Some candidates that no other beats, the best objective first; a requirement that all keep has no column."""
    if not built.tried:
        return
    shown = _fitting(built, look.width)
    rows = [[Cell(""), Cell("CANDIDATE", "head"), Cell(safe(built.objective), "head"),
             *(Cell(clipped(column.name, 14), "head") for column in shown)]]
    rows += [[Cell(""), Cell(words, "line"), Cell(""), *(Cell(f"{text}  ", "line") for text in texts)]
             for words, texts in asked(shown)]
    rows += [_candidate(built, one, shown) for one in few(built)]
    yield from paragraph(f"The frontier: {counted(built)}, on rows kept for choosing", look.width, 0, look.paint,
                         "head")
    yield from table(_narrowed(rows, look.width), "<<" + ">" * (len(rows[0]) - 2), look.paint, 2)
    if any(column.aim for column in shown):
        yield from paragraph(LEGEND, look.width, 2, look.paint, "line")
    kept = [column.name for column in columns(built) if column not in shown and
            all(one.within[column.place] for one in built.tried)]
    left = len(built.requirements) - len(shown) - len(kept)
    for text in (f"within its aim in each candidate: {', '.join(kept)}" if kept else "", priced(built), tied(built),
                 f"{plural(left, 'more requirement')} in the other reports" if left else ""):
        yield from paragraph(text, look.width, 2, look.paint, "line")
    yield ""


def _fitting(built: Built, width: int) -> list[Column]:
    """The columns that leave room for names: first those that the best objective breaks."""
    top = best(built)
    wanted = sorted(telling(built), key=lambda column: top is not None and top.within[column.place])
    room = width - NAME - 9 - max(width_of(built.objective), 8)
    kept = []
    for column in wanted:
        room -= 2 + max(min(width_of(column.name), 14), width_of(column.limit) + 2, width_of(column.aim) + 2, 9)
        if room >= 0:
            kept.append(column)
    return sorted(kept or wanted[:1], key=lambda column: column.place)


def _narrowed(rows: list[list[Cell]], width: int) -> list[list[Cell]]:
    figures = sum(max(width_of(cell.text) for cell in column) + 2 for column in list(zip(*rows, strict=True))[2:])
    room = max(width - figures - 5, 16)
    return [[mark, name._replace(text=clipped(name.text, room)), *rest] for mark, name, *rest in rows]


def _candidate(built: Built, tried: Tried, shown: Sequence[Column]) -> list[Cell]:
    return [Cell("→" if tried.chosen else " "), Cell(safe(tried.name), "name" if tried.chosen else ""),
            Cell(objective_scale(built)(turned(built, tried.objective))), *_values(tried, shown)]


def _values(tried: Tried, shown: Sequence[Column]) -> Iterator[Cell]:
    for column in shown:
        text, kind = column.cell(tried)
        yield Cell(text, str(kind))


def _bought(built: Built, bought: Bought, look: Look) -> Iterator[str]:
    """The options of a part, each by its candidate that would be chosen, beside the plain one."""
    shown, scale = _fitting(built, look.width), objective_scale(built)
    rows = [[Cell(""), Cell(bought.part.upper(), "head"), Cell(safe(built.objective), "head"),
             *(Cell(clipped(column.name, 14), "head") for column in shown)]]
    for option in bought.options[:OPTIONS]:
        rows.append([Cell("→" if option.best.chosen else " "), Cell(safe(option.name)),
                     Cell(scale(turned(built, option.best.objective))), *_values(option.best, shown)])
    yield look.paint(f"What each {bought.part} bought", "head")
    yield from table(_narrowed(rows, look.width), "<<" + ">" * (len(rows[0]) - 2), look.paint, 2)
    left = len(bought.options) - OPTIONS
    if left > 0:
        yield look.paint(f"  and {left} more in the other reports", "line")
    yield ""


def _search(built: Built, look: Look) -> Iterator[str]:
    """What moved the objective, and the trials that came to nothing."""
    moved = [f"{safe(name)} {per_cent(round(1000 * share), 1000)}" for name, share in built.importance[:SETTINGS]
             if share >= 0.01]
    told = [f"moved {safe(built.objective)} most: {', '.join(moved)}"] if moved else []
    told += [f"{plural(len(fault.trials), 'trial')} without a candidate: {safe(fault.reason)}"
             for fault in built.faults]
    for text in told:
        yield from paragraph(text, look.width, 2, look.paint, "line")
    if told:
        yield ""


def _outcome(built: Built, look: Look) -> Iterator[str]:
    took = f"{built.seconds:.1f} s"
    if built.found:
        where = f": {safe(placed(built.model))}" if built.model else ""
        yield look.paint("model found", "met") + f" in {took}{where}"
        return
    yield look.paint("no model found", "broken") + f" in {took}"
    at_gate = [f"{safe(v.name)} is {v.verdict} at the gate" for v in built.verdicts
               if v.verdict in (Finding.BROKEN, Finding.UNDECIDED)]
    for reason in (safe(built.in_the_way), ", ".join(at_gate)):
        if reason:
            yield from paragraph(f"in the way: {reason}", look.width, 2, look.paint)
    for help_ in built.helps:
        yield from paragraph(f"what would help: {safe(help_)}", look.width, 2, look.paint)
