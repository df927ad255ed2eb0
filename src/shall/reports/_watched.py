"""Windows by requirements, the course of each value, and the alarms."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from itertools import chain

from shall.core.alarm import Alarm
from shall.core.verdict import Finding, Verdict
from shall.reports._alarms import about_of, time_of
from shall.reports._checked import head, notes
from shall.reports._figures import bound_text, limit_text, per_cent, scale_of
from shall.reports._heard import lines as told_of
from shall.reports._layout import Cell, Look, fitting, paragraph, plural, safe, width_of
from shall.reports._lines import MARKS, why_undecided, worst_text
from shall.reports._shapes import Paint, Watched, Windowed

BLOCKS = "▁▂▃▄▅▆▇█"
ALARM = "!"
GAP = "·"                                   # a window without a value


def lines(report: Watched, look: Look) -> Iterator[str]:
    """The whole report of a watch."""
    yield from head(report.subject, report.file, sum(window.rows for window in report.windows), look)
    yield from notes(report.notes, look)
    yield ""
    if not report.windows:
        yield "no window: the log has no row"
        return
    sounded = {(alarm.window, alarm.name) for alarm in report.sounded}
    yield from _judged(report.windows, sounded, look)
    yield ""
    yield from _alarms(report, look.width, look.paint)
    for further in report.further:
        if further.windows:
            yield from ("", look.paint(f"Also by {further.size}; these windows raise no alarm", "head"), "")
            yield from _judged(further.windows, (), look)


def sparkline(values: Sequence[float | None], low: float, high: float) -> str:
    """Values between ``low`` and ``high`` as blocks of eight heights; a dot where there is none."""
    reach = high - low or 1.0
    return "".join(GAP if value is None or not math.isfinite(value)
                   else BLOCKS[min(max(int((value - low) / reach * len(BLOCKS)), 0), len(BLOCKS) - 1)]
                   for value in values)


def _judged(windows: Sequence[Windowed], sounded: Collection[tuple[str, str]], look: Look) -> Iterator[str]:
    """Each window, the course of each line through them, and why some are undecided."""
    yield from _windows(windows, sounded, look.width, look.paint)
    yield ""
    yield from _courses(windows, look.width, look.paint)
    yield from _undecided(windows, look)


def _windows(windows: Sequence[Windowed], sounded: Collection[tuple[str, str]], width: int, paint: Paint
             ) -> Iterator[str]:
    names = [safe(verdict.name) for verdict in windows[0].verdicts]
    titles = [str(place + 1) for place in range(len(names))] if _numbered(windows, width) else names
    head = [Cell(title, "head") for title in ("WINDOW", "ROWS", "LABELLED", *titles)]
    rows = [[Cell(safe(window.label)), Cell(f"{window.rows:,}"), Cell(_labelled(window)), *_marks(window, sounded)]
            for window in windows]
    return chain(*fitting([head, *rows], "<>>" + "<" * len(names), paint, width))


def _numbered(windows: Sequence[Windowed], width: int) -> bool:
    """Whether the names would not fit as titles, so that numbers stand for them."""
    names = sum(width_of(verdict.name) + 2 for verdict in windows[0].verdicts)
    return names > width - max(width_of(window.label) for window in windows) - 22


def _labelled(window: Windowed) -> str:
    return "" if window.labelled is None else per_cent(window.labelled, window.rows)


def _marks(window: Windowed, sounded: Collection[tuple[str, str]]) -> Iterator[Cell]:
    alarmed = {verdict.name for verdict in window.alarms}
    for verdict in window.verdicts:
        alarm = verdict.name in alarmed or (window.label, verdict.name) in sounded
        yield Cell(MARKS[verdict.verdict] + (f" {ALARM}" if alarm else ""), "broken" if alarm else str(verdict.verdict))


def _courses(windows: Sequence[Windowed], width: int, paint: Paint) -> Iterator[str]:
    """A row a requirement: how its value went, from the first window to the last."""
    rows = []
    numbered = _numbered(windows, width)
    for place, verdict in enumerate(windows[-1].verdicts):
        course = [window.verdicts[place] for window in windows]
        values = [found.deciding.value for found in course]
        known = [value for value in (*values, verdict.limit) if value is not None and math.isfinite(value)]
        scale = scale_of(verdict, verdict.deciding)
        shown = sparkline(values[-max(width - 66, 8):], min(known), max(known))
        rows.append([Cell(f"{place + 1}" if numbered else ""), Cell(safe(verdict.name), "name"),
                     Cell(scale(values[0])), Cell(shown, str(verdict.verdict)), Cell(scale(values[-1])),
                     Cell(scale.between(verdict.deciding.low, verdict.deciding.high)),
                     Cell(limit_text(verdict))])
    titles = ("", "REQUIREMENT", "FIRST", "", "LAST", "BOUNDS", "LIMIT")
    first = 0 if numbered else 1
    cells = [row[first:] for row in ([Cell(title, "head") for title in titles], *rows)]
    return chain(*fitting(cells, "<<><>><"[first:], paint, width, names=2 - first))


def _undecided(windows: Sequence[Windowed], look: Look) -> Iterator[str]:
    """Why lines are undecided, each in the newest window in which it is."""
    for place, verdict in enumerate(windows[-1].verdicts):
        some = [window for window in windows if window.verdicts[place].verdict is Finding.UNDECIDED]
        if some and (why := why_undecided(some[-1].verdicts[place])):
            more = f" (in {len(some)} windows)" if len(some) > 1 else ""
            told = safe(f"{MARKS[Finding.UNDECIDED]} {verdict.name} in {some[-1].label}{more}: {why}")
            yield from paragraph(told, look.width, 2, look.paint, "undecided")


def _alarms(report: Watched, width: int, paint: Paint) -> Iterator[str]:
    alarms = [(window.label, verdict) for window in report.windows for verdict in window.alarms]
    count = len(alarms) + len(report.sounded)
    yield (paint(plural(count, "alarm") if count else "no alarm", "broken" if count else "met")
           + f" over {plural(len(report.windows), 'window')}")
    yield from paragraph(safe(report.promise), width, 2, paint, "line")
    for told in told_of(report.heard):
        yield from paragraph(safe(told), width, 2, paint)
    if report.sounded:
        rows = [_sounded(alarms) for alarms in _by_line(report.sounded)]
        kept = [place for place in range(6) if any(row[place].text for row in rows)]
        yield from chain(*fitting([[row[place] for place in kept] for row in rows],
                                  "".join("<<><<<"[place] for place in kept), paint, width, 2, text=True))
    if alarms:
        yield from chain(*fitting([_alarm(label, verdict) for label, verdict in alarms], "<<>><", paint, width, 2,
                                  names=2))
    for verdict in {verdict.name: verdict for _, verdict in alarms}.values():
        if any(verdict.deciding.worst):
            part = verdict.deciding
            text = f"{verdict.name}, last alarm: {worst_text(part, scale_of(verdict, part))}"
            yield from paragraph(safe(text), width, 2, paint)


def _by_line(alarms: Sequence[Alarm]) -> list[list[Alarm]]:
    """The alarms of each line in their order: one that goes on sounds again and again."""
    found: dict[str, list[Alarm]] = {}
    for alarm in alarms:
        found.setdefault(alarm.name, []).append(alarm)
    return [*found.values()]


def _sounded(alarms: Sequence[Alarm]) -> list[Cell]:
    first, more = alarms[0], len(alarms) - 1
    again = f"and {more} more, the last at row {alarms[-1].row:,}" if more else ""
    return [Cell(f"{ALARM} {safe(first.window)}", "broken"), Cell(safe(first.name), "name"),
            Cell(f"row {first.row:,}"), Cell(safe(time_of(first))), Cell(safe(about_of(first.about, first.line))),
            Cell(again, "line")]


def _alarm(label: str, verdict: Verdict) -> list[Cell]:
    part = verdict.deciding
    scale = scale_of(verdict, part)
    return [Cell(f"{ALARM} {safe(label)}", "broken"), Cell(safe(verdict.name), "name"), Cell(scale(part.value)),
            Cell(scale.between(part.low, part.high)), Cell(bound_text(verdict, part))]
