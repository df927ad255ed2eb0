"""`retrain`: a model that broke a promise is searched for again, on fresh decisions and their labels, and proposed.

The requirements are those of its bundle, line by line. What is found is packed as a new version and recorded; who is in
charge does not change by it. A run that was stopped goes on where it was: the rows are taken once, and the search keeps
its trials.
"""

from __future__ import annotations

import fcntl
import json as plain
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from shall import bundle
from shall.api import building, shipping
from shall.api.branching import of_bundle
from shall.api.life.fresh_rows import FILE, PARTS, fresh, take
from shall.api.life.trainer import RETRAINED
from shall.api.opening import file_of
from shall.api.service.bundled import Loaded, loaded
from shall.api.service.charge import IN_CHARGE
from shall.api.service.taken import IN_SERVICE
from shall.api.service.versioning import KIND as SHIPPED
from shall.api.service.versioning import following
from shall.api.storing import VARIABLE
from shall.core.errors import InputError, ShallError
from shall.core.store import Store
from shall.core.verdict import Finding, worst
from shall.phases.check import Progress
from shall.phases.ship import Subject
from shall.reports import json
from shall.runtimes.labelling import text_of
from shall.stores import open_store


@dataclass(frozen=True, slots=True)
class Retrained:
    """What came of it: a new version at ``place``, or ``why`` there is none."""

    model: str                              # "income@7": which was trained again
    found: bool
    version: str = ""
    place: str = ""
    rows: int = 0
    why: str = ""

    def __str__(self) -> str:
        if not self.found:
            return f"{self.model} was trained again, and nothing is proposed: {self.why}"
        return (f"{self.model} was trained again on {self.rows:,} rows: version {self.version} meets its requirements "
                f"and lies at {self.place}")


def retrain(place: str | Path, log: str | Path, model: str, *, labels: str | Path | None = None,
            out: str | Path = "retrained", alarm: str = "", listed: Sequence[str] = (), store: str | None = None,
            seconds: float | None = None, trials: int | None = None, progress: Progress | None = None) -> Retrained:
    """Train a model again under its own requirements, on what was decided since and is labelled.

    Args:
        place: the bundle, whose shall file counts.
        log: the folder of the log of decisions of its name.
        model: what it is called, "income@7".
        labels: labels that came later, where they are not beside the log.
        out: folder of the rows, the search and the new bundle, in a folder of its own for each model.
        alarm: the key of the alarm that asked for it.
        listed: versions that are there, which the store may not know: what is found is none of them.
        store: a path or address; what comes of it is recorded there.
        seconds, trials: of the search, else as the shall file says.
        progress: called with what is being done.

    What cannot be trained is told by ``why``, and recorded too. InputError where it is being trained already.
    """
    name, _, version = model.rpartition("@")
    work = Path(out).absolute() / bundle.digest_of(model.encode())[:16]
    kept = None if store is None else open_store(store)
    try:
        work.mkdir(parents=True, exist_ok=True)
        with alone(work):
            before = _before(kept, model, alarm)
            if before is not None:
                return before
            try:
                found = _trained(work, (Path(place), Path(log), labels), (model, name, {version, *listed}), kept,
                                 (store, seconds, trials, progress))
            except ShallError as error:
                found = Retrained(model, False, why=str(error).splitlines()[0])
            return _kept(kept, found, alarm, work)
    finally:
        if kept is not None:
            kept.close()


