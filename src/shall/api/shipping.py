"""`ship` and `prove`: a model as one graph that was shown to decide alike, packed with its evidence."""

from __future__ import annotations

import datetime
import json as plain
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa
import tomlkit

from shall import adapters, bundle, registry
from shall.adapters.graph import GraphModel, is_graph
from shall.adapters.timed import LATENCY
from shall.api.branching import expect_branches, judged
from shall.api.checking import held
from shall.api.expecting import expect
from shall.api.keeping import FOLDER, home, store_of
from shall.api.opening import DECIDED_BY, USUAL, File, at_gate, facts_of, file_of, graph_of, log_at, peek
from shall.api.preceding import GRAPHS, Preceding
from shall.api.service.versioning import KIND, version_of
from shall.bundle import contents
from shall.bundle.contents import BASELINE, GUARD
from shall.core.errors import DataError, InputError
from shall.core.store import Record
from shall.graph import Compiled
from shall.graph.compiled import GRAPH, MODEL
from shall.methods.model import load as model_at
from shall.phases import ship as phase
from shall.phases.check import CheckReport, Progress
from shall.phases.ship import BranchReport, Latency, ProofReport, ShipReport, Subject
from shall.phases.typical import typical
from shall.reports import json
from shall.spec import ShallFile
from shall.tally import Tally

if TYPE_CHECKING:                           # it takes msgspec, and what ships without one does not
    from shall.runtimes.guard import Guard

MOST: Final = 200_000                       # real rows of each log that a proof takes
SPEC: Final = "shall.toml"
AGAIN: Final = ("the same model was shipped as this version before, so it is that version again; its evidence, and so "
                "the digest of the bundle, was made anew")
HALF: Final = "; version {} is recorded, and may lie nowhere: ship the same model again, and it is that version"


def ship(model: str | Path | Compiled | Subject | None = None, file: File = "shall.toml",
         output: str | Path = "bundle", *, guard: Guard | None = None, version: str | None = None,
         on: datetime.date | None = None, progress: Progress | None = None, previous: str | Path | None = None,
         branches: Mapping[str, str | Path | Compiled] = MappingProxyType({}), record: bool = True) -> ShipReport:
    """Make one graph of a model, prove that it decides alike, hold it to its file again, and pack it.

    Args:
        model: a folder that `shall build` wrote, a graph that `Compiled.save` wrote, or a compiled graph; else the
            model that `shall build` certified last.
        file: path of a shall file, or a mapping with its keys; `[data]` has to name a gate.
        output: where the bundle is written: a folder, or a file that ends in `.zip`. An older bundle is replaced.
        guard: what `shall.guard` made for this model; it rides along, for ``load_bundle(…).rulings``.
        version: what it is called where it serves; else one more than the last that was shipped of this subject, or
            the same again for the same model.
        on: the date, for waivers; today.
        branches: by name, other graphs that ride along and answer all rows after an alarm of a requirement whose
            `on_broken` is "fall back to NAME": each as ``model``, over some of the same inputs.
        progress: called with what is being done and the rows done since the last call.
        record: keep verdicts and tally in `.shall/` beside the file.
        previous: the bundle of the version before, for lines that compare row by row; else the one shipped last.

    Returns the proofs, the verdicts on each graph, and where the bundle lies: nowhere where a proof does not hold.
    A requirement that is broken or undecided is told, and stands in the bundle. Raises FileError, DataError.
    """
    shall_file = _with_gate(file)
    bundle.expect_place(output)
    subject = subject_of(certified_last(shall_file) if model is None else model)
    besides = {name: subject_of(one) for name, one in branches.items()}
    expect_branches(shall_file, subject, besides)
    tables = _real_rows(shall_file, subject)
    source = shall_file.subject.name or "the data of the file"
    proved = phase.prove(subject, tables, source, progress)
    proofs = {name: phase.prove(one, tables, source, progress) for name, one in besides.items()}
    if not all(one.holds for one in (proved, *proofs.values())):
        return ShipReport(proved, branches=[BranchReport(name, one) for name, one in proofs.items()])
    earlier = Preceding(shall_file, record, output=output, given=previous)
    report, tally, took = _held(shall_file, subject, tables[-1], (on, progress), earlier, record=record)
    reports = [judged(shall_file, (name, one, proofs[name]), earlier, on=on, progress=progress, record=record)
               for name, one in besides.items()]
    files = {"reference.tally": tally.to_bytes(), "libraries.json": phase.libraries(subject.model)}
    graphs = {"": subject, **besides}
    for one in (BranchReport("", proved, report), *reports):
        files |= contents.branched(one.name, _files(graphs[one.name], shall_file, file, one, tables[0]))
    files |= {} if guard is None else {GUARD: guard.json}
    called, again = _packed(shall_file, files, (version, phase.about(subject, shall_file.subject.name)),
                            (output, _recorded(graphs, report, output)), record=record)
    notes = [*([_of_build(shall_file)] if model is None else []), *([AGAIN] if again else []), *_told(report, reports)]
    packed = bundle.read(output)
    return ShipReport(proved, report, took, str(Path(output)), packed.digest,
                      {name: len(content) for name, content in packed.everything().items()}, called, notes, reports)


