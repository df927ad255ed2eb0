"""From a shall file and what it names to logs whose rows can be counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import tomlkit

from shall import adapters, registry, spec
from shall.adapters.frames import TableLog
from shall.core.errors import DataError, InputError
from shall.core.log import Binding, Log
from shall.methods.model import Model, load
from shall.phases.parts import FEATURE, Feature
from shall.phases.search import binding_of, log_of
from shall.spec import ShallFile
from shall.subjects import classifier

File = str | Path | Mapping[str, Any] | ShallFile
USUAL: Final = {"target": "label", "positive": "1"}     # what `shall.log` writes
PEEK: Final = 2**16                         # rows that are looked at before anything is counted


@dataclass(frozen=True, slots=True)
class Opened:
    """A log, how its rows are read, and what was guessed on the way."""

    file: ShallFile
    log: Log
    binding: Binding
    features: tuple[Feature, ...]
    notes: tuple[str, ...]
    model: Model | None = None              # what decided on the rows, where that was a model of the file
    rows: str = ""                          # digest of the rows that it decided on: of the gate


def file_of(file: File) -> ShallFile:
    """A shall file from a path, from a mapping with the keys of the TOML file, or as it is."""
    if isinstance(file, ShallFile):
        return file
    if isinstance(file, Mapping):
        return spec.loads(tomlkit.dumps({"shall": 1, "subject": USUAL, **file}), "requirements")
    return spec.load(Path(file))


def opened(file: ShallFile, data: Any = None, labels: Any = None) -> Opened:
    """The log that a file is to be decided on, its columns bound to their roles."""
    if data is None and labels is None and file.subject.model is not None:
        return _of_model(file, file.subject.model)
    log = adapters.open_log(source_of(file) if data is None else data)
    notes: tuple[str, ...] = ()
    labels = file.data.get("labels") if labels is None and data is None else labels
    if labels is not None:
        log, note = _joined(file, log, adapters.open_log(labels))
        notes = (note,)
    spec.expect_columns(file, log.schema.names)
    binding = bind(file, log)
    return Opened(file, log, binding, features_of(file, log, binding), (*classifier.notes_of(binding), *notes))


def _of_model(file: ShallFile, path: str) -> Opened:
    """What the model of a file decides on its gate."""
    if not Path(path).is_dir():
        raise InputError(f"{path} is no folder that `shall build` wrote; for any other model write a log of its "
                         "decisions, `shall.log(model, X, y).write(\"decisions.parquet\")`, and name it as [data] log")
    if "gate" not in file.data:
        raise InputError(f"{file.path or 'the file'} names a model but no rows to put it to: add `gate = …` under "
                         "[data]")
    model = load(path, partial(registry.find, "methods"))
    gate = adapters.open_log(file.data["gate"])
    table = pa.Table.from_batches(gate.batches(gate.schema.names))
    binding = binding_of(bind(file, gate))
    log = TableLog(log_of(model, table), f"{gate.name} as {Path(path).name} decides it")
    notes = (f"decided by the model {Path(path).name} ({model.digest[:12]}) on {gate.name}",)
    return Opened(file, log, binding, features_of(file, gate, binding), notes, model, gate.digest())


def source_of(file: ShallFile) -> str:
    """Where the rows to check are: the log of the file, else its gate."""
    for key in ("log", "gate"):
        if key in file.data:
            return file.data[key]
    raise InputError(f"{file.path or 'the file'} names no rows to decide on: add `log = \"decisions.parquet\"` or "
                     "`gate = …` under [data], or give them with --data")


def bind(file: ShallFile, log: Log) -> Binding:
    """Which column plays which role."""
    if file.subject.kind != "classifier":
        raise InputError(f"kind = \"{file.subject.kind}\" is not examined yet; there is: classifier")
    subject = file.subject
    return classifier.bind(peek(log), target=subject.target, positive=subject.positive, threshold=subject.threshold,
                           columns=file.columns, groups=file.groups, units=file.units)


def peek(log: Log, rows: int = PEEK) -> pa.Table:
    """The first rows of a log."""
    taken, had = [], 0
    for batch in log.batches(log.schema.names):
        taken.append(batch.slice(0, rows - had))
        had += taken[-1].num_rows
        if had >= rows:
            break
    return pa.Table.from_batches(taken) if taken else log.schema.empty_table()


def features_of(file: ShallFile, log: Log, binding: Binding) -> tuple[Feature, ...]:
    """The columns that `over feature` means: those that are neither a role nor a group."""
    if not any(FEATURE in grouping for requirement in file.requirements for grouping in requirement.over):
        return ()
    used = {column.name for _, column in binding.roles} | {group.column for group in binding.groups}
    return tuple(Feature(field.name, f"{_axis(field.type)}:{field.name}") for field in log.schema
                 if field.name not in used and _axis(field.type))


def _axis(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return "value"
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_boolean(kind)
    return "category" if text or pa.types.is_dictionary(kind) else ""


def _joined(file: ShallFile, log: Log, labels: Log) -> tuple[Log, str]:
    target = file.subject.target or (file.columns["label"].name if "label" in file.columns else None)
    if target is None:
        raise InputError("labels in a second file need the name of the label column: [subject] target = \"…\"")
    on = file.columns["id"].name if "id" in file.columns else classifier.id_of(log.schema.names)
    if on is None:
        raise DataError(f"labels are joined by an id, and {log.name} has no such column: [columns] id = \"…\"")
    return adapters.with_labels(log, labels, on, target)
