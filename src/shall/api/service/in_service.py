"""Bundles in service: they change while they answer, whole or not at all."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from shall.api.life.lifting import ENDERS, Enders
from shall.api.life.looked import Looked as Watched
from shall.api.life.recalling import REGULATOR, standing
from shall.api.life.trained import with_trained
from shall.api.life.trainer import FOLDER, RETRAINED, Trainer
from shall.api.life.watches import Watches
from shall.api.service import beside_log
from shall.api.service import charge as charging
from shall.api.service.activating import COMPARED, DECISIONS, Wanted, fleet_of
from shall.api.service.apprentices import may_take_over
from shall.api.service.bundled import Bundles, Loaded, mark, with_branches
from shall.api.service.charge import AT_ONCE, Charge, Looked
from shall.api.service.enforcing import Enforcing
from shall.api.service.labelling import note
from shall.api.service.logs import Durable, Logs
from shall.api.service.serve_files import SUFFIX, next_start, single, trust_of
from shall.api.service.taken import Taken
from shall.bundle import notices
from shall.bundle.keys import Public
from shall.core.alarm import Alarm
from shall.core.branches import parted
from shall.core.errors import ShallError, StoreError
from shall.core.recalls import KINDS, LIFTED, Recall
from shall.core.responses import RESPONSE, Response
from shall.core.store import Record, Store
from shall.journal.layout import LABELS, is_log
from shall.runtimes.service import Service
from shall.spec import serving as reading
from shall.spec.fleets import Served
from shall.spec.serving import LogOptions, ServeFile

ALARM: Final = "the newest state is not in service"
USER: Final = "user"


@dataclass(slots=True)
class Serving:
    """What `serving` gives: ``service`` answers; `refresh` takes what has changed; `close` leaves nothing open."""

    service: Service
    file: ServeFile
    store: Store | None
    logs: Logs
    bundles: Bundles
    charge: Charge
    wanted: dict[str, Wanted] = field(default_factory=dict)     # what is in service, by name
    problem: str = ""                       # why the newest state of the files is not in service; nothing: it is
    started: ServeFile | None = None        # what it was started with
    trusting: bool = False                  # whether whose signatures count was said at the start, and not in the file
    enforcing: Enforcing = field(default_factory=Enforcing)
    trainer: Trainer = field(init=False)
    taken: Taken = field(init=False)
    address: str = ""                       # of the store
    watches: Watches = field(default_factory=Watches)
    _tried: ServeFile | None = None         # the newest that could be read
    _logs_now: LogOptions | None = None     # what that says of logs, which stay where they were put
    _seen: object = None
    _offered: set[str] = field(default_factory=set)     # places of versions that were trained again
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closed: bool = False

    def __post_init__(self) -> None:
        self.trainer = Trainer(Path(self.file.log.folder) / FOLDER, self._training, self.store, self.address)
        self.enforcing.train = self.trainer.begin
        self.taken = Taken(self.store)

    @property
    def durable(self) -> Durable:
        """Whether any name wants every decision on the disk before it is answered."""
        every = [fleet.durable for fleet in self.service.fleets.values()]
        return "try" if every and set(every) == {"try"} else "must"

    @property
    def status(self) -> list[str]:
        """What those who run it should know now."""
        late = () if self.started is None else next_start(
            replace(self.file, log=self._logs_now or self.started.log), self.started)
        notes = [f"{name}: {note}" for name, fleet in self.service.fleets.items() for note in fleet.notes]
        return [*([f"{ALARM}: {self.problem}"] if self.problem else []), *late, *self.watches.status(), *notes,
                *self.enforcing.status(), *([self.trainer.problem] if self.trainer.problem else [])]

    @property
    def warnings(self) -> list[str]:
        """Of the status, what is wrong from the start: what bundles lack, what is recalled, and what stands of broken
        promises."""
        return [f"{name}: {note}" for name, one in self.wanted.items()
                for note in dict.fromkeys((*_notes(one.bundles), *charging.standing(one)))]

    def refresh(self) -> bool:
        """Take what has changed: the serve file, a bundle, a recall. Whether anything was taken.

        What does not verify is not taken: everything stays as it was, and `problem` and an alarm say why. For one
        thread beside those that answer, about once a second.
        """
        with self._lock:
            seen = self._seen
            try:
                self.logs.sweep()
                self.enforcing.settle()
                self.taken.settle()
                self.trainer.go_on()
                seen = self._marks()
                if seen == self._seen:
                    return False
                file = self._read()
                if file.trust != self.file.trust and not self.trusting:
                    self._take(file, Bundles(trust_of(file)))
                else:
                    self._take(file)
                self.enforcing.tell()
            except (ShallError, OSError) as error:
                self._seen, self.problem = seen, str(error)
                self.service.alarms[ALARM] += 1
                return False
            self._seen, self.problem = seen, ""
            return True

    def activate(self) -> None:
        """The same for the first time. ShallError where it does not verify."""
        with self._lock:
            seen = self._marks()
            self._take(self.file)
            self._seen = seen
            self.trainer.resume(self.enforcing.every)

    def look(self) -> list[str]:
        """Hold every apprentice against its requirements, where there is enough that is new (`may_take_over`).

        What was found, as sentences. One that may take over does so where its name says `take_over = "at once"`. For
        one thread beside those that answer, about once a minute.
        """
        found = []
        for name, wanted in [*self.wanted.items()]:
            if self._closed:
                break
            if wanted.apprentice not in wanted.bundles or wanted.apprentice in wanted.recalled:
                continue
            try:
                found.append(self._looked(name, wanted))
            except (ShallError, OSError) as error:
                found.append(f"{name}@{wanted.apprentice} could not be looked at: {error}")
        return found

    def respond(self, name: str, version: str, alarms: Sequence[Alarm], life: str = "") -> list[Response]:
        """Do what the shall file of a version wants done about some alarms, each once; it takes effect before this
        returns, also while the store is down. ``life``: of the watch that raised them."""
        wanted = self.wanted[name]
        file = wanted.every[version].file
        if file is None:
            return []
        found = self.enforcing.respond(f"{name}@{version}", file, alarms, life,
                                       branches=wanted.bundles[parted(version)[0]].branches)
        if found:
            with self._lock:
                try:
                    self._take(self.file)
                except (ShallError, OSError):           # by what is known of the store and of the files
                    self._exchange(self.file, self.bundles, {one: self.charge.answering(replace(
                        known.asked or known, responses=self.enforcing.standing(
                            one, _enders(known.bundles, self.bundles))))
                        for one, known in self.wanted.items()})
        return found

    @property
    def watched(self) -> Mapping[str, Watched]:
        """What the last look at each version in service found, by "income@7"."""
        return dict(self.watches.latest)

    def watch(self) -> list[str]:
        """Watch every version in service by its own shall file, each as often as that says, and respond to its alarms.

        What is to be said once, as sentences; what sounds is in `status`. For one thread beside those that answer,
        about once a second: most calls have nothing to do. A version is a subject of its own, with its own life.
        """
        folder = Path(self.file.log.folder)
        told: list[str] = []
        for name, wanted in [*self.wanted.items()]:
            for version in self.watches.due(wanted, folder):
                if self._closed:
                    return told
                told += self._watched(name, version, wanted)
        self.watches.keep({f"{name}@{version}" for name, wanted in self.wanted.items() for version in wanted.every})
        return told

    def _watched(self, name: str, version: str, wanted: Wanted) -> list[str]:
        found = self.watches.look(wanted, version, Path(self.file.log.folder), self.store, lambda: self._closed)
        if found is None:
            return []
        if found.alarms and name in self.wanted and version in self.wanted[name].every:
            self.respond(name, version, found.alarms, found.life)
        return [f"{name}@{version}: {note}" for note in found.notes if note != found.held]      # told as it sounds

    def _looked(self, name: str, wanted: Wanted) -> str:
        loaded, model = wanted.bundles[wanted.apprentice], f"{name}@{wanted.apprentice}"
        digest, folder = loaded.scorer.digest, Path(self.file.log.folder)
        before = self.charge.shown(model, digest)
        shown = may_take_over(loaded.file, model, folder / COMPARED / model, _labels(wanted, folder),
                              after=before.look, store=self.store, facts=(("size", float(loaded.size)),), digest=digest)
        if shown.look:
            with self._lock:
                self.charge.looks[digest] = Looked(shown.look, shown.may)
                if self.wanted.get(name) is wanted:         # or the files have changed meanwhile
                    if shown.may and wanted.served.take_over == AT_ONCE:
                        self.charge.take_over(wanted)
                    self._take(self.file)
        return str(shown)

    def _training(self, response: Response) -> list[str]:
        """The arguments of `shall retrain`; none where the version is not there any more."""
        name, _, answering = response.model.rpartition("@")
        version, _ = parted(answering)
        wanted, folder = self.wanted.get(name), Path(self.file.log.folder)
        if wanted is None or version not in wanted.bundles or wanted.bundles[version].file is None:
            return []
        labels = _labels(wanted, folder)
        return [wanted.served.bundles[version], "--log", str(folder / DECISIONS / name), "--as", f"{name}@{version}",
                "--output", str(self.trainer.folder), "--alarm", response.alarm,
                *(part for listed in wanted.served.bundles for part in ("--listed", listed)),
                *([] if labels is None else ["--labels", str(labels)])]

    def close(self) -> None:
        """Keep what was submitted, and let go of every file. A thread that still looks at something changes nothing."""
        self._closed = True
        with self._lock:
            try:
                self.logs.close()
            finally:
                self.watches.close()
                if self.store is not None:
                    self.store.close()

    def _read(self) -> ServeFile:
        """The file as it is now; of a single bundle, what it says of itself now. Its log stays where it is."""
        if self.file.path.suffix == SUFFIX:
            read = reading.load(self.file.path)
            self._tried, self._logs_now = replace(read, log=self.file.log), read.log
        else:
            (name,) = self.file.served
            self._tried = replace(single(self.file.path, self.bundles.at(str(self.file.path)), name),
                                  log=self.file.log)
        return self._tried

    def _marks(self) -> object:
        """What changes when a file, a bundle or a recall does."""
        files = (self.file, self._tried or self.file)
        places = sorted({place for file in files for one in file.served.values() for place in one.bundles.values()}
                        | self._offered)
        newest = [] if self.store is None else [
            self.store.latest(kind) for kind in (*KINDS, RESPONSE, ENDERS, RETRAINED)]
        return mark(self.file.path), [(place, mark(place)) for place in places], [
            0 if record is None else record.sequence for record in newest]

    def _recalled(self, name: str, found: Mapping[str, Loaded], bundles: Bundles) -> dict[str, Recall]:
        """The versions that may not answer. A recall is lifted by a regulator whom the server or the bundle names."""
        if self.store is None:
            return {}
        models = {version: (f"{name}@{version}", _regulators(one, bundles)) for version, one in found.items()}
        by_keys = {keys: standing(self.store, keys) for _, keys in models.values()}
        return {version: by_keys[keys][model] for version, (model, keys) in models.items() if model in by_keys[keys]}

    def lifted(self, name: str, version: str) -> Record | None:
        """The newest lift of a recall of a version that counts here, as far as the store can be read."""
        wanted = self.wanted.get(name)
        if self.store is None or wanted is None or version not in wanted.bundles:
            return None
        known, model = _regulators(wanted.bundles[version], self.bundles), f"{name}@{version}"
        try:
            records = self.store.records(LIFTED, model)
        except StoreError:
            return None
        return next((one for one in reversed(records) if notices.signer(LIFTED, model, one.body, known)), None)

    def _take(self, file: ServeFile, other: Bundles | None = None) -> None:
        """Put a file into service, whole or not at all; of bundles that are read anew where others are trusted now."""
        bundles = other or self.bundles
        self.enforcing.read()
        wanted = {}
        offered = set()
        for name, asked in file.served.items():
            served, told, place = with_trained(asked, bundles, self.store)
            offered |= {place} if place else set()
            found = {version: bundles.at(place) for version, place in served.bundles.items()}
            wanted[name] = self.charge.wanted(Wanted(
                served, found, served.in_charge, served.apprentice, self._recalled(name, found, bundles),
                _durable(file, served, found), (*_notes(found), *told),
                self.enforcing.standing(name, _enders(found, bundles))))
        self._exchange(file, bundles, wanted)
        self._offered = offered

    def _exchange(self, file: ServeFile, bundles: Bundles, wanted: dict[str, Wanted]) -> None:
        if self._closed:                    # by now, while a thread still looked at something: no log is opened again
            return
        try:
            self.service.swap({name: fleet_of(one, self.logs, Path(file.log.folder)) for name, one in wanted.items()})
        except BaseException:
            self.logs.undo()
            raise
        self.logs.settle()
        self.file, self.bundles = file, bundles
        self.bundles.keep({place for one in wanted.values() for place in one.served.bundles.values()})
        self.wanted = wanted
        self.taken.take(wanted)
        try:
            self.charge.record(wanted)
        except StoreError:
            self.service.alarms["who is in charge was not recorded"] += 1
        try:
            note(self.service.fleets, Path(file.log.folder) / DECISIONS)
            beside_log.note(wanted, Path(file.log.folder) / DECISIONS, self.address)
        except OSError:
            self.service.alarms["what may be a label was not written"] += 1


def _labels(wanted: Wanted, folder: Path) -> Path | str | None:
    """The labels of a name: those that were sent, else those that the serve file names."""
    sent = folder / DECISIONS / wanted.served.name / LABELS
    return sent if is_log(sent) else wanted.served.labels or None


def _enders(found: Mapping[str, Loaded], bundles: Bundles) -> Mapping[str, Enders]:
    """Of each version, who may end what was done about its alarms: users and regulators that are trusted."""
    trusted = {} if bundles.trust is None else bundles.trust.keys
    known = [(role, key) for role in (USER, REGULATOR) for key in trusted.get(role, ())]
    return {version: tuple(dict.fromkeys((*known, *((REGULATOR, key) for key in one.regulators))))
            for version, one in with_branches(found).items()}


def _regulators(one: Loaded, bundles: Bundles) -> Sequence[Public]:
    """Those who lift a recall of a version: whom the server trusts, and whom its bundle names."""
    return (*(() if bundles.trust is None else bundles.trust.keys.get(REGULATOR, ())), *one.regulators)


def _durable(file: ServeFile, served: Served, found: Mapping[str, Loaded]) -> Durable:
    """The strictest word on it; "must" where there is none."""
    said = {file.durable, served.durable, *(one.durable for one in found.values())} - {"", None}
    return "try" if said == {"try"} else "must"


def _notes(found: Mapping[str, Loaded]) -> tuple[str, ...]:
    return tuple(one.note for one in found.values() if one.note)
