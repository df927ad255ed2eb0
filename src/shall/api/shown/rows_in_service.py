"""The rows of the models in service, for those who look at them: each version's, up to a moment that is told.

A new moment is taken when somebody looks, the log has changed, and the one before has stood long enough beside what it
took: however fast a log grows, looking at it takes a small share of the time, and that not from those who answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from shall import registry
from shall.adapters.frames import TableLog
from shall.api.opening import opened
from shall.api.service.activating import COMPARED, DECISIONS
from shall.api.shown.answered import Answered, Answering
from shall.api.shown.apart import Apart
from shall.api.shown.examined import least_of
from shall.api.shown.rows_at_hand import Rows, mark_of
from shall.core.branches import called
from shall.core.errors import InputError
from shall.core.requirement import Requirement
from shall.journal.layout import LABELS, is_log
from shall.phases.slices.failing import FailingSlices
from shall.phases.slices.slicing import Asked, slices
from shall.spec import ShallFile

if TYPE_CHECKING:
    from shall.api.service.activating import Wanted
    from shall.api.service.bundled import Loaded
    from shall.api.service.in_service import Serving

KEY: Final = "answered-"                    # before a version, in place of the number of a check
STANDS: Final = 10.0                        # seconds that a moment stands at least
SHARE: Final = 30.0                         # of the time that it took, until the next one
KEPT: Final = 2                             # versions whose rows are held at once
IDLE: Final = 900.0                         # seconds after which rows that nobody looks at are let go of
SELDOM: Final = 600.0                       # seconds until what takes long is done again
SEARCHED: Final = 200_000                   # rows that are looked through for slices, evenly taken from all
NUMBERS: Final = count(1)                   # of moments: no two have one, of whatever version
PROBED: Final = "{name} asks about rows together: shall check looks at that, on the log or a copy of it"


@dataclass(slots=True)
class _Moment:
    answered: Answered
    number: int
    rows: dict[tuple[str, str], Rows] = field(default_factory=dict)


class InService:
    """The rows that one version answered, as `AtHand` gives those of a file. Any number of threads may ask."""

    data = labels = ""

    def __init__(self, model: str, loaded: Loaded, place: tuple[Path, Path], beside: tuple[ThreadPoolExecutor, Apart],
                 clock: Callable[[], float] = time.monotonic) -> None:
        assert loaded.file is not None
        self.model, self._file, self._clock, (self._worker, self._apart) = model, loaded.file, clock, beside
        self._facts = (("size", float(loaded.size)),)
        self._answering, self._places = Answering(place[0], model, loaded.file, place[1]), place
        self._lock = threading.RLock()
        self._taking: Future[None] | None = None
        self._moment: _Moment | None = None
        self._seen: object = None           # how the log looked when the moment was taken
        self._next = 0.0
        self._long: tuple[float, int] = (0.0, 0)
        self.asked = clock()

    @property
    def file(self) -> ShallFile:
        """The shall file of the bundle."""
        return self._file

    @property
    def seen(self) -> int:
        """The number of the moment; a new one is taken beside whoever asks, where it is time. 0: there is none yet."""
        self.asked = self._clock()
        with self._lock:
            due = self._taking is None or (self._taking.done() and self.asked >= self._next)
            if due and (self._moment is None or self._seen != self._marks()):
                self._taking = self._worker.submit(self._take)
            return 0 if self._moment is None else self._moment.number

    @property
    def seldom(self) -> int:
        """The number of the moment, or of one of the last minutes: for what takes long to find."""
        now, number = self._clock(), self.seen
        if not self._long[1] or now >= self._long[0]:
            self._long = now + SELDOM, number
        return self._long[1]

    @property
    def note(self) -> str:
        """Which rows these are."""
        with self._lock:
            return "" if self._moment is None else self._moment.answered.words(self.model)

    def rows(self, requirement: Requirement, place: str = "") -> Rows:
        """The rows of the moment as a requirement reads them. DataError, FileError, InputError."""
        if any(registry.card(call.name).probe for call in requirement.measures):
            raise InputError(PROBED.format(name=requirement.name or str(requirement)))
        moment = self._now()
        key = (requirement.name, str(requirement))
        with self._lock:
            if key not in moment.rows:
                answered = moment.answered
                found = opened(replace(answered.file, requirements=(requirement,)), answered.log)
                found = replace(found, binding=replace(found.binding, facts=self._facts))
                moment.rows[key] = Rows(found, f"{self.model} {moment.number}")
            return moment.rows[key]

    def searched(self, requirement: Requirement, place: str = "") -> Rows:
        """So many of them as can be looked through for slices beside those who answer. As `rows`."""
        rows = self.rows(requirement)
        return Rows(replace(rows.opened, log=self._now().answered.spread(SEARCHED)), rows.digest)

    def slices(self, rows: Rows, base: Requirement, asked: Asked) -> FailingSlices:
        """Looked for in a process of its own: a search takes seconds, and answers would wait for it each time."""
        log = rows.opened.log
        assert isinstance(log, TableLog)
        return self._apart(slices, log, rows.opened.binding, base, asked, self.file.confidence)

    def decision(self, place: int) -> str:
        """The id of the decision on a row; empty where there is no such row."""
        ids = self._now().answered.ids
        return str(ids[place].as_py()) if place < len(ids) else ""

    @property
    def answered(self) -> Answered:
        """All of them; waits for the first moment."""
        return self._now().answered

    @property
    def few(self) -> int:
        """How many of them are looked through, where these are not all."""
        answered = self._now().answered
        return answered.spread(SEARCHED).rows if answered.log.rows > SEARCHED else 0

    def _now(self) -> _Moment:
        """The moment; waits for the first one."""
        if self.seen == 0:
            assert self._taking is not None
            self._taking.result()
        with self._lock:
            assert self._moment is not None
            return self._moment

    def _take(self) -> None:
        began, seen = self._clock(), self._marks()
        try:
            found = self._answering.look()
            with self._lock:
                self._moment, self._seen = _Moment(found, next(NUMBERS)), seen
        finally:
            ended = self._clock()
            self._next = ended + max(STANDS, SHARE * (ended - began))

    def _marks(self) -> object:
        return [mark_of(str(place)) for place in self._places]


class InServiceRows:
    """The rows of every version of a server."""

    def __init__(self, serving: Serving, clock: Callable[[], float] = time.monotonic) -> None:
        self._serving, self._clock = serving, clock
        self._worker, self._apart = ThreadPoolExecutor(1, "shall-rows"), Apart()
        self._known: dict[tuple[str, str, str], InService] = {}
        self._lock = threading.Lock()

    def keys(self, model: str) -> list[tuple[str, str]]:
        """What an address says for the rows of each version, and words for it; the one in charge first."""
        wanted = self._serving.wanted.get(model)
        if wanted is None:
            return []
        answering = [*wanted.bundles, *(called(version, branch) for version, branch in wanted.branched.items())]
        ordered = sorted(answering, key=lambda version: version != wanted.in_charge)
        return [(KEY + version, f"what version {version} would answer" if version in wanted.compared
                 else f"what version {version} answers in service") for version in ordered
                if self._of(wanted, version) is not None]

    def least(self, model: str) -> int:
        """The rows of the smallest cell that every version of it lets be shown."""
        wanted = self._serving.wanted.get(model)
        files = [] if wanted is None else [loaded.file for loaded in wanted.bundles.values()]
        return max((least_of(file) for file in files if file is not None), default=1)

    def folder(self, model: str) -> Path | None:
        """The log of all that a model answers; None where it is not in service."""
        known = model in self._serving.wanted
        return Path(self._serving.file.log.folder) / DECISIONS / model if known else None

    def at(self, model: str, key: str) -> InService | None:
        """The rows of a version; None where there is none of it, or none was logged."""
        wanted, version = self._serving.wanted.get(model), key.removeprefix(KEY)
        found = None if wanted is None or not key.startswith(KEY) else self._of(wanted, version)
        if found is None:
            return None
        loaded, place = found
        self.sweep()
        with self._lock:
            known = (model, version, f"{loaded.scorer.digest} {place}")
            kept = self._known.pop(known) if known in self._known else InService(
                f"{model}@{version}", loaded, place, (self._worker, self._apart), self._clock)
            self._known[known] = kept       # it is let go of last
        self.sweep()
        return kept

    def sweep(self) -> None:
        """Let go of what nobody has looked at for long, and of what was looked at longest ago, where it is much."""
        with self._lock:
            now = self._clock()
            self._known = {key: one for key, one in self._known.items() if now - one.asked < IDLE}
            for key in [*self._known][:max(0, len(self._known) - KEPT)]:
                del self._known[key]

    def close(self) -> None:
        """Let the thread go, and the process."""
        self._worker.shutdown(wait=False, cancel_futures=True)
        self._apart.close()

    def _of(self, wanted: Wanted, version: str) -> tuple[Loaded, tuple[Path, Path]] | None:
        """A version whose rows can be read, its log, and that of the labels of its model."""
        loaded = wanted.every.get(version)
        if loaded is None or loaded.file is None:
            return None
        place = self._place(wanted, version)
        return (loaded, place) if is_log(place[0]) else None

    def _place(self, wanted: Wanted, version: str) -> tuple[Path, Path]:
        folder, name = Path(self._serving.file.log.folder), wanted.served.name
        sent, named = folder / DECISIONS / name / LABELS, wanted.served.labels
        labels = Path(named) if named and "://" not in named and not sent.exists() else sent
        beside = folder / COMPARED / f"{name}@{version}"
        return (beside if version in wanted.compared else folder / DECISIONS / name), labels
