"""`Responding`: what a shall file wants done when a promise is broken is done, each alarm once, and recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from shall.api.life.affected import affected
from shall.core.alarm import Alarm
from shall.core.errors import StoreError
from shall.core.requirement import Requirement
from shall.core.responses import ABSTAIN, ALERT, FALL_BACK, RESPONSE, RETRAIN, STOP, Response, read
from shall.core.store import Store
from shall.reports import alert
from shall.spec import ShallFile

LATE: Final = 1000                          # responses that wait for the store
DID: Final[Mapping[str, str]] = {
    ALERT: "the alarm is told",
    FALL_BACK: "another version answers in its place, as long as there is one; else every row is abstained from",
    ABSTAIN: "{rows} are answered by an abstention",
    STOP: "it answers no more",
    RETRAIN: "it is trained again under the same requirements, and proposed",
}


class Telling(Protocol):
    """Tells others, now or later; what it is told it does not lose."""

    def tell(self, told: Mapping[str, Any]) -> str:
        """Take an alert (`reports.alert`), and say in a sentence what becomes of it."""
        ...


@dataclass(slots=True)
class Responding:
    """Responds for one model by its shall file.

    ``late``: what was done while the store could not be written to, recorded by `settle`. ``train``: begins to train a
    model again; it returns at once, and says in a sentence what it began.
    """

    file: ShallFile
    model: str                              # "income@7", or the name of the subject
    store: Store | None
    alerts: Telling | None = None
    train: Callable[[Response], str] | None = None
    late: list[Response] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    def of(self, alarms: Sequence[Alarm], life: str = "") -> list[Response]:
        """Respond to some alarms, to each once; ``life``: of the watch that raised them.

        Never fails: a store that is down is written to later, a webhook that is down is told later.
        """
        known = self._before() if alarms else set()
        found = []
        for alarm in alarms:
            made = [one for one in self._responses(alarm, life) if one.key not in known]
            if not made:
                continue
            told = "" if self.alerts is None else self.alerts.tell(alert.told(made, alarm))
            for one in made:
                known.add(one.key)
                found.append(self._kept(self._done(one, told)))
        self._known |= {one.key for one in found}
        return found

    def settle(self) -> list[Response]:
        """Record what could not be recorded. What is left."""
        late, self.late = self.late, []
        for one in late:
            self._kept(one)
        return self.late

    def _before(self) -> set[str]:
        """What was responded to before, as far as anybody can say."""
        own = self._known | {one.key for one in self.late}
        try:
            records = () if self.store is None else self.store.records(RESPONSE, self.model)
        except StoreError:
            return own
        return own | {read(record).key for record in records}

    def _responses(self, alarm: Alarm, life: str) -> list[Response]:
        line = next((one for one in self.file.requirements if one.name == alarm.name), None)
        ways: Sequence[str] = (ALERT,) if line is None else line.on_broken
        return [Response(self.model, way, alarm.name, alarm.line, alarm.about, DID[way], self._where(line, alarm, way),
                         f"{life} {alarm.name} {alarm.row}".strip()) for way in ways]

    def _where(self, line: Requirement | None, alarm: Alarm, way: str) -> str:
        if way != ABSTAIN or line is None:
            return ""
        rows = affected(line, alarm.about, self.file.groups)
        return "" if rows is None else str(rows)

    def _done(self, one: Response, told: str) -> Response:
        if one.way == ALERT:
            return replace(one, did=told or "the alarm is told here: no webhook is named")
        if one.way == RETRAIN:
            return replace(one, did="nobody is there who trains it again: `shall retrain`" if self.train is None
                           else self.train(one))
        return replace(one, did=one.did.format(rows=f"rows with {one.where}" if one.where else "all rows"))

    def _kept(self, one: Response) -> Response:
        """In the store, or in memory as long as the store is down."""
        if self.store is None:
            return one
        try:
            return read(self.store.append(RESPONSE, one.model, one.body, key=one.key))
        except StoreError:
            self.late = [*self.late, one][-LATE:]
            return one