def _trained(work: Path, given: tuple[Path, Path, str | Path | None], called: tuple[str, str, set[str]],
             store: Store | None, told: tuple[str | None, float | None, int | None, Progress | None]) -> Retrained:
    model, name, there = called
    address, seconds, trials, progress = told
    (work / "check.json").unlink(missing_ok=True)
    one = loaded(given[0])
    if not (work / FILE).exists():
        take(work, given[0], fresh(one, *given[1:]))
    rows = sum(pq.ParquetFile(work / f"{part}.parquet").metadata.num_rows for part in PARTS)
    with _environment(address):
        built = building.build(work / FILE, seconds=seconds, trials=trials, progress=progress)
        if not built.found:
            why = built.in_the_way or "no candidate meets every requirement of its file"
            return Retrained(model, False, rows=rows, why=why)
        version = _next(store, name, there, work.parent)
        subject = in_words_of(one, shipping.subject_of(shipping.certified_last(file_of(work / FILE))))
        report = shipping.ship(subject, work / FILE, work / f"{name}-{version}.zip", version=version,
                               branches=of_bundle(given[0]), progress=progress, previous=given[0])
    if report.check is None:
        return Retrained(model, False, rows=rows, why="its graph, or that of a branch, does not decide as it did")
    (work / "check.json").write_text(json.check(report.check), encoding="utf-8")
    failing = [one.requirement.name for one in report.verdicts
               if worst(one.found) is Finding.BROKEN and one.verdict is not Finding.WAIVED]
    if failing:
        return Retrained(model, False, report.version, report.place, rows, f"{', '.join(failing)} is broken again")
    return Retrained(model, True, report.version, report.place, rows)


def in_words_of(one: Loaded, subject: Subject) -> Subject:
    """A model that was built, deciding in the words of the one that it takes after: who asks goes on finding those.

    A build calls two classes 0 and 1, the positive one last, and several as the labels do.
    """
    scorer, built = one.scorer, subject.compiled.graph.about["classes"]
    plain = scorer.decides_by is None or scorer.types[scorer.decides_by][0] != "tensor(string)"
    words = [*(scorer.about.get("classes") or ([0, 1] if plain else ()))]
    texts = [str(text_of(word)) for word in words]
    if len(built) == len(words) == 2:
        return subject.saying(words[::-1] if texts[0] == one.columns.positive else words)
    known = dict(zip(texts, words, strict=True))
    return subject.saying([known.get(name, name) for name in built])


def _next(store: Store | None, name: str, there: set[str], folder: Path) -> str:
    """A version that nobody has: one more than every number that is there, that lies in the folder of all runs, or
    that the store has heard of."""
    packed = (path.stem.rpartition("-") for path in folder.glob("*/*.zip"))
    heard = [*there, *(version for of, _, version in packed if of == name)]
    if store is not None:
        told = (record for kind in (SHIPPED, IN_CHARGE) for record in store.records(kind))
        heard += [str(record.body.get("version", "")) for record in told]
        models = (record.subject.rpartition("@") for record in store.records(IN_SERVICE))
        heard += [version for of, _, version in models if of == name]
    return following(heard)


def _before(store: Store | None, model: str, alarm: str) -> Retrained | None:
    """What was found before; what was not found may be found now, on more rows."""
    records: Sequence[Any] = () if store is None else store.records(RETRAINED, model)
    done = next((record.body for record in records if alarm and record.key == alarm), None)
    return None if done is None else Retrained(model, **{part: done[part] for part in (
        "found", "version", "place", "rows", "why")})


def _kept(store: Store | None, found: Retrained, alarm: str, work: Path) -> Retrained:
    body: dict[str, Any] = {"found": found.found, "version": found.version, "place": found.place, "rows": found.rows,
                            "why": found.why, "alarm": alarm}
    if (work / "check.json").exists():
        body["verdicts"] = plain.loads((work / "check.json").read_text(encoding="utf-8"))["verdicts"]
    if store is not None:
        store.append(RETRAINED, found.model, body, key=alarm or None if found.found else None)
    (work / FILE).unlink(missing_ok=True)           # the next run takes the rows that are there then
    return found


@contextmanager
def alone(work: Path) -> Iterator[None]:
    """One process at a time. InputError for the second."""
    with (work / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(f"it is being trained already: another process has {work}") from None
        yield


@contextmanager
def _environment(address: str | None) -> Iterator[None]:
    """The store of the server is the store of the search, so that versions go on and `previous` is known."""
    before = os.environ.get(VARIABLE)
    if address is not None:
        os.environ[VARIABLE] = str(address) if "://" in str(address) else str(Path(address).absolute())
    try:
        yield
    finally:
        if address is not None:
            os.environ.pop(VARIABLE)
            if before is not None:
                os.environ[VARIABLE] = before
