"""`build`: search for a model that keeps the requirements of a file, and certify it on the gate."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from shall import registry
from shall.adapters.timed import LATENCY
from shall.api.keeping import FOLDER, home, store_of
from shall.api.opening import File, bind, expect_label, features_to_learn, file_of, log_at, other_of
from shall.core.errors import DataError, InputError
from shall.core.log import Log
from shall.core.requirement import Requirement
from shall.core.store import Look
from shall.phases import build as phase
from shall.phases.build import BuildResult, Progressing
from shall.phases.building.space import Wanted
from shall.phases.building.starting import Material
from shall.phases.check import Progress
from shall.reports import json
from shall.spec import ShallFile


def build(file: File = "shall.toml", *, seconds: float | None = None, trials: int | None = None,
          workers: int | None = None, output: str | Path | None = None, on: datetime.date | None = None,
          progress: Progress | None = None, say: Callable[[str], None] | None = None) -> BuildResult:
    """Search for a model on `[data] train` under the requirements, and put the best one to `[data] gate`.

    A search that was stopped goes on where it was: the trials are kept in `.shall/search.db` beside the file, or
    where `[build] study` says.

    Args:
        file: path of a shall file, or a mapping with its keys.
        seconds: stop searching after so long; else `[build] seconds`.
        trials: how many configurations are learned; else `[build] trials`, else 16.
        workers: how many trials are learned side by side; else `[build] workers`, else 1.
        output: folder to write the candidate to; else `.shall/models/` beside the file.
        on: the date, for waivers; today.
        progress: called with what is being done and the candidates tried since the last call.
        say: called with each sentence that is to be read before the search.

    Returns what was tried and found; `found` says whether a model was certified: not where the gate was looked at
    too often, which `in_the_way` tells. Raises FileError and DataError.
    """
    shall_file = file_of(file)
    train, gate = (log_at(shall_file, _path(shall_file, key)) for key in ("train", "gate"))
    material = _material(shall_file, train, gate)
    material = replace(material, seconds=seconds or material.seconds, trials=trials or material.trials,
                       workers=workers or material.workers)
    with store_of(shall_file) as store:
        def look(model: str) -> Look | None:
            return None if store is None else store.look(gate.digest(), model, material.looks)

        told = Progressing(say or Progressing().say, progress or Progressing().step)
        for line in shall_file.requirements:
            if "build" in line.phases and (later := _later(line, train)):
                told.say(f"{line.name} is {later}")
        result = phase.build(material, look, on or datetime.date.today(), told)
        result = replace(result, subject=shall_file.subject.name, file=str(shall_file.path or ""))
        folder = _folder(shall_file, output, result)
        if folder is not None and result.candidate is not None:
            result = replace(result, model=str(result.candidate.save(folder)))
        if store is not None and result.candidate is not None:
            store.append("build", shall_file.subject.name, {"model": result.candidate.digest, "found": result.found,
                                                            "gate": gate.digest(), "train": train.digest(),
                                                            "verdicts": [json.of_verdict(one)
                                                                         for one in result.verdicts],
                                                            "report": store.put_blob(json.build(result).encode())})
    return result


def _material(file: ShallFile, train: Log, gate: Log) -> Material:
    binding = bind(file, train)
    expect_label(file, train, binding)
    options, on = file.build, "" if file.build.cluster == "here" else file.build.cluster
    material = Material(
        requirements=tuple(line for line in file.requirements if "build" in line.phases and not _later(line, train)),
        confidence=file.confidence,
        train=_table(train), gate=_table(gate), binding=binding,
        features=features_to_learn(file, train.schema, binding), objective=options.maximise or options.minimise or "",
        looks=file.looks or 1, seconds=options.seconds, trials=options.trials, seed=options.seed,
        wanted=_wanted(file), by=options.use_groups, workers=options.workers, on=on, study=_study(file),
        digest=train.digest(), readiness=options.readiness == "on", other=other_of(file))
    if not material.requirements:
        raise InputError(f"{file.path or 'the file'} has no requirement of the phase build")
    return material


def _later(line: Requirement, train: Log) -> str:
    """By whom a line is measured that a search cannot keep: latency of the graph, and what is asked of rows."""
    if LATENCY not in train.schema.names and any(LATENCY in call.columns for call in line.measures):
        return "measured on the graph of the model, by `shall ship`"
    if any(registry.card(call.name).probe for call in line.measures):
        return "asked of the rows once a model is there, by `shall check` and `shall ship`"
    return ""


def _wanted(file: ShallFile) -> Wanted:
    options = file.build
    return Wanted(options.learners, options.mitigations, options.increasing, options.decreasing, options.interactions,
                  options.blend)


def _study(file: ShallFile) -> str | None:
    """Where the search is kept: where the file says, else beside it."""
    if file.build.study or file.path is None:
        return file.build.study
    folder = home(Path(file.path).parent) / FOLDER
    folder.mkdir(exist_ok=True)
    return f"sqlite:///{folder / 'search.db'}"


def _path(file: ShallFile, key: str) -> str:
    if key not in file.data:
        raise InputError(f"{file.path or 'the file'} names no {key} data: `shall split data.parquet` makes train and "
                         f"gate, then add [data] {key} = \"…\"")
    return file.data[key]


def _table(log: Log) -> pa.Table:
    batches = [batch for batch in log.batches(log.schema.names) if batch.num_rows]
    if not batches:
        raise DataError(f"{log.name} has no rows")
    return pa.Table.from_batches(batches)


def _folder(file: ShallFile, output: str | Path | None, result: BuildResult) -> Path | None:
    if output is not None:
        return Path(output)
    if file.path is None or result.candidate is None:
        return None
    return home(Path(file.path).parent) / FOLDER / "models" / result.candidate.digest[:16]
