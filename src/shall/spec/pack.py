"""Reads a pack: a dated TOML file of requirements with its source. Law is data; nothing of it stands in code."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from shall import registry
from shall.core.errors import FileError, InputError
from shall.core.log import GroupDef
from shall.registry import Named
from shall.spec.file import Pack
from shall.spec.known import Known
from shall.spec.problems import Problems, did_you_mean
from shall.spec.requirements import LONG, read_requirements
from shall.spec.table import Table, kind_of
from shall.spec.toml import read_document, read_file

FOLDER: Final = Path(__file__).parent / "packs"
KEYS: Final = ("pack", "title", "source", "url", "date", "about", "not_covered")
TABLES: Final = ("groups", "requirements")
LINES: Final = tuple(key for key in LONG if key != "waive")         # who waives is said in the file, by name
DRIVE: Final = re.compile(r"[A-Za-z]:")


def shipped() -> tuple[str, ...]:
    """The names of the packs that come with shall."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


def is_path(name: str) -> bool:
    """Whether an item of ``extends`` is a file of the user's."""
    return "/" in name or "\\" in name or name.endswith(".toml")


def wrong_path(name: str) -> str:
    """What is wrong with the path of a pack, if anything."""
    if "\\" in name:
        return "has backslashes"
    if PurePosixPath(name).is_absolute() or DRIVE.match(name):
        return "is absolute"
    if ".." in PurePosixPath(name).parts:
        return "leaves the folder of the file"
    return "" if name.endswith(".toml") else "does not end in .toml"


def name_of(item: str) -> str:
    """The name of a pack: of ``./house.pack.toml`` it is ``house``."""
    return PurePosixPath(item).name.split(".")[0] if is_path(item) else item


def shipped_pack(name: str, measures: Mapping[str, Named] | None = None) -> Pack:
    """A pack that comes with shall, as `shall describe` shows it; InputError where there is none."""
    if name not in shipped():
        raise InputError(f'there is no pack "{name}"; {did_you_mean(name, shipped(), "the packs are")}')
    measures = registry.names() if measures is None else measures
    found = [read_pack(name, Path(), Path(), Known(measures, (), (), {}, kind, datetime.date.today(), True))
             for kind in ("classifier", "regressor", "dataset")]
    best, problems = min(found, key=lambda pair: len(pair[1].sorted()))     # the kind that it is for
    if told := problems.sorted():
        raise FileError(told)
    return best


def read_pack(item: str, folder: Path, shown: Path, known: Known) -> tuple[Pack, Problems]:
    """A pack and what is wrong with it; FileError where it cannot be read at all.

    ``folder`` is that of the file, ``shown`` the same as messages name it. ``known`` has the measures and data of
    the file; the groups are the pack's own.
    """
    path, name = (folder / item, str(shown / item)) if is_path(item) else (FOLDER / f"{item}.toml", f"pack {item}")
    document = read_document(read_file(path, name), name)
    problems = Problems(document)
    return _pack(document.data, name_of(item), known, problems), problems


def _pack(root: Mapping[str, Any], name: str, known: Known, problems: Problems) -> Pack:
    top = Table(root, (), problems)
    top.only((*KEYS, *TABLES))
    _version(top)
    for key in ("title", "source", "date"):
        if key not in top:
            problems.at_key((), f"the pack does not say `{key}`", f"add: {key} = {EXAMPLES[key]}")
    groups = Table(root, ("groups",), problems)
    needs = {key: groups.text(key, "", "what it is") for key in groups.given}
    of_pack = replace(known, groups=tuple(GroupDef(key, key) for key in needs))
    requirements = read_requirements(root, of_pack, problems, keys=LINES)
    return Pack(
        name=name, title=top.text("title", "", "House rules"), source=top.text("source", "", "who asks for it"),
        date=_date(top), requirements=tuple(replace(line, origin=name) for line in requirements), groups=needs,
        url=top.text("url", "", "https://…"), about=top.text("about", "", "…"),
        not_covered=top.texts("not_covered", '"…"'))


EXAMPLES: Final = {"title": '"House rules"', "source": '"internal standard 4.2"', "date": "2026-01-31"}


def _version(top: Table) -> None:
    version = top.given.get("pack")
    if version is None:
        top.problems.at_key((), "this is no pack: its version is missing", "begin the file with: pack = 1")
    elif version != 1 or isinstance(version, bool):
        fix = "install a newer shall" if isinstance(version, int) and version > 1 else "write: pack = 1"
        top.wrong("pack", f"the pack is of version {version}, and this shall reads 1", fix)


def _date(top: Table) -> datetime.date:
    date = top.given.get("date", datetime.date.min)
    if isinstance(date, datetime.datetime) or not isinstance(date, datetime.date):
        top.wrong("date", f"`date` is a date, not {kind_of(date)}", "write it without quotes: date = 2026-01-31")
        return datetime.date.min
    return date
