"""`build`: search for a model that keeps the requirements of a file, and certify it on the gate."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from shall.api.keeping import FOLDER, store_of
from shall.api.opening import File, bind, features_to_learn, file_of, log_at
from shall.core.errors import DataError, InputError
from shall.core.log import Log
from shall.core.store import Look
from shall.phases import build as phase
from shall.phases.build import BuildResult, Material, Progressing
from shall.phases.check import Progress
from shall.spec import ShallFile


def build(file: File = "shall.toml", *, seconds: float | None = None, output: str | Path | None = None,
          on: datetime.date | None = None, progress: Progress | None = None,
          say: Callable[[str], None] | None = None) -> BuildResult:
    """Search for a model on `[data] train` under the requirements, and put the best one to `[data] gate`.

    Args:
        file: path of a shall file, or a mapping with its keys.
        seconds: stop searching after so long; else `[build] seconds`.
        output: folder to write the candidate to; else `.shall/models/` beside the file.
        on: the date, for waivers; today.
        progress: called with what is being done and the candidates tried since the last call.
        say: called with each sentence that is to be read before the search.

    Returns what was tried and found; `found` says whether a model was certified. Raises FileError,
    DataError, and LooksSpent where the gate was looked at too often.
    """
    shall_file = file_of(file)
    train, gate = (log_at(shall_file, _path(shall_file, key)) for key in ("train", "gate"))
    binding = bind(shall_file, train)
    if binding.column("label") is None:
        raise InputError(f"{train.name} has no label column: say it in the file, [subject] target = \"…\"")
    material = Material(
        requirements=tuple(r for r in shall_file.requirements if "build" in r.phases), confidence=shall_file.confidence,
        train=_table(train), gate=_table(gate), binding=binding,
        features=features_to_learn(shall_file, train.schema, binding),
        objective=shall_file.build.maximise or "accuracy", looks=shall_file.looks or 1,
        seconds=seconds or shall_file.build.seconds, trials=shall_file.build.trials)
    if not material.requirements:
        raise InputError(f"{shall_file.path or 'the file'} has no requirement of the phase build")
    with store_of(shall_file) as store:
        def look(model: str) -> Look | None:
            return None if store is None else store.look(gate.digest(), model, material.looks)

        told = Progressing(say or Progressing().say, progress or Progressing().step)
        result = phase.build(material, look, on or datetime.date.today(), told)
        result = replace(result, subject=shall_file.subject.name, file=str(shall_file.path or ""))
        folder = _folder(shall_file, output, result)
        if folder is not None and result.candidate is not None:
            result = replace(result, model=str(result.candidate.save(folder)))
        if store is not None and result.candidate is not None:
            store.append("build", shall_file.subject.name, {"model": result.candidate.digest, "found": result.found,
                                                            "gate": gate.digest(), "train": train.digest()})
    return result


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
    return Path(file.path).parent / FOLDER / "models" / result.candidate.digest[:16]
