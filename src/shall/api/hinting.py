"""What a fault of a shall file says of the classes, with the values that the data have instead of an example."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from shall import adapters
from shall.core.errors import FileError, Problem, ShallError
from shall.core.log import Log
from shall.spec.sections import CLASSES, POSITIVE
from shall.subjects.classifier import values_of_column

FEW: Final = 20                             # values that a hint lists
FILES: Final = ("log", "train", "gate")


def with_values(error: FileError, path: Path, peek: Callable[[Log], Any]) -> FileError:
    """The same faults; where one tells to name classes it names those of the target, if they can be had."""
    if not any(CLASSES in problem.fix for problem in error.problems):
        return error
    try:
        values = _values(path, peek)
    except (OSError, ValueError, ShallError):       # the hint is a courtesy: the fault itself is told anyway
        return error
    return FileError(tuple(_told(problem, values) for problem in error.problems)) if values else error


def _told(problem: Problem, values: tuple[str, ...]) -> Problem:
    quoted = [f'"{value}"' for value in values]
    if len(values) == 2:
        return replace(problem, fix=problem.fix.replace(POSITIVE, f"positive = {' or positive = '.join(quoted)}"))
    return replace(problem, fix=problem.fix.replace(CLASSES, f"classes = [{', '.join(quoted)}]"))


def _values(path: Path, peek: Callable[[Log], Any]) -> tuple[str, ...]:
    """The values of the target in the first file of the data that is here."""
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    target, data = read.get("subject", {}).get("target"), read.get("data", {})
    named = [path.parent / data[key] for key in FILES if isinstance(data.get(key), str)]
    place = next((one for one in named if one.is_file()), None)
    if place is None or not isinstance(target, str):
        return ()
    rows = peek(adapters.open_log(place))
    found = values_of_column(rows, target) if target in rows.column_names else ()
    return found if 2 <= len(found) <= FEW and all(value.isprintable() and '"' not in value for value in found) else ()
