"""`check`: open what the file names, count, judge, and keep the evidence."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from shall import spec
from shall.adapters.spark import on_spark
from shall.api.counting import counted
from shall.api.keeping import keep, places_of, previous, store_of
from shall.api.opening import File, Opened, file_of, opened
from shall.api.preceding import Preceding
from shall.api.referring import reference
from shall.api.shown.examined import types_of, written
from shall.core.store import Look, Store
from shall.phases.check import CheckReport, Progress, count
from shall.phases.curves import curves
from shall.phases.measuring import Examination, judge, prepare
from shall.spec import ShallFile
from shall.tally import Tally


def check(file: File = "shall.toml", data: Any = None, *, labels: Any = None, on: datetime.date | None = None,
          progress: Progress | None = None, record: bool = True, reread: bool = False,
          spark: str | None = None, untrusted: bool = False) -> CheckReport:
    """Hold a subject to every requirement of a file.

    Args:
        file: path of a shall file, or a mapping with its keys.
        data: the log: a path, or any frame; else `log` or `gate` of the file.
        labels: labels that came later, joined by id: a path or a frame.
        on: the date, for waivers; today.
        progress: called with what is being done and the rows done since the last call.
        record: keep verdicts and tally in `.shall/` beside the file; of a folder, what each file counted, so that
            the next check reads what is new only.
        reread: trust nothing that was counted before; read every file of a folder again.
        spark: the master of a Spark cluster that counts the log, `spark://host:7077`; its workers have to find the
            Parquet files under the same paths.
        untrusted: nobody vouches for the files: a process of its own reads each, with limits of memory and time.

    A model of the file that is put to the gate uses up one look of its budget; repeats are free.

    Raises FileError where the file has problems, DataError where the data have, LooksSpent where the gate
    was looked at too often.
    """
    shall_file = file_of(file, untrusted)
    before = Preceding(shall_file, record, data=data, untrusted=untrusted)
    subject = opened(shall_file, data, labels, untrusted, before)
    places = places_of(data, labels)
    return held(subject, on, progress, record=record, reread=reread, spark=spark, places=places)[0]


def held(subject: Opened, on: datetime.date | None = None, progress: Progress | None = None, *, record: bool = True,
         reread: bool = False, spark: str | None = None, places: Mapping[str, str] = MappingProxyType({}),
         ) -> tuple[CheckReport, Tally]:
    """An opened log held to its file: the report, and the counts that it stands on. ``places``: as of `keep`."""
    shall_file = subject.file
    examination = prepare(shall_file.requirements, subject.binding, shall_file.confidence, subject.features)
    with store_of(shall_file, record) as store:
        with on_spark(spark, subject.log) if spark else nullcontext(subject.log) as source:
            log = counted(examination, source, shall_file, store, progress, reread=reread)
        digest, tally = log.digest, log.tally
        look = _look(shall_file, subject, store)
        earlier = previous(store, shall_file.subject.name, digest, examination, subject.paired)
        references = references_of(subject, examination, progress, earlier)
        day = on or datetime.date.today()
        verdicts = judge(examination, tally, references, on=day, phase="check", looks=look.budget if look else 1)
        report = CheckReport(
            subject=shall_file.subject.name, rows=tally.rows, on=day.isoformat(),
            notes=(*log.notes, *subject.notes, *tally.doubts()),
            verdicts=tuple(verdict for verdict in verdicts if "check" in verdict.requirement.phases),
            digests={"log": digest, "plan": examination.plan.digest}, looks=look, file=str(shall_file.path or ""))
        keep(store, report, tally, written(examination, shall_file, look.budget if look else 1,
                                           types_of(subject.log.schema)), places, subject.paired)
    return replace(report, curves=curves(examination, tally, references, verdicts),
                   places=spec.places(shall_file)), tally


def _look(file: ShallFile, subject: Opened, store: Store | None) -> Look | None:
    """A model that is put to a gate looks at it: that is counted, and every look costs its share of alpha."""
    if subject.model is None:
        return None
    budget = file.looks or 1
    if store is None:
        why = ("looks are counted beside a shall file on disk" if file.path is None
               else "nothing is recorded here, with --no-record (record=False)")
        return Look(0, budget, repeated=False, left=budget, at="", why=why)
    return store.look(subject.rows, getattr(subject.model, "subject", subject.model.digest), budget)


def references_of(subject: Opened, examination: Examination, progress: Progress | None,
                  earlier: Tally | None = None) -> Mapping[str, Tally]:
    """The tallies of the other logs that some line is compared with, by their name."""
    found: dict[str, Tally] = {}
    for name in examination.references:
        if name == "previous":
            if earlier is not None:
                found[name] = earlier
            continue
        asked, log = reference(subject, examination, name)
        found[name] = count(asked, log, progress)
    return found
