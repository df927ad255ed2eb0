"""`compress`: a smaller graph of a model that still keeps every requirement of its file."""

from __future__ import annotations

import datetime
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from shall import bundle, registry
from shall.adapters.frames import TableLog
from shall.adapters.graph import GraphModel
from shall.api.checking import held, references_of
from shall.api.keeping import FOLDER, home, store_of
from shall.api.opening import File, at_gate, bind, file_of, log_at, on_rows, other_of, peek
from shall.api.preceding import Preceding
from shall.api.shipping import SPEC, certified_last, subject_of
from shall.bundle.manifest import NAME as MANIFEST
from shall.core.errors import DataError, InputError, LooksSpent
from shall.core.looks import take
from shall.core.requirement import Requirement
from shall.core.verdict import Finding, Verdict, limit_of
from shall.graph import Compiled
from shall.graph.compiled import expect_place
from shall.methods.compress._parts import Rows
from shall.phases import compress as phase
from shall.phases import latency
from shall.phases.build import OBJECTIVE
from shall.phases.building.aims import Aim, Aims, aims_of
from shall.phases.building.candidates import shortfall_of
from shall.phases.check import CheckReport, Progress, count
from shall.phases.compress import Search
from shall.phases.compressed import CompressReport, Judged, Tried, ranked, size_of
from shall.phases.datasets.populations import weighed
from shall.phases.measuring import judge, known, prepare
from shall.phases.ship import Subject
from shall.spec import ShallFile
from shall.tally import Tally

MOST: Final = 100_000                       # rows to learn from and to choose on
LEAST: Final = 100
TABLE: Final = "latency.json"
SIZE: Final = "size"


def compress(model: str | Path | Compiled | None = None, file: File | None = None,
             output: str | Path = "compressed", *, data: Any = None, seconds: float | None = None,
             on: datetime.date | None = None, seed: int = 0, progress: Progress | None = None,
             record: bool = True) -> CompressReport:
    """Find the fastest smaller graph of a model that keeps every requirement of a file, and put it to the gate.

    Half of the rows of ``data`` calibrate the candidates, the other half chooses among them; the gate sees only the
    one that was chosen, and the next ones where it is not met and the budget of looks allows another.

    Args:
        model: a folder that `shall build` wrote, a bundle, a saved or a compiled graph; else the model that
            `shall build` certified last.
        file: path of a shall file, or a mapping with its keys; `[data]` has to name a gate. Else the shall.toml of this
            folder, which has to be of the subject of a bundle; where there is none, the one in the bundle, if that is a
            folder and no .zip.
        output: the folder that the smaller graph is written to, where the gate certifies one.
        data: rows with labels, best such that the model did not learn from: a path or a frame; else `[data] train`.
        seconds: stop trying after so long.
        on: the date, for waivers; today.
        seed: of which rows calibrate, and of what is learned.
        progress: called with what is being done and the candidates or rows done since the last call.
        record: keep verdicts and the table of latencies in `.shall/` beside the file.

    Ctrl-C ends the search, and the best candidate so far goes to the gate. Raises FileError, DataError, and LooksSpent
    before anything is trained, where the gate may be shown no other model.
    """
    shall_file = _file_for(model) if file is None else file_of(file)
    if "gate" not in shall_file.data:
        raise InputError(f"{shall_file.path or 'the file'} names no gate, which has the last word on what was "
                         "compressed: add [data] gate = \"gate.parquet\"")
    expect_place(output)
    subject = subject_of(certified_last(shall_file) if model is None else model)
    learn, choose = _rows(shall_file, data, seed)
    looks = _looks_left(shall_file, record)
    place = home(Path(shall_file.path).parent) / FOLDER / TABLE if shall_file.path is not None and record else None
    judging = _Judging(shall_file, TableLog(choose, "rows to choose on"), on or datetime.date.today(),
                       Preceding(shall_file, record))
    cases = _cases(subject, choose)
    task = Search(subject.compiled, Rows(subject.compiled.edge(learn)), cases, judging,
                  latency.table(place), seed, math.inf if seconds is None else time.monotonic() + seconds,
                  progress or (lambda what, done: None))
    tried = phase.search(task)
    latency.keep(task.costs, place)
    report = CompressReport(shall_file.subject.name or subject.name, tried, judging.objective,
                            (learn.num_rows, choose.num_rows), notes=tuple(dict.fromkeys(task.notes)),
                            stopped=task.stopped)
    return _at_gate(report, shall_file, (on, record, progress), (output, looks))


def _file_for(model: str | Path | Compiled | None) -> ShallFile:
    """The shall file of this folder; where there is none, the one in a bundle that is a folder. InputError for one of
    another subject than the bundle, and where only a .zip has one."""
    if not isinstance(model, str | PathLike) or not _is_bundle(Path(model)):
        return file_of(SPEC)
    packed, own = bundle.read(model), Path(model) / SPEC
    of = str(packed.manifest.about.get("subject", ""))
    named = f"name the shall file of {of or 'the bundle'} with --spec PATH (file=… in Python)"
    if not Path(SPEC).exists() and not Path(model).is_dir():
        raise InputError(f"there is no {SPEC} in this folder, and the one in {model} is not taken, since a .zip is no "
                         f"folder that its paths could count from: {named}")
    file = file_of(own if own.is_file() and not Path(SPEC).exists() else SPEC)
    if of and (said := file.subject.name) not in ("", of):
        raise InputError(f"{model} is a bundle of {of}, and the {SPEC} of this folder is about {said}: {named}")
    return file


