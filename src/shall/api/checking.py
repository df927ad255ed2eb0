"""`check`: open what the file names, count, judge, and keep the evidence."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from shall import adapters
from shall.api.keeping import keep, previous, store_of
from shall.api.opening import File, Opened, file_of, opened
from shall.core.errors import InputError
from shall.core.store import Look, Store
from shall.phases.check import CheckReport, Progress, count
from shall.phases.measuring import Examination, judge, prepare
from shall.spec import ShallFile
from shall.tally import Tally


def check(file: File = "shall.toml", data: Any = None, *, labels: Any = None, on: datetime.date | None = None,
          progress: Progress | None = None, record: bool = True) -> CheckReport:
    """Hold a subject to every requirement of a file.

    Args:
        file: path of a shall file, or a mapping with its keys.
        data: the log: a path, or any frame; else `log` or `gate` of the file.
        labels: labels that came later, joined by id: a path or a frame.
        on: the date, for waivers; today.
        progress: called with what is being done and the rows done since the last call.
        record: keep verdicts and tally in `.shall/` beside the file.

    A model of the file that is put to the gate uses up one look of its budget; repeats are free.

    Raises FileError where the file has problems, DataError where the data have, LooksSpent where the gate
    was looked at too often.
    """
    shall_file = file_of(file)
    subject = opened(shall_file, data, labels)
    examination = prepare(shall_file.requirements, subject.binding, shall_file.confidence, subject.features)
    digest = subject.log.digest()
    tally = count(examination, subject.log, progress)
    with store_of(shall_file, record) as store:
        look = _look(shall_file, subject, store)
        earlier = previous(store, shall_file.subject.name, digest, examination)
        references = references_of(subject, examination, progress, earlier)
        day = on or datetime.date.today()
        verdicts = judge(examination, tally, references, on=day, phase="check", looks=look.budget if look else 1)
        report = CheckReport(
            subject=shall_file.subject.name, rows=tally.rows, on=day.isoformat(),
            notes=(*subject.notes, *tally.doubts()),
            verdicts=tuple(verdict for verdict in verdicts if "check" in verdict.requirement.phases),
            digests={"log": digest, "plan": examination.plan.digest}, looks=look, file=str(shall_file.path or ""))
        keep(store, report, tally)
    return report


def _look(file: ShallFile, subject: Opened, store: Store | None) -> Look | None:
    """A model that is put to a gate looks at it: that is counted, and every look costs its share of alpha."""
    if subject.model is None:
        return None
    budget = file.looks or 1
    if store is None:
        return Look(1, budget, repeated=True, left=budget - 1, at="")
    return store.look(subject.rows, subject.model.digest, budget)


def references_of(subject: Opened, examination: Examination, progress: Progress | None,
                  earlier: Tally | None = None) -> Mapping[str, Tally]:
    """The tallies of the other logs that some line is compared with, by their name."""
    found: dict[str, Tally] = {}
    for name in examination.references:
        if name == "previous":
            if earlier is not None:
                found[name] = earlier
            continue
        log = adapters.open_log(_path(subject.file, name))
        missing = [column for column in examination.plan.columns if column not in log.schema.names]
        if missing:
            raise InputError(f"`{name}` cannot be compared with: {log.name} has no column {missing[0]}, which the "
                             f"requirements need")
        found[name] = count(examination, log, progress)
    return found


def _path(file: ShallFile, name: str) -> str:
    key = "log" if name == "logged" else name
    if key not in file.data:
        raise InputError(f"`{name}` is not under [data] of the file; there are {', '.join(file.data) or 'no files'}")
    return file.data[key]
