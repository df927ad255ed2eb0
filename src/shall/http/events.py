"""What happened to a server since the last look, each thing once and in a sentence: who answers, what was refused or
recalled, what could not be kept."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple

from shall.api.service.activating import DECISIONS
from shall.api.service.left_out import left_out, newest
from shall.api.service.serving import ALARM, Serving
from shall.api.shown.happening import event_of
from shall.core.branches import parted
from shall.core.decisions import Sink
from shall.core.errors import NotReady
from shall.http.later import Later
from shall.http.tokens import Tokens
from shall.runtimes.fleet import Fleet

SOON: Final = 60.0                          # seconds between two lines that only say that it goes on
ROUTINE: Final = "so far, and is looked at from"
WORDS: Final[Mapping[str, str]] = {
    "not_logged": "decisions answered and not logged", "queue_full": "the queue of the log was full",
    "disk": "the log could not be written", "not_sealed": "a journal could not be sealed",
    "damaged": "the log is damaged (shall log verify tells where)",
    "torn": "the torn end of a journal, which nobody was answered for, was cut off",
    "clock": "the clock jumped, so nothing was let go by its age",
    "heads": "the head of a segment could not be recorded in the store",
    "later_dropped": "comparisons left out, since there was too much to do", "later_failed": "comparisons that failed",
    "later_not_logged": "comparisons not logged"}


class Event(NamedTuple):
    """Something that happened; ``level``: of `logging`."""

    level: int
    what: str


class State(NamedTuple):
    """What is told of a name when it changes."""

    in_charge: str
    digests: Mapping[str, str]              # by version
    shares: Mapping[str, float]
    recalled: Mapping[str, str]             # why, by version
    there: Sequence[str]                    # every version, also what may not answer


class Events:
    """To be called about once a second, from one thread. What was so at the start is no event, but what went wrong is,
    and what stands of recalls and of broken promises.
    """

    def __init__(self, serving: Serving, tokens: Tokens | None = None, later: Later | None = None,
                 clock: Callable[[], float] = monotonic) -> None:
        self._serving, self._tokens, self._later, self._clock = serving, tokens, later, clock
        self._states, self._notes = self._seen(), {*serving.status} - {*serving.warnings}
        self._stand = self._responses()
        self._problem, self._alarm = serving.problem, "" if tokens is None else tokens.alarm
        self._apprentices: dict[str, str] = {}      # what was found last, by model
        self._segments: dict[str, Path] = {}        # the newest that was looked at, by name
        self._lacking: set[tuple[str, str]] = set()
        self._looked = -SOON
        self._told: Counter[tuple[str, str]] = Counter()
        self._when: dict[tuple[str, str], float] = {}

    def __call__(self, last: bool = False) -> list[Event]:
        """What happened since the last call; ``last``: nothing more will be asked for."""
        return [*self._of_files(), *self._of_fleets(), *self._of_tokens(), *self._of_counts(last), *self._of_segments()]

    def looked(self, found: Sequence[str]) -> list[Event]:
        """What `Serving.look` found: that there are too few rows yet is told once, the rest where it is something new.
        """
        new = []
        for sentence in found:
            model = sentence.partition(" ")[0]
            before = self._apprentices.get(model)
            self._apprentices[model] = sentence
            if before is None or (sentence != before and ROUTINE not in sentence):
                new.append(Event(logging.INFO, sentence))
        return new

    def _of_files(self) -> Iterator[Event]:
        before, self._problem = self._problem, self._serving.problem
        if self._problem and self._problem != before:
            yield Event(logging.WARNING, f"{ALARM}: {self._problem}")
        if before and not self._problem:
            yield Event(logging.INFO, "the newest state is in service again")

    def _of_fleets(self) -> Iterator[Event]:
        before, self._states = self._states, self._seen()
        sounded = [*self._serving.watches.sounded()]    # ahead of the status, which has those that go on
        known, status = self._notes, self._serving.status
        self._notes = {*status}
        told = [what for name in {**before, **self._states}
                for what in changes(name, before.get(name), self._states.get(name))]
        yield from (Event(logging.INFO, one) for one in (*told, *self._lifted(before), *self._ended()))
        new = [note for note in dict.fromkeys([*sounded, *status]) if note not in known and not note.startswith(ALARM)]
        yield from (Event(logging.WARNING, note) for note in new)

    def _lifted(self, before: Mapping[str, State]) -> Iterator[str]:
        """The recalls of versions that are there which do not stand any more."""
        for name, new in self._states.items():
            for version in before[name].recalled if name in before else ():
                if version in new.there and version not in new.recalled:
                    record = self._serving.lifted(name, version)
                    event = None if record is None else event_of(record)
                    words = "the recall was lifted" if event is None else f"{event.words[:1].lower()}{event.words[1:]}"
                    yield f"{name}: {name}@{version} may answer again: {words}"

    def _ended(self) -> Iterator[str]:
        """The responses that a person has ended."""
        before, self._stand = self._stand, self._responses()
        for model, name in [one for one in before if one not in self._stand]:
            record = self._serving.enforcing.ended(model, name)
            event = None if record is None else event_of(record)
            if event is not None:
                yield f"{model}: {event.words[:1].lower()}{event.words[1:]}"

    def _responses(self) -> dict[tuple[str, str], None]:
        return dict.fromkeys((one.model, one.name) for one in self._serving.enforcing.every)

    def _of_tokens(self) -> Iterator[Event]:
        if self._tokens is None:
            return
        self._tokens.look()
        before, self._alarm = self._alarm, self._tokens.alarm
        if self._alarm and self._alarm != before:
            yield Event(logging.WARNING, f"tokens: {self._alarm}")
        if before and not self._alarm:
            yield Event(logging.INFO, "tokens: the file is in force again")

    def _of_counts(self, last: bool) -> Iterator[Event]:
        now = self._clock()
        for key, number in self._counts().items():
            more = number - min(self._told[key], number)        # less than before: the log was opened anew
            if more > 0 and (last or now - self._when.get(key, -SOON) >= SOON):
                self._told[key], self._when[key] = number, now
                about, what = key
                whole = "" if more == number else f" ({number:,} in all)"
                yield Event(logging.WARNING, f"{about}: {WORDS.get(what, what)}: {more:,}{whole}")

    def _of_segments(self) -> Iterator[Event]:
        """Columns that no row of a new segment has, each once."""
        if self._clock() - self._looked < SOON:
            return
        self._looked = self._clock()
        folder = Path(self._serving.file.log.folder) / DECISIONS
        for name, fleet in self._serving.service.fleets.items():
            path = newest(folder / name)
            if path is None or self._segments.get(name) == path:
                continue
            self._segments[name] = path
            wanted = dict.fromkeys(one.name for version in fleet.versions for one in version.checking.context)
            for column in left_out(path, [*wanted]):
                if (name, column) not in self._lacking:
                    self._lacking.add((name, column))
                    yield Event(logging.WARNING, f"{name}: no row of {path.name} has {column}: what is asked of it "
                                                 "stays undecided until requests bring it")

    def _counts(self) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for what, number in [*self._serving.service.alarms.items()]:
            if what != ALARM:
                found["beside the answers", what] = number
        for name, fleet in self._serving.service.fleets.items():
            for about, sink in sinks(name, fleet):
                alarms: Mapping[str, int] = getattr(sink, "alarms", {})
                found.update({(about, what): number for what, number in alarms.items() if what in WORDS})
        found.update({} if self._later is None else {("beside the answers", what): number for what, number in
                                                     [*self._later.alarms.items()]})
        return found

    def _seen(self) -> dict[str, State]:
        return {name: state_of(fleet) for name, fleet in self._serving.service.fleets.items()}


def state_of(fleet: Fleet) -> State:
    """What is told of a fleet when it changes."""
    shares, before = {}, 0.0
    for until, version in fleet.canary:
        shares[version], before = until - before, until
    versions = {parted(one.version)[0]: one.digest for one in fleet.versions}
    return State(fleet.in_charge, versions, shares, dict(fleet.recalled),
                 [*dict.fromkeys((*versions, *fleet.recalled, *fleet.stopped))])


def sinks(name: str, fleet: Fleet) -> Sequence[tuple[str, Sink]]:
    """The logs of a name: of its answers, and of what was only compared."""
    try:
        own = [(name, fleet.sink)]
    except NotReady:
        own = []
    return [*own, *((lane.version.model, lane.sink) for lane in fleet.beside)]


def changes(name: str, old: State | None, new: State | None) -> Iterator[str]:
    """What is another now, in sentences."""
    if old is None or new is None:
        yield f"{name} is served {'no more' if new is None else f'now, {new.in_charge} in charge'}"
        return
    if new.in_charge != old.in_charge:
        yield f"{name}: {new.in_charge} is in charge now, before it was {old.in_charge}"
    for version, digest in new.digests.items():
        if old.digests.get(version, digest) != digest:
            yield f"{name}@{version} is another bundle now, {digest[:12]}"
    for what, some, other in (("new", new.there, old.there), ("gone", old.there, new.there)):
        if found := [one for one in some if one not in other]:
            yield f"{name}: {what} is {', '.join(found)}"
    if new.shares != old.shares:
        shares = ", ".join(f"{version} {share:.3g}" for version, share in new.shares.items())
        yield f"{name}: canaries and their shares are now {shares or 'none'}"