def _is_bundle(place: Path) -> bool:
    return (place / MANIFEST).is_file() or (place.suffix.lower() == ".zip" and place.is_file())


def _looks_left(file: ShallFile, record: bool) -> int:
    """How many graphs the gate may still be shown. LooksSpent where it is none, before anything is trained."""
    budget = file.looks or 1
    with store_of(file, record) as store:
        if store is None:
            return budget
        gate = log_at(file, file.data["gate"]).digest()
        taken = [(one.body["subject"], one.body["budget"], one.created) for one in store.records("look", gate)]
    try:
        return take(taken, "what is compressed", budget, "").left + 1
    except LooksSpent as spent:
        raise LooksSpent(f"a smaller graph is another model, and the gate has no look left for it, so nothing is "
                         f"trained: {spent} A file whose model is made smaller later declares `looks = 2` under [data] "
                         "before `shall build` and `shall ship`") from spent


class _Judging:
    """Holds a graph to the requirements on rows to choose on, by the evidence of `check`.

    The first graph says how far from its limit a value has to be for the gate to certify it.
    """

    def __init__(self, file: ShallFile, log: TableLog, on: datetime.date, before: Preceding) -> None:
        lines = (line for line in file.requirements if "check" in line.phases and not _of_rows(line))
        self.file = replace(file, requirements=tuple(lines))
        self.log, _ = weighed(log, self.file.requirements, bind(file, log), other_of(file))     # once for all
        self.on, self._before = on, before
        self.gate = sum(batch.num_rows for batch in log_at(file, file.data["gate"]).batches(()))
        self.objective = ""
        self._references: Mapping[str, Tally] | None = None
        self._aims: Aims | None = None

    def __call__(self, compiled: Compiled) -> Judged:
        size = (("size", float(size_of(compiled))),)
        opened = on_rows(self.file, GraphModel(compiled, "the graph"), ("the graph", size), self.log,
                         before=self._before)
        self.objective = self._objective(opened.binding.kind)
        line = Requirement.parse(f"{self.objective} >= 0")
        examination = prepare((*self.file.requirements, line), opened.binding, self.file.confidence, opened.features)
        if self._references is None:
            self._references = references_of(opened, examination, None)
        tally, looks = count(examination, opened.log), self.file.looks or 1
        if self._aims is None:
            self._aims = aims_of(examination, known(examination, tally, self._references), self.gate, looks)
        *verdicts, last = judge(examination, tally, self._references, on=self.on, phase="check", looks=looks)
        return Judged(tuple(verdicts), tuple(map(_short, verdicts, self._aims.each)), last.deciding.value,
                      last.deciding.better)

    def _objective(self, kind: str) -> str:
        return self.file.build.maximise or self.file.build.minimise or OBJECTIVE[kind]


def _of_rows(line: Requirement) -> bool:
    """Whether only the rows decide, and no model (`rows >= 1000`): such a line is for the gate."""
    named = [registry.named(call.name) for call in line.measures]
    return all(one.card.census and one.id != SIZE for one in named)


def _short(verdict: Verdict, aims: Sequence[Aim]) -> float:
    """How far the part of a requirement is from its aim that is furthest."""
    if verdict.verdict is Finding.WAIVED:
        return 0.0
    return max(shortfall_of(part, limit_of(verdict.requirement, part.side), aim.aim)
               for part, aim in zip(verdict.evidence, aims, strict=True))


def _rows(file: ShallFile, data: Any, seed: int) -> tuple[pa.Table, pa.Table]:
    """Rows to learn from, and as many to choose on."""
    if data is None and "train" not in file.data:
        raise InputError(f"{file.path or 'the file'} names no train data: add it under [data], or give rows with "
                         "--data, best such that the model did not learn from")
    log = log_at(file, file.data["train"] if data is None else data)
    table = peek(log, MOST)
    if table.num_rows < LEAST:
        raise DataError(f"{log.name} has {table.num_rows} rows: at least {LEAST} are needed, half of them to "
                        "calibrate, half to choose on")
    return phase.halves(table, seed)


def _cases(subject: Subject, table: pa.Table) -> list[dict[str, Any]]:
    names = [one.name for one in subject.compiled.graph.inputs]
    if lacking := [name for name in names if name not in table.column_names]:
        raise DataError(f"{subject.name} takes {lacking[0]}, which the rows do not have")
    cases: list[dict[str, Any]] = table.select(names).slice(0, latency.ROWS).to_pylist()
    return cases


def _at_gate(report: CompressReport, file: ShallFile, how: tuple[datetime.date | None, bool, Progress | None],
             where: tuple[str | Path, int]) -> CompressReport:
    """The fastest that keeps the requirements on the gate; as many are put to it as it has looks left."""
    (on, record, progress), (output, looks) = how, where
    for place in ranked(report.tried)[:looks]:
        one = report.tried[place]
        checked = _held(one, file, (on, progress), record)
        report = replace(report, chosen=place, verdicts=checked.verdicts, gate=checked.rows, looks=checked.looks)
        if report.found:
            return replace(report, place=str(one.compiled.save(output)))
    return report


def _held(one: Tried, file: ShallFile, how: tuple[datetime.date | None, Progress | None], record: bool) -> CheckReport:
    model = GraphModel(one.compiled, one.said)
    opened = at_gate(file, model, (one.said, (("size", float(one.bytes)),)), before=Preceding(file, record))
    return held(opened, *how, record=record)[0]


