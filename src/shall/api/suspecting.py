"""`suspects`: open what the file names, and rank its labels by how likely they are to be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from shall import spec
from shall.api.opening import File, bind, features_to_learn, file_of, log_at
from shall.core.errors import InputError
from shall.phases.asking import Material
from shall.phases.probing import MOST, table_of
from shall.phases.suspects import Suspects
from shall.phases.suspects import suspects as ranked
from shall.spec import ShallFile

OF_FILE: Final = ("train", "log", "gate")


def suspects(file: File = "shall.toml", data: Any = None, *, target: str = "", most: int | None = None,
             keep: Sequence[str] = ()) -> Suspects:
    """The labels that are likeliest to be wrong, to have them labelled again.

    Args:
        file: path of a shall file, or a mapping with its keys.
        data: the rows: a path, or any frame; else `train`, `log` or `gate` of the file, the first that there is.
        target: the label column, where there is no shall file; ``file`` is not read then.
        most: so many labels; else those that are suspicious, which `label_noise` counts.
        keep: columns that stand beside them, besides the id.

    Boosted trees that never saw a row say how likely each class is; columns with a role and groups are not learned
    from. Of more than a million rows the first million are looked at. Raises FileError, and DataError where there are
    too few rows or classes, or the target is a number.
    """
    shall_file = file_of(_file_for(target) if target else file)
    log = log_at(shall_file, _rows_of(shall_file) if data is None else data)
    spec.expect_columns(shall_file, log.schema.names)
    binding = bind(shall_file, log)
    if binding.column("label") is None:
        raise InputError(f"{log.name} has no label column: say it in the file, [subject] target = \"…\"")
    table = table_of(log, None)
    features = features_to_learn(shall_file, log.schema, binding)
    found = ranked(Material(table.slice(0, MOST), binding, features), most, keep)
    left = len(table) - MOST
    return replace(found, notes=(*found.notes, f"the last {left:,} rows were not looked at",)) if left > 0 else found


def _file_for(target: str) -> File:
    return {"subject": {"kind": "dataset", "target": target}, "requirements": {"labels": "label_noise <= 5%"}}


def _rows_of(file: ShallFile) -> str:
    for key in OF_FILE:
        if key in file.data:
            return file.data[key]
    raise InputError(f"{file.path or 'the file'} names no rows: add `train = \"…\"` under [data], or give them with "
                     "--data")
