"""Puts a requirement into a shall file, or changes one; comments and layout are kept."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Container, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final

import tomlkit
from tomlkit.items import Table

from shall.core.errors import FileError, InputError, Problem
from shall.core.requirement import Requirement
from shall.spec.loading import load, loads
from shall.spec.toml import read_file

MARK: Final = "\ufeff"
PROPOSED: Final = "the proposed line"       # in place of a file, where that line is at fault
ODD: Final = re.compile(r"[^a-z0-9]+")


def add(path: Path, name: str, line: str, *, unique: bool = False) -> str:
    """Add ``NAME = "LINE"`` to [requirements] of a file on disk; what was written, as it stands there.

    ``unique``: the name is made of small letters, digits and _, and gets a number where there is one such already.
    FileError where the file is none, or would not be read any more with the line; InputError for a name that is taken.
    The file is written only once what it will say has been read.
    """
    text, document, table = _opened(path)
    if unique:
        name = _free(ODD.sub("_", name.lower()).strip("_") or "slice", table)
    elif name in table:
        raise InputError(f"{path} has a requirement {name} already: take another name")
    _append(table, name, line)
    _put(path, _written(path, text, document, (name, line)))
    return f"{name} = {tomlkit.item(line).as_string()}"


def changed(path: Path, name: str, line: str, was: str = "") -> str:
    """The text of a file with another line for a requirement, or with one more, or (an empty ``line``) without it.

    Comments and layout are kept, and what the long form says besides its line. ``was``: its line by now, an empty one
    where there is none. InputError where the file says something else, so that nobody's change is lost; FileError
    where the file would not be read any more. Nothing is written: see `change`.
    """
    text, document, table = _opened(path)
    found = had(path, name)
    if found != (str(Requirement.parse(was)) if was else ""):
        raise InputError(f"{path} says {found or 'nothing'!r} for {name} by now, and not {was or 'nothing'!r}: "
                         "propose the change again")
    given = table.get(name)
    if not line and given is None:
        raise InputError(f"{name} comes from a pack: leave it out under [packs] of {path}, with the reason")
    if not line:
        table.remove(name)
    elif given is None:
        _append(table, name, line)
    elif isinstance(given, dict):
        given["that"] = line
    else:
        table[name] = line
    return _written(path, text, document, (name, line))


def change(path: Path, name: str, line: str, was: str = "") -> None:
    """Write what `changed` gives; whole, or not at all."""
    _put(path, changed(path, name, line, was))


def had(path: Path, name: str) -> str:
    """The line of a requirement of a file, also of one of its packs; empty where there is none."""
    return next((str(_bare(one)) for one in load(path).requirements if one.name == name), "")


def had_already(path: Path, line: Requirement) -> str:
    """The name of the requirement of a file that says the same; empty where there is none."""
    return next((one.name for one in load(path).requirements if _bare(one) == _bare(line)), "")


def _opened(path: Path) -> tuple[str, tomlkit.TOMLDocument, Table]:
    """A file as it stands there, taken apart, with its [requirements]."""
    text = read_file(path, str(path), mark=True)
    document = tomlkit.parse(text.removeprefix(MARK))
    found = document.get("requirements")
    if isinstance(found, Table):
        return text, document, found
    if found is None:
        document["requirements"] = tomlkit.table()
    return text, document, document["requirements"]


def _written(path: Path, text: str, document: tomlkit.TOMLDocument, said: tuple[str, str]) -> str:
    """What a file will say; refused where that would not be read as it was meant."""
    (name, line), mark = said, MARK if text.startswith(MARK) else ""
    written = mark + tomlkit.dumps(document)
    if "\r\n" in text:
        written = written.replace("\r\n", "\n").replace("\n", "\r\n")
    try:
        file = loads(written.removeprefix(MARK), str(path), path=path)
    except FileError as error:
        rows = written.removeprefix(MARK).splitlines()
        raise FileError(tuple(_blamed(problem, rows, line) for problem in error.problems)) from None
    read = {one.name: _bare(one) for one in file.requirements}
    if (name in read) != bool(line) or (line and Requirement.parse(line) != read[name]):
        raise InputError(f"{path} cannot be changed safely: put the line there by hand, {name} = {line!r}")
    return written


def _blamed(problem: Problem, rows: Sequence[str], line: str) -> Problem:
    """A problem of the proposed line by its place in that line: the file on the disk says something else there."""
    row = rows[problem.line - 1] if 0 < problem.line <= len(rows) else ""
    at = row.find(tomlkit.item(line).as_string()[1:-1]) if line else -1
    if at < 0 or problem.column <= at:
        return problem
    return replace(problem, file=PROPOSED, line=0, column=problem.column - at)


def _put(path: Path, written: str) -> None:
    """The whole file or nothing, with the rights that it has."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(written, encoding="utf-8", newline="")
        shutil.copymode(path, beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _bare(requirement: Requirement) -> Requirement:
    return Requirement.parse(str(requirement))


def _free(name: str, taken: Container[str]) -> str:
    return next(tried for number in count(1) if (tried := name if number == 1 else f"{name}_{number}") not in taken)


def _append(table: Table, name: str, line: str) -> None:
    """Below the last line that has a value: above blank lines, above the comment and the tables that follow."""
    body = table.value.body
    end = next((place for place, (_, item) in enumerate(body) if isinstance(item, Table)), len(body))
    while end and body[end - 1][0] is None:
        end -= 1
    after = body[end:]
    del body[end:]
    table.add(name, line)
    body.extend(after)