def _told(report: CheckReport, branches: Sequence[BranchReport]) -> list[str]:
    """What was said of the rows, and of a branch alone; not which model decided them: it is the one that ships."""
    found = {"": report, **{f"the branch {one.name}: ": one.check for one in branches if one.check is not None}}
    return [whose + note for whose, one in found.items() for note in one.notes
            if not note.startswith(DECIDED_BY) and not (whose and note in report.notes)]


def _with_gate(file: File) -> ShallFile:
    shall_file = file_of(file)
    if "gate" not in shall_file.data:
        raise InputError(f"{shall_file.path or 'the file'} names no rows to hold the graph to: add `gate = …` under "
                         "[data]")
    return shall_file


def _held(file: ShallFile, subject: Subject, gate: pa.Table, told: tuple[datetime.date | None, Progress | None],
          earlier: Preceding, *, record: bool) -> tuple[CheckReport, Tally, Latency | None]:
    """What is found of a graph on the gate, whose rows are ``gate``, and how long an answer of it takes; ``earlier``:
    who knows the version before."""
    scorer = GraphModel(subject.compiled, subject.name)
    opened = at_gate(file, scorer, (subject.name, facts_of(scorer, Path(subject.name))), before=earlier)
    report, tally = held(opened, *told, record=record)
    if LATENCY in opened.log.schema.names and LATENCY not in gate.schema.names:
        unit = dict(file.units).get(LATENCY, "")
        return phase.as_timed(report), tally, phase.latency_of(opened.log, unit)
    return report, tally, phase.latency(scorer, gate)


def prove(model: str | Path | Compiled, data: Any, *, of: str | Path | None = None,
          progress: Progress | None = None) -> ProofReport:
    """Hold the graph of a model against Python on real rows and on rows placed on every edge.

    Args:
        model: a folder that `shall build` wrote, a bundle, a graph that was saved, or a compiled graph.
        data: real rows: a path, or any frame.
        of: the folder of the model that a bundle was made of, to hold it against that; else numpy stands on the other
            side, operation by operation.
        progress: called with what is being done and the rows done since the last call.

    Raises InputError where there is no row or no model.
    """
    subject = subject_of(model)
    if of is not None:
        subject = replace(subject, model=model_at(of, partial(registry.find, "methods")))
        told = subject.compiled.graph.about.get("model")
        if subject.model is not None and told not in (None, subject.model.digest):
            raise InputError(f"{subject.name} was made of another model than {of}: of {str(told)[:12]}")
    log = adapters.open_log(data)
    expect(log, [one.name for one in subject.compiled.graph.inputs], "the graph")
    return phase.prove(subject, [peek(log, MOST)], log.name, progress)


def subject_of(model: str | Path | Compiled | Subject) -> Subject:
    """The graph of a model at a place, of a bundle, or as it is. InputError, DataError, Refused."""
    if isinstance(model, Subject):
        return model
    if isinstance(model, Compiled):
        return Subject("the graph", model)
    if not isinstance(model, str | PathLike):
        raise InputError(_uncompiled(model))
    path = Path(model)
    if path.is_dir() and not is_graph(path):
        return Subject.of(path.name, model_at(path, partial(registry.find, "methods")))
    if not path.exists():
        raise InputError(f"there is no model {path}: name a folder that `shall build` wrote, a bundle, or a graph that "
                         "was saved")
    found = graph_of(path)
    if any(Compiled(one.graph).onnx != one.onnx for one in (found, found.first) if one is not None):
        raise DataError(f"{path}: its {MODEL} is not what its {GRAPH} says: ship the model again")
    return Subject(path.name, found)


def _uncompiled(model: object) -> str:
    """What to do with an object that is no graph yet."""
    method = next((name for name in ("predict_proba", "decision_function", "predict") if hasattr(model, name)), "")
    if not method:
        return (f"a {type(model).__name__} is no model that can ship: give a folder, a bundle, or a graph as "
                "g.compile(…) makes it")
    score = "g.predict_proba(model, x)[:, 1]" if method == "predict_proba" else f"g.{method}(model, x)"
    return (f"a {type(model).__name__} has to be compiled first: from shall import graph as g; x = g.inputs_of(rows); "
            f"model = g.compile(x, score={score})")


def _real_rows(file: ShallFile, subject: Subject) -> list[pa.Table]:
    """Of each log of a file that a proof takes, the first rows; the gate last. InputError where one lacks an input."""
    logs = [log_at(file, file.data[key]) for key in ("train", "gate") if key in file.data]
    for log in logs:
        expect(log, [one.name for one in subject.compiled.graph.inputs], "the graph")
    return [peek(log, MOST) for log in logs]


