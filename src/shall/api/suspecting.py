"""`suspects`: open what the file names, and rank its labels by how likely they are to be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from shall import spec
from shall.api.opening import File, bind, features_to_learn, file_of, log_at, peek
from shall.core.errors import DataError, InputError
from shall.core.log import Log
from shall.phases.datasets.asking import Material, Progress
from shall.phases.datasets.probing import MOST, table_of
from shall.phases.datasets.suspects import Suspects
from shall.phases.datasets.suspects import suspects as ranked
from shall.spec import ShallFile

OF_FILE: Final = ("train", "log", "gate")


def suspects(file: File = "shall.toml", data: Any = None, *, target: str = "", most: int | None = None,
             keep: Sequence[str] = (), progress: Progress | None = None) -> Suspects:
    """The labels that are likeliest to be wrong, to have them labelled again.

    Args:
        file: path of a shall file, or a mapping with its keys.
        data: the rows: a path, or any frame; else `train`, `log` or `gate` of the file, the first that there is.
        target: the label column, where there is no shall file; ``file`` is not read then.
        most: so many labels, the first of the ranking; else those that are suspicious, which `label_noise` counts.
            Suspicious ones stand first.
        keep: columns that stand beside them, besides the id.
        progress: called with what is being done, and the models learned since the last call.

    Boosted trees that never saw a row say how likely each class is; columns with a role and groups are not learned
    from. Of more than a million rows the first million are looked at. Raises FileError, and DataError where there are
    too few rows or classes, the target is a number, or the columns do not tell the classes apart.
    """
    shall_file = file_of(_file_for(target) if target else file)
    log = log_at(shall_file, _rows_of(shall_file) if data is None else data)
    if not peek(log, 1).num_rows:
        raise DataError(f"{log.name}: the log is empty")
    if target and target not in log.schema.names:
        raise InputError(_without(log, target))
    spec.expect_columns(shall_file, log.schema.names)
    binding = bind(shall_file, log)
    if binding.column("label") is None:
        raise InputError(_without(log, _label_of(shall_file)))
    table = table_of(log, None)
    features = features_to_learn(shall_file, log.schema, binding)
    found = ranked(Material(table.slice(0, MOST), binding, features), most, keep, progress)
    left = len(table) - MOST
    return replace(found, notes=(*found.notes, f"the last {left:,} rows were not looked at",)) if left > 0 else found


def _label_of(file: ShallFile) -> str:
    return file.subject.target or (file.columns["label"].name if "label" in file.columns else "")


def _without(log: Log, label: str) -> str:
    """What is wrong where the log has no label column."""
    if not label:
        return f"{log.name} has no label column: say it in the file, [subject] target = \"…\", or with --target"
    return f"{log.name} has no column {label}, which is to be the label; there are {', '.join(log.schema.names)}"


def _file_for(target: str) -> File:
    return {"subject": {"kind": "dataset", "target": target}, "requirements": {"labels": "label_noise <= 5%"}}


def _rows_of(file: ShallFile) -> str:
    for key in OF_FILE:
        if key in file.data:
            return file.data[key]
    raise InputError(f"{file.path or 'the file'} names no rows: add `train = \"…\"` under [data], or give them with "
                     "--data")
