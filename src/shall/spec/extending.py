"""Packs in a shall file: ``extends`` names them, ``[packs.NAME]`` fits them, ``[requirements]`` has the last word."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from shall.core.errors import FileError
from shall.core.requirement import Requirement
from shall.spec.file import Extension, Pack
from shall.spec.fitting import Fitted, fit, own_lines
from shall.spec.known import Known
from shall.spec.pack import is_path, name_of, read_pack, shipped, wrong_path
from shall.spec.problems import Problems, did_you_mean
from shall.spec.table import Table
from shall.spec.toml import MAX_BYTES

MAX_PACKS: Final = 16


def read_packs(root: Mapping[str, Any], folder: Path, known: Known, problems: Problems) -> tuple[Fitted, ...]:
    """Every pack that can be read, with the lines that are left of it."""
    extends = Table(root, (), problems).texts("extends", '"four-fifths", "./house.pack.toml"')
    if len(extends) > MAX_PACKS:
        problems.at_value(("extends", MAX_PACKS), f"there are more than {MAX_PACKS} packs", "leave some out")
    _size(extends, folder, problems)
    read = [(pack, ("extends", index)) for index, item in enumerate(extends[:MAX_PACKS]) if item not in extends[:index]
            if (pack := _read(item, ("extends", index), folder, known, problems))]
    found = [fit(pack, at, root, known, problems) for pack, at in read]
    _strangers(root, tuple(map(name_of, extends)), problems)
    _twice(found, extends, root, problems)
    return tuple(found)


def _size(extends: tuple[str, ...], folder: Path, problems: Problems) -> None:
    """Packs of the user's are together no larger than a file may be: reading them is not to take minutes."""
    size = 0
    for index, item in enumerate(extends[:MAX_PACKS]):
        if is_path(item) and not wrong_path(item) and not _wrong_file(folder, item):
            size += (folder / item).stat().st_size
            if size > MAX_BYTES:
                problems.at_value(("extends", index), f"its packs are together larger than {MAX_BYTES // 1024} KB",
                                  "a pack is written by people")
                raise FileError(problems.sorted())


def extension(fitted: Fitted, own: Mapping[str, Requirement]) -> Extension:
    """What became of a pack, once the file's own requirements are known."""
    replaced = tuple(name for name in fitted.lines if name in own and not own[name].origin)
    lines = tuple(name for name in fitted.lines if name not in replaced)
    return Extension(fitted.pack, lines, replaced, fitted.left_out)


def _read(item: str, at: tuple[str | int, ...], folder: Path, known: Known, problems: Problems) -> Pack | None:
    if is_path(item):
        if wrong := wrong_path(item):
            problems.at_value(at, f'the path of the pack "{item}" {wrong}', 'write it so: "./house.pack.toml"')
            return None
        if wrong := _wrong_file(folder, item):
            problems.at_value(at, wrong, "write it, or leave it out of `extends`")
            return None
    elif item not in shipped():
        fix = did_you_mean(item, shipped(), "the packs are")
        fix = fix if fix.endswith("?") else f'{fix}; or a file of yours: "./house.pack.toml"'
        problems.at_value(at, f'there is no pack "{item}"', fix)
        return None
    try:
        pack, told = read_pack(item, folder, Path(problems.document.name).parent, known)
    except FileError as error:
        problems.beside += error.problems
        return None
    problems.join(told)
    return pack


def _wrong_file(folder: Path, item: str) -> str:
    try:
        place = (folder / item).resolve()
        if not place.is_relative_to(folder.resolve()):          # by a link
            return f'the pack "{item}" lies outside the folder of the file'
        return "" if place.is_file() else f'there is no file "{item}"'
    except (OSError, ValueError, RuntimeError):                 # a name that no file system takes, a circle of links
        return f'there is no file "{item}"'


def _strangers(root: Mapping[str, Any], names: tuple[str, ...], problems: Problems) -> None:
    """``[packs.NAME]`` of a pack that the file does not extend."""
    for name in Table(root, ("packs",), problems).given:
        if name not in names:
            fix = did_you_mean(name, names, "it extends") if names else f'add at the top: extends = ["{name}"]'
            problems.at_key(("packs", name), f'the file does not extend "{name}"', fix)


def _twice(found: list[Fitted], extends: tuple[str, ...], root: Mapping[str, Any], problems: Problems) -> None:
    """Two packs of one name, or with a line of one name that the file does not settle."""
    names: dict[str, str] = {}
    packs: set[str] = set()
    own = own_lines(root)
    for fitted in found:
        name = fitted.pack.name
        at = ("extends", max(index for index, item in enumerate(extends) if name_of(item) == name))
        if name in packs:
            problems.at_value(at, f'two packs have the name "{name}"', "rename the file of yours")
        packs.add(name)
        for line in fitted.lines:
            if line in names and line not in own:
                problems.at_value(at, f'the packs "{names[line]}" and "{name}" both have a requirement `{line}`',
                                  f'leave one out: [packs.{name}] without = {{ {line} = "why" }}')
            names.setdefault(line, name)


