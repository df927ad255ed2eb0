"""The versions in service, each watched by its own shall file: one life a version, kept beside the log."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from shall.api.life.beginning import Asked
from shall.api.life.going_on import Watching
from shall.api.life.looked import Looked
from shall.api.life.standing import REMEMBERED, when
from shall.api.service.activating import DECISIONS, Wanted
from shall.api.service.bundled import Loaded
from shall.core.alarm import Alarm
from shall.core.branches import called
from shall.core.errors import InputError, ShallError
from shall.core.store import Store
from shall.journal.layout import LABELS, is_log
from shall.phases.watching.windows import Windows, seconds_in
from shall.reports._alarms import to_second
from shall.stores.watching import Watched

WATCHED: Final = "watched"                  # the folder of states, beside `decisions/`
AT_ONCE: Final = 2**12                      # rows that are folded at a time: whoever answers runs in between
REST: Final = 10.0                          # seconds of rows that a server reads again which was killed


@dataclass(slots=True)
class Watches:
    """``latest``: what the last look of each version found, by "income@7"; ``problems``: why one could not look;
    ``lacking``: which other data a version cannot be compared with.

    For one thread beside those that answer. What it finds is kept in the folder of the log; a process that ends in the
    middle of a look goes on from the commit before.
    """

    clock: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    latest: dict[str, Looked] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    lacking: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _going: dict[str, tuple[str, Watching]] = field(default_factory=dict)       # with the digest of its bundle
    _next: dict[str, float] = field(default_factory=dict)
    _sounded: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def due(self, wanted: Wanted, folder: Path) -> Iterator[str]:
        """The versions of a name to look at now: those that answer, and those whose labels may still come."""
        answering = {wanted.in_charge, *wanted.served.canary} - {*wanted.recalled}
        answering |= {called(version, branch) for version, branch in wanted.branched.items() if version in answering}
        for version, loaded in wanted.every.items():
            model, now = f"{wanted.served.name}@{version}", self.monotonic()
            begun = version in answering or (folder / WATCHED / model).is_dir()
            lines = () if loaded.file is None else loaded.file.requirements
            watched = begun and any("watch" in line.phases for line in lines)
            if loaded.file is None or not watched or now < self._next.get(model, now):
                continue
            self._next[model] = now + seconds_in(loaded.file.watch.every)
            yield version

    def look(self, wanted: Wanted, version: str, folder: Path, store: Store | None,
             ending: Callable[[], bool]) -> Looked | None:
        """What is new of a version; None where it could not look, which `problems` tells."""
        model = f"{wanted.served.name}@{version}"
        try:
            going = self._of(model, wanted, version, folder, store)
            going.ending = ending
            found = going.look()
        except Watched:                     # another server of the same log, whose responses this one obeys
            return None
        except (ShallError, OSError) as error:
            self.problems[model] = str(error)
            return None
        self.problems.pop(model, None)
        self.lacking[model] = going.lacking
        self.latest[model] = found          # first: who takes what sounded finds there what goes on
        self._sounded += [_sounded(model, alarm, found) for alarm in found.alarms if not alarm.since]
        if found.held and found.held in found.notes:    # once a day; `held` has it always
            self._sounded.append(f"{model}: {found.held}")
        return found

    def sounded(self) -> Iterator[str]:
        """The alarms since the last call, each in a sentence: as `status` has it, where it goes on."""
        while self._sounded:
            yield self._sounded.popleft()

    def status(self) -> list[str]:
        """What sounds now, and what cannot be watched. Of whom an alarm tells is not for a log of the server."""
        sounding = [_sounds(model, name, state.since)
                    for model, found in [*self.latest.items()] for name, state in found.state.items()
                    if state.alarm == "alarm"]
        lacking = [f"{model}: {why}" for model, every in [*self.lacking.items()] for why in every]
        return [*sounding, *lacking, *(f"{model} cannot be watched: {why}" for model, why in [*self.problems.items()])]

    def held(self) -> list[str]:
        """Which rows are not heard yet, and what they wait for."""
        return [f"{model}: {found.held}" for model, found in [*self.latest.items()] if found.held]

    def keep(self, models: set[str]) -> None:
        """Let go of versions that are served no more."""
        for model in [one for one in self._going if one not in models]:
            self._going.pop(model)[1].close()
            self.latest.pop(model, None)
            self.lacking.pop(model, None)

    def close(self) -> None:
        """Let go of every folder. What a thread is about to respond to is told again by the next process."""
        for _, going in self._going.values():
            going.close(heard=False)
        self._going.clear()

    def _of(self, model: str, wanted: Wanted, version: str, folder: Path, store: Store | None) -> Watching:
        loaded = wanted.every[version]
        if model in self._going and self._going[model][0] == loaded.scorer.digest:
            return self._going[model][1]
        if model in self._going:
            self._going.pop(model)[1].close()
        going = Watching(_asked(model, wanted, loaded, folder), folder / WATCHED / model, subject=model, store=store,
                         clock=self.clock, at_once=AT_ONCE, rest=REST)
        self._going[model] = loaded.scorer.digest, going
        return going


def _sounds(model: str, name: str, since: str) -> str:
    return f"{model}: ALARM, {name} is broken since {to_second(since)}"


def _sounded(model: str, alarm: Alarm, found: Looked) -> str:
    """One that a look has found, perhaps with its end."""
    state, since = found.state.get(alarm.name), when(alarm)
    if state is not None and (state.alarm, state.since) == ("alarm", since):
        return _sounds(model, alarm.name, since)
    return f"{model}: ALARM, {alarm.name} was broken at {to_second(since)}; it is met by a window since"


def _asked(model: str, wanted: Wanted, loaded: Loaded, folder: Path) -> Asked:
    assert loaded.file is not None
    place = folder / DECISIONS / wanted.served.name
    if not is_log(place):
        raise InputError(f"{place} is no log yet")
    sent, named = place / LABELS, wanted.served.labels
    labels = Path(named) if named and "://" not in named and not sent.exists() else sent
    windows, *further = Windows.several(loaded.file.watch.windows)
    return Asked(loaded.file, place, labels, windows, model, (("size", float(loaded.size)),), True, tuple(further))
