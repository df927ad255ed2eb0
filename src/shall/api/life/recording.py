"""What a watch finds, in the store: verdicts of windows and alarms, each once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from shall.api.life.standing import Standing, of_spans, of_window, told_of
from shall.core.alarm import Alarm
from shall.core.errors import StoreError
from shall.core.store import Store
from shall.phases.watch import WatchReport

ALARM: Final = "alarm"                      # kinds of records
VERDICTS: Final = "verdicts"


def record(report: WatchReport, alarms: Sequence[Alarm], store: Store, of: tuple[str, str]) -> None:
    """What one pass over a log found: its alarms, and the windows of which nothing is still to come; each once, also
    where the pass is repeated. ``of``: what was watched, as the store names it, and the place of the log.

    StoreError where the store cannot be written to.
    """
    lines = {str(one.requirement) for window in report.windows for one in window.verdicts}
    subject = of[0]
    told = [*of, report.file, report.size, *sorted(lines)]
    life = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
    for window in report.windows:
        names = {one.name for one in window.verdicts}
        sounding = [one.name for one in alarms if one.window == window.label]
        whole = of_spans((report.spans, report.heard, report.unspanned), window.label, names)
        if window.label in report.settled:
            store.append(VERDICTS, subject, {**of_window(window, sounding), "whole_life": whole, "life": life},
                         key=f"{life} {window.label}")
    for alarm in alarms:
        store.append(ALARM, subject, {**told_of(alarm), "life": life},
                     key=f"{life} {alarm.name} {alarm.at or alarm.window} {alarm.row}")


@dataclass(slots=True)
class Recording:
    """``subject``: whose log it is, as the store names it; ``said``: what could not be recorded yet, to be told."""

    store: Store | None
    subject: str
    said: list[str] = field(default_factory=list)

    def verdicts(self, window: str, body: Mapping[str, Any], key: str) -> bool:
        """Record what was found in a window; whether that was done."""
        if self.store is None:
            return True
        try:
            self.store.append(VERDICTS, self.subject, body, key=key)
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
                                  key=f"{life} {alarm.name} {alarm.row}")
        except StoreError as error:
            standing.unrecorded = len(standing.to_record)
            self.said.append(f"the alarms could not be recorded yet: {error}")
        else:
            standing.unrecorded = 0

    def taken(self) -> list[str]:
        """What is to be told, once."""
        said, self.said = self.said, []
        return said
