"""Puts a requirement into a shall file; comments and layout are kept."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import count
from pathlib import Path
from typing import Final

import tomlkit
from tomlkit.items import Table

from shall.core.errors import InputError
from shall.core.requirement import Requirement
from shall.spec.loading import loads
from shall.spec.toml import read_file

ODD: Final = re.compile(r"[^a-z0-9]+")


def add(path: Path, name: str, line: str, *, unique: bool = False) -> str:
    """Add ``NAME = "LINE"`` to [requirements] of a file on disk; what was written, as it stands there.

    ``unique``: the name is made of small letters, digits and _, and gets a number where there is one such already.
    FileError where the file is none, or would not be read any more with the line; InputError for a name that is taken.
    The file is written only once what it will say has been read.
    """
    text = read_file(path, str(path), mark=True)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    document = tomlkit.parse(text.removeprefix("\ufeff"))
    found = document.get("requirements")
    table = found if isinstance(found, Table) else tomlkit.table()
    if unique:
        name = _free(ODD.sub("_", name.lower()).strip("_") or "slice", table)
    elif name in table:
        raise InputError(f"{path} has a requirement {name} already: take another name")
    _append(table, name, line)
    if found is None:
        document["requirements"] = table
    written = mark + tomlkit.dumps(document)
    if "\r\n" in text:
        written = written.replace("\r\n", "\n").replace("\n", "\r\n")
    read = loads(written.removeprefix("\ufeff"), str(path))
    if Requirement.parse(line) not in [_bare(one) for one in read.requirements]:
        raise InputError(f"{path} cannot be added to safely: put the line there by hand, {name} = {line!r}")
    path.write_text(written, encoding="utf-8", newline="")
    return f"{name} = {tomlkit.item(line).as_string()}"


def had_already(path: Path, line: Requirement) -> str:
    """The name of the requirement of a file that says the same; empty where there is none."""
    return next((one.name for one in loads(read_file(path, str(path)), str(path)).requirements if _bare(one) == _bare(
        line)), "")


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
