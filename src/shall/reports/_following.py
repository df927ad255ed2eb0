"""What a watch that goes on tells as it comes: windows that were judged, and alarms; as text, or as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from shall.core.alarm import Alarm
from shall.reports._alarms import about_of, time_of, to_second
from shall.reports._figures import limit_text, scale_of
from shall.reports._layout import plural, safe
from shall.reports._lines import MARKS, why_undecided
from shall.reports._shapes import Paint, Windowed
from shall.reports.json import of_verdict


class Waits(Protocol):
    """A window whose labels are still to come."""

    @property
    def window(self) -> str: ...
    @property
    def rows(self) -> int: ...
    @property
    def labelled(self) -> int: ...


class Looked(Protocol):
    """What a look found."""

    @property
    def windows(self) -> Sequence[Windowed]: ...
    @property
    def alarms(self) -> Sequence[Alarm]: ...
    @property
    def rows(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def waiting(self) -> Sequence[Waits]: ...
    @property
    def notes(self) -> Sequence[str]: ...
    @property
    def life(self) -> str: ...


def lines(looked: Looked, paint: Paint) -> Iterator[str]:
    """For people: nothing where nothing is new but rows."""
    yield from (f"Note: {safe(note)}" for note in looked.notes)
    for window in looked.windows:
        told = f", {window.labelled / window.rows:.0%} labelled" if window.labelled is not None and window.rows else ""
        yield paint(f"{safe(window.label)}: {plural(window.rows, 'row')}{told}", "head")
        for verdict in window.verdicts:
            scale = scale_of(verdict, verdict.deciding)
            shown = paint(f"{MARKS[verdict.verdict]} {safe(verdict.name)}", str(verdict.verdict))
            why = why_undecided(verdict)
            yield f"  {shown} {scale(verdict.deciding.value)} ({limit_text(verdict)}){safe(why and f': {why}')}"
    yield from (paint(f"ALARM {alarm_text(alarm)}", "broken") for alarm in looked.alarms if not alarm.since)
    yield from (paint(safe(one), "broken") for one in _going_on(looked.alarms))


def _going_on(alarms: Sequence[Alarm]) -> Iterator[str]:
    """Alarms that sounded again, a line a requirement."""
    again: dict[tuple[str, str], list[Alarm]] = {}
    for alarm in alarms:
        if alarm.since:
            again.setdefault((alarm.name, alarm.since), []).append(alarm)
    for (name, since), some in again.items():
        times = "once more" if len(some) == 1 else f"{len(some)} times more"
        yield (f"{name} is still broken, since {to_second(since)}: it sounded {times}, the last time "
               f"{alarm_text(some[-1], True)}")


def alarm_text(alarm: Alarm, unnamed: bool = False) -> str:
    """`fair at row 13,160, 2026-08-17, window 2026 Q3: sex = women against sex = men`."""
    place = ", ".join(part for part in (f"row {alarm.row:,}", time_of(alarm), f"window {alarm.window}") if part)
    return safe(f"{'' if unnamed else f'{alarm.name} '}at {place}: {about_of(alarm.about, alarm.line)}")


def json_lines(looked: Looked) -> Iterator[str]:
    """For programs: each line says what it is, and of which life; the last one how far the log was read."""
    yield from (_line("note", looked, {"note": note}) for note in looked.notes)
    for window in looked.windows:
        yield _line("window", looked, {"window": window.label, "rows": window.rows, "labelled": window.labelled,
                                       "verdicts": [of_verdict(one) for one in window.verdicts],
                                       "alarms": [one.name for one in window.alarms]})
    for alarm in looked.alarms:
        yield _line("alarm", looked, {"name": alarm.name, "requirement": alarm.line, "row": alarm.row, "at": alarm.at,
                                      "window": alarm.window, "about": alarm.about, "since": alarm.since})
    if looked.rows or looked.windows or looked.alarms:
        waiting = [{"window": one.window, "rows": one.rows, "labelled": one.labelled} for one in looked.waiting]
        yield _line("looked", looked, {"rows": looked.rows, "total": looked.total, "waiting": waiting})


def _line(what: str, looked: Looked, told: Mapping[str, Any]) -> str:
    return json.dumps({"shall": "watching", "version": 1, "what": what, "life": looked.life, **told})