def _packed(file: ShallFile, files: Mapping[str, bytes], called: tuple[str | None, Mapping[str, Any]],
            where: tuple[str | Path, Mapping[str, Any]], *, record: bool) -> tuple[str, bool]:
    """Write the bundle, and record its version; which one that is, and whether it was shipped before.

    ``called``: which one was asked for, and what the bundle is about; ``where``: its place, and what its record says.
    """
    (asked, about), (output, told) = called, where
    required, name, recorded = cast(Sequence[str], file.trust.get("required", ())), file.subject.name, ""

    def put(version: str, keep: Callable[[], None]) -> None:
        def ahead() -> None:
            nonlocal recorded
            keep()
            recorded = version
        bundle.write(files, {**about, "version": version}, output, required=required, ahead=ahead)

    with store_of(file, record) as store:
        before = {str(one.body["version"]) for one in (() if store is None else store.records(KIND, name))}
        try:
            version = version_of(files, name, asked, store, told, put)
        except InputError as error:
            if store is None or not recorded:
                raise
            raise InputError(f"{error}{HALF.format(recorded)}") from None
        return version, version in before


def _of_build(file: ShallFile) -> str:
    """Which build's model it is that was certified last, and what came of those since."""
    records = _builds(file)
    last = max((place for place, record in enumerate(records) if record.body["found"]), default=0)
    since = records[last + 1:]
    one, digest = records[last], str(records[last].body["model"])
    when = f"it is the model {digest[:12]} that `shall build` certified on {_at(one)}"
    return when + (f"; no model was found on {_at(since[-1])}, by the newest build" if since else "")


def _at(record: Record) -> str:
    return f"{record.created[:10]} at {record.created[11:16]} UTC"


def _builds(file: ShallFile) -> Sequence[Record]:
    with store_of(file, make=False) as store:
        return () if store is None else store.records("build", file.subject.name)


def certified_last(file: ShallFile) -> Path:
    """The model that `shall build` certified last for a file."""
    records = _builds(file)
    found = next((record.body["model"] for record in reversed(records) if record.body["found"]), None)
    place = home(Path(file.path or ".").parent) / FOLDER / "models" / str(found)[:16]
    if found is None or not place.is_dir():
        raise InputError(f"no model was certified for {file.path or 'this file'} yet: `shall build` writes one; or "
                         "name the folder of a model")
    return place


def _recorded(graphs: Mapping[str, Subject], report: CheckReport, output: str | Path) -> dict[str, Any]:
    """What the record of a version says besides: where its bundle lies, its check, the model that was built, and what
    its graphs were made of."""
    return {"place": str(Path(output).absolute()), "log": report.digests["log"], "plan": report.digests["plan"],
            "model": str(graphs[""].compiled.graph.about.get("model", "")),
            GRAPHS: {name: GraphModel(one.compiled, one.name).subject for name, one in graphs.items()}}


def _files(subject: Subject, shall_file: ShallFile, file: File, found: BranchReport, rows: pa.Table
           ) -> dict[str, bytes]:
    """What a graph ships with: itself, its shall file, its proof, its evidence, and the typical one of some rows."""
    files = {**subject.compiled.files, SPEC: _text(shall_file, file)}
    digests = {name: bundle.digest_of(content) for name, content in files.items() if not name.endswith(".json")}
    assert found.check is not None
    report = replace(found.check, digests={**found.check.digests, **digests}, file=SPEC)
    proof = plain.dumps(found.proved.proof.described(), sort_keys=True, indent=1).encode() + b"\n"
    return {**files, contents.CHECK: json.check(report).encode(), contents.PROOF: proof,
            **_baseline(subject, shall_file, rows)}


def _baseline(subject: Subject, file: ShallFile, rows: pa.Table) -> dict[str, bytes]:
    """The typical row beside which reasons are told, of the first log of a file; nothing where it has too few rows."""
    found = typical(subject.compiled.graph.inputs, rows)
    if found is None:
        return {}
    told = {"shall_baseline": 1, "typical": found, "rows": rows.num_rows,
            "of": "train" if "train" in file.data else "gate",
            "digests": {MODEL: bundle.digest_of(subject.compiled.onnx)}}
    return {BASELINE: plain.dumps(told, sort_keys=True, indent=1).encode() + b"\n"}


def _text(shall_file: ShallFile, file: File) -> bytes:
    """The shall file as it was written."""
    if shall_file.path is not None:
        return shall_file.path.read_bytes()
    if isinstance(file, ShallFile | str | Path):
        raise InputError("a bundle holds its shall file: give its path, or a mapping with its keys")
    return tomlkit.dumps({"shall": 1, "subject": USUAL, **file}).encode()
