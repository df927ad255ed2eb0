"""What answers in service: names and versions of bundles, checked rows in, decisions and what is to be logged out.

No transport, and nothing here waits: who calls it submits the records to their sinks, waits until they are kept, and
answers then. One snapshot of all names is exchanged whole, so a request sees one state of it from beginning to end.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from shall.core.decisions import Clock, Label, Record, Sink
from shall.core.errors import DataError, Faults, InputError, MissingExtra, ShallError, Unknown
from shall.graph.fields import nearest
from shall.graph.kinds import Array
from shall.runtimes.deciding import ANSWERED
from shall.runtimes.fleet import Fleet
from shall.runtimes.labelling import labelled, text_of
from shall.runtimes.version import Found, Version

if TYPE_CHECKING:                           # reasons are loaded by those who ask for them
    from shall.runtimes.reasons import Reasons

try:
    import msgspec
except ImportError as missing:
    raise MissingExtra("msgspec", "serve", "a bundle in service") from missing

SHOWN: Final = 64                           # characters of a name in a message
Kept = list[tuple[Sink, list[Record]]]


class Answer(msgspec.Struct, omit_defaults=True):
    """What leaves for a row: a decision, or that it abstained, by a ``code`` and in one sentence, ``why``.

    Beside a decision ``why`` tells of a text that training never saw.
    ``score``: of the positive class, the largest of several, or the number of a regressor. ``id``: of the evidence.
    """

    id: str
    model: str
    decision: str | int | float | bool | None
    score: float | None
    abstained: bool
    code: str = ANSWERED
    why: str = ""
    scores: dict[str, float] | None = None


class Taken(msgspec.Struct):
    """A field that a model takes; ``values``: the texts that training saw. ``needed``: whether it may be left out."""

    name: str
    what: str
    values: Sequence[str] | None = None
    needed: bool = True


class Given(msgspec.Struct):
    """An output of a graph: its type as ONNX has it, and how wide a row of it is. While a branch answers, too, these
    are those of the version."""

    name: str
    what: str
    width: int | None


class Told(msgspec.Struct):
    """What may be known of a name, or of one version of it."""

    name: str
    versions: list[str]
    ready: bool
    in_charge: str
    modes: dict[str, str]                   # by version: live, canary, shadow, apprentice, idle, recalled, stopped, …
    shares: dict[str, float]                # of the canaries
    inputs: list[Taken]
    context: list[Taken]
    outputs: list[Given]
    classes: list[Any]
    digest: str
    version: str
    notes: list[str]


class Decided(NamedTuple):
    """Answers, and what has to be kept before they leave; ``later`` scores shadows after that, and says what to keep.
    """

    answers: list[Answer]
    kept: Kept
    later: Callable[[], Kept] | None
    outputs: dict[str, Array]
    version: Version
    mode: str


class Explained(NamedTuple):
    """Reasons for the scores of some rows. ``model``: whose scores they are, "loans@7.rules" while that branch answers.
    """

    model: str
    reasons: list[Reasons]


def now() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1000


@dataclass(slots=True)
class Service:
    """Every name in service. Safe to be called from many threads; only `swap` changes what answers."""

    fleets: Mapping[str, Fleet] = field(default_factory=dict)
    clock: Clock = now
    alarms: Counter[str] = field(default_factory=Counter)      # what went wrong beside the answers, by what

    def swap(self, fleets: Mapping[str, Fleet]) -> None:
        """Exchange everything at once: new versions have answered before. DataError where one cannot, and all stays."""
        warm = {id(version.scorer) for fleet in self.fleets.values()
                for version in (*fleet.versions, *fleet.standby)}
        for version in (version for fleet in fleets.values() for version in (*fleet.versions, *fleet.standby)):
            if id(version.scorer) not in warm:
                version.warm()
        self.fleets = dict(fleets)

    def models(self) -> list[Told]:
        """Every name, as `model` tells it."""
        return [told(fleet) for _, fleet in sorted(self.fleets.items())]

    def model(self, name: str, version: str | None = None) -> Told:
        """A name, or one version of it. Unknown, Recalled, NotReady."""
        fleet = self.fleet(name)
        return told(fleet, fleet.lane(version or fleet.in_charge, "", ()).version)

    def unable(self) -> dict[str, str]:
        """The names for which nothing answers, and why: what who asks them is told."""
        found = {}
        for name, fleet in sorted(self.fleets.items()):
            try:
                fleet.lane(fleet.in_charge, "", ())
            except ShallError as error:
                found[name] = str(error)
        return found

    def said(self, name: str, version: str | None = None) -> frozenset[str]:
        """The outputs of a model that what answers now has too: a branch need not have them all. Raises as `model`."""
        fleet = self.fleet(name)
        one = fleet.lane(version or fleet.in_charge, "", ()).version
        return frozenset(name for name, kind in one.face.types.items() if one.scorer.types.get(name) == kind)

    def fleet(self, name: str) -> Fleet:
        """The versions of a name. Unknown."""
        if (found := self.fleets.get(name)) is not None:
            return found
        near = nearest(name, tuple(self.fleets))
        fix = f"did you mean {near}?" if near else f"there are: {', '.join(self.fleets) or 'none'}"
        raise Unknown(f"there is no model {name[:SHOWN]}; {fix}")

    def decide(self, name: str, rows: Any, *, version: str | None = None, request: str = "") -> Decided:
        """Answer some rows: a list of mappings, or a table of Arrow.

        Raises Faults with every fault of the rows, Unknown, Recalled or NotReady for a name that cannot answer.
        """
        fleet = self.fleets.get(name) or self.fleet(name)
        lane = fleet.lane(version, request, rows)
        found, when = lane.version(rows), self.clock()
        next_id = lane.sink.next_id
        ids = [next_id() for _ in found.said]
        answers = answers_of(lane.version, found, ids)
        kept = [(lane.sink, lane.records(found, ids, when, request))]
        later = None
        if fleet.beside:
            def later() -> Kept:
                return self._beside(fleet, rows, answers, (when, request))
        return Decided(answers, kept, later, found.outputs, lane.version, lane.mode)

    def refuse(self, name: str, table: Any, *, version: str | None = None) -> None:
        """Faults where `decide` would not take some rows of a table of Arrow, by any version that may answer them."""
        fleet = self.fleet(name)
        some = [version] if version is not None else [fleet.in_charge, *(one for _, one in fleet.canary)]
        for one in dict.fromkeys(some):
            fleet.lane(one, "", ()).version.checking.refuse(table)

    def explain(self, name: str, rows: Any, *, version: str | None = None, most: int = 4) -> Explained:
        """Up to ``most`` reasons for the score of each row; nothing is logged.

        Takes much longer than an answer. Raises what `decide` raises, and InputError where who answers gives no score
        or has no baseline.
        """
        found = self.fleet(name).lane(version, "", rows).version
        found.checking(rows)
        try:
            reasons = found.scorer.reasons(rows, most)
        except InputError as error:
            raise InputError(f"{found.model} answers, and {error}") from None
        return Explained(found.model, reasons)

    def label(self, name: str, labels: Sequence[Label]) -> tuple[Sink, list[Label]]:
        """Labels as the log of a name keeps them. Faults where one is no class of it, or no number."""
        home = self.fleet(name).home
        return home.sink, labelled(labels, home.version.taken)

    def answered(self, name: str, request: str) -> list[Answer] | None:
        """What was answered under a request before, where its log knows; a request without a name never was."""
        fleet = self.fleet(name)
        asked = getattr(fleet.sink, "answered", None)
        records: Sequence[Record] | None = asked(request) if request and asked is not None else None
        return [again(fleet, record) for record in records] if records else None

    def _beside(self, fleet: Fleet, rows: Any, answers: Sequence[Answer], told: tuple[int, str]) -> Kept:
        """What shadows and apprentices say of rows that were answered; what they cannot take is only counted."""
        kept: Kept = []
        for lane in fleet.beside:
            try:
                found = lane.version(rows)
            except (Faults, DataError):
                self.alarms[f"{lane.version.model} could not be compared"] += len(answers)
                continue
            decided = [answer.decision for answer in answers]
            kept.append((lane.sink, lane.records(found, [answer.id for answer in answers], *told, decided)))
        return kept


def answers_of(version: Version, found: Found, ids: Sequence[str]) -> list[Answer]:
    """The answers of a version, one a row."""
    model, classes = version.model, version.deciding.classes
    return [Answer(name, model, said.decision, said.score, said.code != ANSWERED, said.code, said.why,
                   {str(text_of(one)): score for one, score in zip(classes, said.scores, strict=True)}
                   if said.scores else None)
            for name, said in zip(ids, found.said, strict=True)]


def again(fleet: Fleet, record: Record) -> Answer:
    """The answer of a record."""
    version = record.model.rpartition("@")[2]
    lane = fleet.lanes.get(version) or fleet.home
    fields = dict(zip((one.name for one in fleet.sink.fields), record.values, strict=True))
    return Answer(record.id, record.model, *lane.version.deciding.answer(fields))


def told(fleet: Fleet, version: Version | None = None) -> Told:
    """What may be known of a fleet: of the version in charge, or of another one."""
    lane = fleet.lanes.get(fleet.in_charge)
    shown = version or (lane.version if lane is not None else None)
    beside = {lane.version.version: lane.mode for lane in fleet.beside}
    modes = {one: "live" if one == fleet.in_charge else "idle" for one in fleet.lanes}
    modes |= {one: "canary" for _, one in fleet.canary} | beside | dict.fromkeys(fleet.recalled, "recalled")
    modes |= {one: way for one, (way, _) in fleet.stopped.items()}
    shares, before = {}, 0.0
    for until, one in fleet.canary:
        shares[one], before = until - before, until
    return Told(fleet.name, list(modes), shown is not None, fleet.in_charge, modes, shares,
                *_face(shown), "" if shown is None else shown.version, list(fleet.notes))


def _face(version: Version | None) -> tuple[list[Taken], list[Taken], list[Given], list[Any], str]:
    if version is None:
        return [], [], [], [], ""
    inputs = [Taken(one.name, one.what, one.values) for one in version.face.inputs]
    context = [Taken(one.name, one.what, None, needed=False) for one in version.checking.context]
    outputs = [Given(name, kind, width if isinstance(width, int) else None) for name, (kind, width) in
               version.face.types.items()]
    return inputs, context, outputs, list(version.deciding.classes), version.digest
