"""Evidence in memory: an index of a store, built once and extended by what is new; figures stay as recorded."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from shall.api.life.lifting import ENDERS, Enders, enders_of, ending
from shall.api.life.recording import FURTHER
from shall.api.service.versioning import KIND as SHIPPED
from shall.api.service.versioning import packed_with
from shall.api.shown.as_recorded import verdict_of
from shall.api.shown.courses import Course, Group, Point, is_on
from shall.api.shown.happening import Event, event_of, refuted_of, subject_of, verdicts_of, void
from shall.api.shown.remembered import Remembered
from shall.core.errors import StoreError, Unknown
from shall.core.recalls import KINDS as RECALLS
from shall.core.recalls import LIFTED, Recall, recalled
from shall.core.store import Record, Store
from shall.core.verdict import WORST_FIRST, Finding, Verdict

AT_ONCE: Final = 256                        # records that are read with one question
NO_END: Final = "It does not count: no key that is trusted has signed it."
DECIDED: Final = (str(Finding.MET), str(Finding.BROKEN))
WITH_PACKING: Final = ("build", "check")    # kinds that a version is packed with
Lifts = Callable[[Record, Recall], bool]


@dataclass(frozen=True, slots=True)
class Model:
    """A model at a glance: what its store knows of it now."""

    name: str
    versions: Mapping[str, str]             # when each was packed, or first heard of; oldest first
    in_charge: str                          # "": none ever was
    recalled: Mapping[str, Recall]          # by version
    newest: Mapping[str, Point]             # the last verdict on each requirement; on none but the version in charge
    alarms: Sequence[Event]                 # that stand: no later window met the requirement
    responses: Sequence[Event]              # what is done about them now
    last: str                               # when something was recorded last: UTC, ISO 8601
    windows: int                            # judged so far
    refuted: Sequence[Event] = ()           # estimates that are met or broken, and that labels refute since
    decides: str = ""                       # the version whose verdicts are the model's: in charge, and not recalled


@dataclass(frozen=True, slots=True)
class Window:
    """A judged window of a watch: the worst of its verdicts, and which lines it alarmed."""

    record: int
    at: str                                 # when it was recorded
    label: str
    version: str
    rows: int
    labelled: int | None
    worst: str
    alarms: tuple[str, ...]


@dataclass(slots=True)
class _Known:
    name: str
    versions: dict[str, str] = field(default_factory=dict)
    in_charge: str = ""
    events: list[Event] = field(default_factory=list)
    courses: dict[str, Course] = field(default_factory=dict)
    alarms: dict[str, tuple[Event, int]] = field(default_factory=dict)  # the last of each requirement; verdicts before
    responses: dict[tuple[str, str, str], Event] = field(default_factory=dict)  # by version, requirement and way
    responded: list[tuple[Record, Event]] = field(default_factory=list)         # responses and ends, as they came
    refuted: dict[tuple[str, str], Event] = field(default_factory=dict)     # the last of each version and requirement
    windows: dict[tuple[str, str, str], Window] = field(default_factory=dict)   # by version, life and label
    shipped: list[Record] = field(default_factory=list)
    judged: dict[int, Mapping[str, Any]] = field(default_factory=dict)  # builds and checks: what says of which version
    last: str = ""


class Evidence:
    """What a store says of every model. ``lifts``: whether a record lifts a recall; by itself none does. ``ends``:
    whether one ends what was done about an alarm; by itself one of a key that may, as the record of that says.
    ``served``: the versions of each model that are in service, the one in charge first, of which no store may know.

    Any number of threads may ask. `refresh` takes what is new, and is called by those who ask.
    """

    def __init__(self, store: Store | None = None, lifts: Lifts = lambda record, recall: False,
                 ends: Callable[[Record], bool] | None = None,
                 served: Callable[[], Mapping[str, Sequence[str]]] = dict) -> None:
        self.store = None if store is None else Remembered(store, self.refresh)
        self._lifts, self._ends, self._served = lifts, ends or self._ends_as_said, served
        self._enders: dict[str, Enders] = {}        # of each model, as the record of a response said last
        self._trusted: dict[str, Enders] = {}       # as a server said last, which counts more
        self._models: dict[str, _Known] = {}
        self._further: dict[str, dict[str, _Known]] = {}    # of each model, by size: windows beside those of its life
        self._recalls: list[Record] = []
        self._standing: Mapping[str, Recall] = {}
        self._lifted: set[int] = set()      # the records that did lift a recall, when they came
        self._texts: dict[str, str] = {}    # of windows: each is kept once
        self._read: dict[tuple[str, str, str], tuple[Mapping[str, Any], Verdict | None]] = {}
        self._lock = threading.RLock()
        self.sequence = self.verdicts = 0   # the last record that was read; verdicts so far
        self.strange: list[int] = []        # records that could not be understood

    def refresh(self) -> int:
        """Read what is new; how many records that were. StoreError where one was changed."""
        if self.store is None:
            return self._unrecorded()
        with self._lock:
            before = self.sequence
            while records := self.store.after(self.sequence, AT_ONCE):
                for record in records:
                    self.store.take(record)
                    self._understood(record)
                    self.sequence = record.sequence
            return self.sequence - before

    def _unrecorded(self) -> int:
        """Without a store what is in service is all that is known."""
        with self._lock:
            for name, versions in self._served().items():
                known = self._models.setdefault(name, _Known(name))
                known.versions, known.in_charge = dict.fromkeys(versions, ""), versions[0]
        return 0

    def names(self) -> list[str]:
        """The name of every model."""
        with self._lock:
            return sorted(self._models)

    def models(self) -> list[Model]:
        """Every model, by name."""
        with self._lock:
            return [self._model(self._models[name]) for name in self.names()]

    def model(self, name: str) -> Model:
        """One of them. Unknown."""
        with self._lock:
            return self._model(self._of(name))

    def life(self, name: str) -> list[Event]:
        """What happened to a model, oldest first; windows are in its courses. Unknown."""
        with self._lock:
            return [void(event) if event.kind == LIFTED and event.record not in self._lifted else event
                    for event in self._of(name).events]

    def lifted(self, record: int) -> bool:
        """Whether the record of a lift lifted the recall that stood when it came."""
        with self._lock:
            return record in self._lifted

    def enders(self, subject: str) -> Enders:
        """Who may end what was done about the alarms of ``income@7``, as its records say."""
        return self._trusted.get(subject) or self._enders.get(subject, ())

    def requirements(self, name: str, size: str = "") -> list[str]:
        """The requirements of a model, in the order in which they were met with; of windows of another size, if one is
        named. Unknown."""
        with self._lock:
            return [*self._of(name, size).courses]

    def sizes(self, name: str) -> list[str]:
        """The other sizes by which windows of a model were judged, beside those of its life."""
        with self._lock:
            return [*self._further.get(name, ())]

    def followed(self, name: str, requirement: str, size: str = "") -> Course:
        """All verdicts on one requirement; those on the windows of another size, if one is named. Unknown."""
        with self._lock:
            course = self._of(name, size).courses.get(requirement)
            if course is None:
                raise Unknown(f"there is no verdict on {requirement[:64]!r} of this model")
            return course

    def windows(self, name: str, most: int | None = None, size: str = "") -> list[Window]:
        """The judged windows of a model, oldest first; the newest ``most`` of them. ``size``: as of `followed`."""
        with self._lock:
            windows = [*self._of(name, size).windows.values()]
            return windows[0 if most is None else max(0, len(windows) - most):]

    def latest(self, name: str, requirement: str, size: str = "") -> Verdict | None:
        """The newest verdict on a requirement, without its groups; None where it is none of this shall's. Unknown.
        ``size``: as of `followed`."""
        course = self.followed(name, requirement, size)
        known = self._read.get((name, requirement, size))
        if known is None or known[0] is not course.said:
            known = self._read[name, requirement, size] = course.said, _verdict(course.said)
        return known[1]

    def course(self, name: str, requirement: str, group: Group | None = None, *, most: int | None = None,
               size: str = "") -> list[Point]:
        """The verdicts on one requirement, oldest first; the newest ``most`` of them. ``size``: as of `followed`."""
        course = self.followed(name, requirement, size)
        first = 0 if most is None else max(0, len(course) - most)
        return course.points(first, None, group)

    def record(self, sequence: int) -> Record:
        """One record, as it was written. Unknown, StoreError."""
        found = () if self.store is None or sequence < 1 else self.store.after(sequence - 1, 1)
        if not found or found[0].sequence != sequence:
            raise Unknown(f"there is no record {sequence}")
        return found[0]

    def verdict(self, point: Point, requirement: str) -> Mapping[str, Any]:
        """Everything that a verdict says, with its groups: as JSON in its record. Unknown."""
        for verdict in verdicts_of(self.record(point.record)):
            if verdict.get("name") == requirement:
                return verdict
        raise Unknown(f"record {point.record} has no verdict on {requirement[:64]!r}")

    def _of(self, name: str, size: str = "") -> _Known:
        known = self._further.get(name, {}).get(size) if size else self._models.get(name)
        if known is None:
            raise Unknown(f"nothing is recorded of {name[:64]!r}")
        return known

    def _model(self, known: _Known) -> Model:
        versions = {version: self._standing[f"{known.name}@{version}"] for version in known.versions
                    if f"{known.name}@{version}" in self._standing}
        decides = "" if known.in_charge in versions else known.in_charge
        newest = {name: course.newest_of(decides) for name, course in known.courses.items()}
        return Model(known.name, dict(known.versions), known.in_charge, versions,
                     {name: point for name, point in newest.items() if point is not None},
                     [*_standing(known)], [*known.responses.values()],
                     known.last, len(known.windows), [*_refuted(known, newest, decides)], decides)

    def _understood(self, record: Record) -> None:
        """What something else than this shall wrote may have another form: it is counted, and the rest is shown."""
        try:
            self._take(record)
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            self.strange.append(record.sequence)

    def _take(self, record: Record) -> None:
        if record.kind in RECALLS:
            self._recalls.append(record)
            self._lifted.clear()
            self._standing = recalled(self._recalls, self._lifting)
        elif record.kind == ENDERS:
            self._trusts(record)
        elif record.kind == FURTHER:
            name, version = subject_of(record.subject)
            sizes = self._further.setdefault(name, {})
            self._windowed(sizes.setdefault(str(record.body.get("size") or ""), _Known(name)), record, version)
            return
        told = event_of(record)
        if told is None and record.kind != "verdicts":
            return
        name, version = subject_of(record.subject)
        known = self._models.setdefault(name, _Known(name))
        known.last = record.created
        if told is not None:
            self._happened(known, record, told)
        elif version:
            known.versions.setdefault(version, record.created)
        if told is None:
            self._windowed(known, record, version)
            for event in refuted_of(record):
                known.events.append(event)
                known.refuted[version, event.name] = event
            return
        for verdict in verdicts_of(record):
            self._judged(known, record, version or told.version, verdict)
        self._packed(known, record, told)

    def _windowed(self, known: _Known, record: Record, version: str) -> None:
        """A window was judged."""
        verdicts = [*verdicts_of(record)]
        for verdict in verdicts:
            self._judged(known, record, version, verdict)
        key = (version, str(record.body.get("life") or ""), str(record.body.get("window") or ""))
        known.windows[key] = _window(record, self._text(version), verdicts, known.windows.get(key))

    def _lifting(self, record: Record, recall: Recall) -> bool:
        """As ``lifts`` says; what does lift is kept."""
        found = self._lifts(record, recall)
        if found:
            self._lifted.add(record.sequence)
        return found

    def _packed(self, known: _Known, record: Record, told: Event) -> None:
        """Which version a build and a check are of is known when one is packed with them, which comes after them."""
        if record.kind == SHIPPED:
            known.shipped.append(record)
            for sequence, body in known.judged.items():
                self._belongs(known, sequence, packed_with(body, [record]))
        elif record.kind in WITH_PACKING and not told.version:
            known.judged[record.sequence] = {key: record.body.get(key) for key in ("log", "plan", "model")}
            self._belongs(known, record.sequence, packed_with(record.body, known.shipped))

    def _belongs(self, known: _Known, sequence: int, versions: Sequence[str]) -> None:
        place = bisect_left(known.events, sequence, key=lambda event: event.record)
        if not versions or place == len(known.events):
            return
        before = known.events[place]
        version = self._text(", ".join(dict.fromkeys((*filter(None, before.version.split(", ")), *versions))))
        known.events[place] = replace(before, version=version)
        for course in known.courses.values():
            course.belongs(sequence, version)

    def _happened(self, known: _Known, record: Record, event: Event) -> None:
        if record.kind == "response":
            known.responded.append((record, event))
            event = self._responded(known, record, event)
        known.events.append(event)
        if event.version:
            known.versions.setdefault(event.version, event.at)
        if record.kind == "in charge":
            known.in_charge = event.version
        elif record.kind == "alarm":
            course = known.courses.get(event.name)
            known.alarms[event.name] = event, 0 if course is None else len(course)

    def _responded(self, known: _Known, record: Record, event: Event) -> Event:
        """A response stands from here on, or ends; as it is told."""
        if not record.body.get("ended"):
            self._enders |= {record.subject: enders} if (enders := enders_of(record)) else {}
            known.responses[event.version, event.name, event.way] = event
            return event
        left = {key: one for key, one in known.responses.items() if key[:2] != (event.version, event.name)}
        if self._ends(record):
            known.responses = left
        elif len(left) < len(known.responses):
            return replace(event, words=f"{event.words}{'' if event.words.endswith('.') else '.'} {NO_END}")
        return event

    def _trusts(self, record: Record) -> None:
        """A server says whom it trusts by now: what stands is found anew by that."""
        self._trusted |= {record.subject: enders} if (enders := enders_of(record)) else {}
        known = self._models.get(subject_of(record.subject)[0])
        if known is None:
            return
        known.responses = {}
        for one, event in known.responded:
            place = bisect_left(known.events, one.sequence, key=lambda told: told.record)
            known.events[place] = self._responded(known, one, event)

    def _ends_as_said(self, record: Record) -> bool:
        return ending([key for _, key in self.enders(record.subject)])(record)

    def _judged(self, known: _Known, record: Record, version: str, verdict: Mapping[str, Any]) -> None:
        name = str(verdict.get("name") or "")
        phase = str(verdict.get("phase") or record.kind) if record.kind != "take over" else "apprentice"
        window = self._text(str(record.body.get("window") or verdict.get("on") or ""))
        told = (record.created, self._text(phase), self._text(version), window)
        whole = (record.body.get("whole_life") or {}).get(name)
        known.courses.setdefault(name, Course(name)).add(record.sequence, told, verdict, whole)
        self.verdicts += 1

    def _text(self, text: str) -> str:
        return self._texts.setdefault(text, text)


def _verdict(said: Mapping[str, Any]) -> Verdict | None:
    try:
        return verdict_of({**said, "groups": [], "parts": []})
    except StoreError:
        return None


def _standing(known: _Known) -> Iterator[Event]:
    """The alarms that go on: no window after theirs was met. A watch that catches up tells them after its windows."""
    for name, (event, before) in known.alarms.items():
        course = known.courses.get(name)
        alarmed = {window.label for window in known.windows.values() if name in window.alarms}
        if course is None or not course.met_after(event.window, before, alarmed):
            yield event


def _refuted(known: _Known, newest: Mapping[str, Point | None], version: str) -> Iterator[Event]:
    """The estimates that stand as decided although labels refute them: nothing was found since."""
    for (of, name), event in known.refuted.items():
        point = newest.get(name)
        if point is not None and is_on(of, version) and point.record < event.record and point.verdict in DECIDED:
            yield event


def _window(record: Record, version: str, verdicts: Sequence[Mapping[str, Any]], before: Window | None) -> Window:
    """A window; its lines may be judged at two times, those without labels first: the worst of all counts."""
    body = record.body
    found = {str(verdict.get("verdict")) for verdict in verdicts} | ({before.worst} if before is not None else set())
    worst = next((str(kind) for kind in WORST_FIRST if str(kind) in found), "undecided")
    labelled, alarms = body.get("labelled"), (() if before is None else before.alarms)
    return Window(record.sequence, record.created, str(body.get("window") or ""), version, int(body.get("rows") or 0),
                  None if labelled is None else int(labelled), worst,
                  tuple(dict.fromkeys((*alarms, *map(str, body.get("alarms") or ())))))
