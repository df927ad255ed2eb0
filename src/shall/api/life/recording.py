"""What a watch finds, in the store: verdicts of windows and alarms, each once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from shall.api.life.standing import Standing, of_spans, of_window, told_of
from shall.core.alarm import Alarm
from shall.core.errors import StoreError
from shall.core.store import Store
from shall.phases.watch import Further, WatchReport, Window, only

ALARM: Final = "alarm"                      # kinds of records
VERDICTS: Final = "verdicts"
FURTHER: Final = "further verdicts"         # of windows of another size


@dataclass(frozen=True, slots=True)
class Lived:
    """The life that a pass over a log is of; ``late``: its lines that wait for labels, which are judged by themselves;
    ``further``: what the windows of each other size are of.
    """

    name: str
    late: frozenset[str] = frozenset()
    further: tuple[str, ...] = ()

    @classmethod
    def alone(cls, report: WatchReport, subject: str, place: str) -> Self:
        """Of rows that no watch could go on with."""
        lines = {str(one.requirement) for window in report.windows for one in window.verdicts}
        lives = [hashlib.sha256(json.dumps([subject, place, report.file, size, *sorted(lines)]).encode()).hexdigest()
                 for size in (report.size, *(one.size for one in report.further))]
        return cls(lives[0][:16], further=tuple(life[:16] for life in lives[1:]))


def record(report: WatchReport, alarms: Sequence[Alarm], store: Store, of: tuple[str, Lived]) -> None:
    """What one pass over a log found: its alarms, and the windows of which nothing is still to come; each once, also
    where the pass is repeated, or a watch that goes on finds it too. ``of``: what was watched, as the store names it,
    and the life that this is of.

    StoreError where the store cannot be written to.
    """
    subject, life = of
    for own, late in _parts(report, life):
        names = {one.name for one in own.verdicts}
        sounding = [one.name for one in alarms if one.window == own.label and one.name in names]
        whole = of_spans((report.spans, report.heard, report.unspanned), own.label, names)
        store.append(VERDICTS, subject, {**of_window(own, sounding), "whole_life": whole, "life": life.name},
                     key=key_of(life.name, own.label, late=late))
    for further, name in zip(report.further, life.further, strict=True):
        for own, late in _parts(further, life):
            store.append(FURTHER, subject, {**of_window(own, ()), "size": further.size, "life": name},
                         key=key_of(name, own.label, late=late))
    for alarm in alarms:
        store.append(ALARM, subject, {**told_of(alarm), "life": life.name}, key=alarm_key(life.name, alarm))


def _parts(found: WatchReport | Further, life: Lived) -> Iterator[tuple[Window, bool]]:
    """The windows of which nothing is still to come: what lines find that wait for labels, and what others do."""
    for window in found.windows:
        for late in (False, True) if window.label in found.settled else ():
            own = only(window, {one.name for one in window.verdicts if (one.name in life.late) is late})
            if own.verdicts:
                yield own, late


def key_of(life: str, window: str, *, late: bool) -> str:
    """The key of the record of a window; ``late``: of the lines that wait for labels."""
    return f"{life} {window}" + (" labels" if late else "")


def alarm_key(life: str, alarm: Alarm) -> str:
    """The key of the record of an alarm."""
    return f"{life} {alarm.name} {alarm.row}"


@dataclass(slots=True)
class Recording:
    """``subject``: whose log it is, as the store names it; ``said``: what could not be recorded yet, to be told."""

    store: Store | None
    subject: str
    said: list[str] = field(default_factory=list)

    def verdicts(self, window: str, body: Mapping[str, Any], key: str) -> bool:
        """Record what was found in a window, one of another size where it has such; whether that was done."""
        if self.store is None:
            return True
        try:
            self.store.append(FURTHER if "size" in body else VERDICTS, self.subject, body, key=key)
        except StoreError as error:
            self.said.append(f"the verdicts of {window} could not be recorded yet: {error}")
            return False
        return True

    def alarms(self, standing: Standing, life: str) -> None:
        """An alarm is told and responded to also where the store cannot be written to: it is recorded later."""
        if self.store is None:
            return
        try:
            for alarm in standing.to_record:
                self.store.append(ALARM, self.subject, {**told_of(alarm), "life": life},
                                  key=alarm_key(life, alarm))
        except StoreError as error:
            standing.unrecorded = len(standing.to_record)
            self.said.append(f"the alarms could not be recorded yet: {error}")
        else:
            standing.unrecorded = 0

    def taken(self) -> list[str]:
        """What is to be told, once."""
        said, self.said = self.said, []
        return said
