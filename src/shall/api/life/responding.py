"""`Responding`: what a shall file wants done when a promise is broken is done, each alarm once, and recorded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from shall.api.life.affected import affected
from shall.api.life.recalling import REGULATOR
from shall.bundle.keys import stated
from shall.core.alarm import Alarm
from shall.core.branches import DOT, called
from shall.core.errors import StoreError
from shall.core.requirement import Requirement
from shall.core.responses import (
    ABSTAIN,
    ALERT,
    FALL_BACK,
    RESPONSE,
    RETRAIN,
    STOP,
    TO,
    Response,
    branch_of,
    read,
    standing,
)
from shall.core.store import Record, Store
from shall.reports import alert
from shall.spec import ShallFile

LATE: Final = 1000                          # responses that wait for the store
DID: Final[Mapping[str, str]] = {
    ALERT: "the alarm is told",
    FALL_BACK: "another version answers in its place, as long as there is one; else every row is abstained from",
    ABSTAIN: "{rows} are answered by an abstention",
    STOP: "it answers no more",
    RETRAIN: "it is trained again under the same requirements, and proposed",
    TO: "its branch {branch} answers every row in its place, unless that broke a promise, too",
}
ELSEWHERE: Final[Mapping[str, str]] = {     # of one who does not answer himself
    FALL_BACK: "servers of {model} that share the store let another version answer",
    ABSTAIN: "servers of {model} that share the store abstain from {rows}",
    STOP: "servers of {model} that share the store let it answer no more",
    TO: "servers of {model} that share the store let its branch {branch} answer every row, if its bundle has one that "
        "broke no promise; else another version answers, or every row is abstained from",
}
NOBODY: Final = ("recorded only, and nothing is answered otherwise: no server calls a model {model}. --as NAME@VERSION "
                 "names the one that shall obey")


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
    serves: bool = False                    # whether it answers under this name itself
    ends: Callable[[Record], bool] = lambda record: True        # whether a record ends a response
    enders: tuple[tuple[str, str], ...] | None = None           # role and key of those who may; None: by the file
    branches: Collection[str] | None = None     # of the bundle; None: nobody knows them here
    _made: list[Response] = field(default_factory=list)

    def of(self, alarms: Sequence[Alarm], life: str = "") -> list[Response]:
        """Respond to some alarms, to each once; ``life``: of the watch that raised them.

        One that goes on is responded to again where nobody did so for those rows, or what was done was ended. Never
        fails: a store that is down is written to later, a webhook that is down is told later.
        """
        known, stand = self._before() if alarms else (set(), [])
        found = []
        for alarm in alarms:
            every = [one for one in self._responses(alarm, life) if one.key not in known]
            done = {self._what(one): one for one in stand if alarm.since}
            made = [one for one in every if self._what(one) not in done]
            told = self.alerts.tell(alert.told(made, alarm)) if made and self.alerts is not None else ""
            did = [self._done(one, told) for one in made]
            did += [new for one in every if (new := self._tried_again(one, done.get(self._what(one)))) is not None]
            kept = [self._kept(one) for one in did]
            known |= {one.key for one in kept}
            stand += kept
            found += kept
        self._made += found
        return found

    def _tried_again(self, one: Response, before: Response | None) -> Response | None:
        """A training that came to nothing is begun anew, where the promise goes on being broken."""
        if before is None or one.way != RETRAIN or self.train is None:
            return None
        new = replace(one, did=self.train(one))
        return None if new.did == before.did else new

    def settle(self) -> list[Response]:
        """Record what could not be recorded. What is left."""
        late, self.late = self.late, []
        for one in late:
            self._kept(one)
        return self.late

    def _before(self) -> tuple[set[str], list[Response]]:
        """The keys of what was done before, and what stands of it, as far as anybody can say."""
        own = {one.key for one in (*self._made, *self.late)}
        if self.store is None:
            return own, [*self._made]
        try:
            records = self.store.records(RESPONSE, self.model)
        except StoreError:
            return own, [*self._made]
        return own | {read(record).key for record in records}, [*standing(records, self.ends), *self.late]

    def _line(self, name: str) -> Requirement | None:
        return next((one for one in self.file.requirements if one.name == name), None)

    def _what(self, one: Response) -> tuple[str, str, str]:
        """What a response is to: two to the same rows are one."""
        line = self._line(one.name)
        return one.name, one.way, one.about if line is None else str(affected(line, one.about, self.file.groups))

    def _responses(self, alarm: Alarm, life: str) -> list[Response]:
        line = self._line(alarm.name)
        ways: Sequence[str] = (ALERT,) if line is None else line.on_broken
        named = tuple((REGULATOR, key.id) for key in stated(str(self.file.trust.get(REGULATOR, ""))))
        enders = named if self.enders is None else self.enders
        return [Response(self.model, way, alarm.name, alarm.line, alarm.about, "", self._where(line, alarm, way),
                         f"{life} {alarm.name} {alarm.row}".strip(), enders=enders) for way in ways]

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
        branch = branch_of(one.way)
        itself = called(self.model.partition(DOT)[0], branch) == self.model
        lacks = self.branches is not None and branch not in self.branches
        way = FALL_BACK if branch and (itself or lacks) else TO if branch else one.way
        says = DID[way] if self.serves else ELSEWHERE[way] if "@" in self.model else NOBODY
        return replace(one, did=says.format(rows=f"rows with {one.where}" if one.where else "all rows",
                                            model=self.model, branch=branch))

    def _kept(self, one: Response) -> Response:
        """In the store, or in memory as long as the store is down."""
        if self.store is None:
            return one
        try:
            return read(self.store.append(RESPONSE, one.model, one.body, key=one.key))
        except StoreError:
            self.late = [*self.late, one][-LATE:]
            return one
