"""Brings the text of a shall file to the version and spelling of today; comments and layout are kept."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import tomlkit

from shall import registry
from shall.core.errors import FileError, Problem
from shall.registry import Named
from shall.spec.migrations import MIGRATIONS, Change
from shall.spec.toml import read_document

HEAD: Final = re.compile(r"\ufeff?(?:#[^\n]*(?:\n|$))*")      # a comment on the file stays above its first key


@dataclass(frozen=True, slots=True)
class Migrated:
    """A text of today, and what was done to get there: nothing, where it was one."""

    text: str
    steps: tuple[str, ...] = ()


def migrate(text: str, name: str = "shall.toml", *, measures: Mapping[str, Named] | None = None) -> Migrated:
    """The text after every migration that it needs; FileError where it is no TOML."""
    measures = registry.names() if measures is None else measures
    steps: list[str] = []
    for migration in MIGRATIONS:
        document = read_document(text.removeprefix("\ufeff"), name).data
        changes = tuple(migration.changes(document, measures))
        if changes:
            text = _changed(text, document, changes, name)
            steps.append(f"{migration.number}. {migration.title}: {', '.join(map(_key, changes))}")
    return Migrated(text, tuple(steps))


def _key(change: Change) -> str:
    return ".".join(map(str, change.path))


def _changed(text: str, before: dict[str, Any], changes: tuple[Change, ...], name: str) -> str:
    new = text
    for change in changes:
        new = _on_top(new, change) if len(change.path) == 1 and change.path[0] not in before else _set(new, change)
    if "\r\n" in text and text.count("\r\n") == text.count("\n"):
        new = new.replace("\r\n", "\n").replace("\n", "\r\n")
    expected = copy.deepcopy(before)
    for change in changes:
        _table(expected, change)[change.path[-1]] = change.value
    if tomllib.loads(new.removeprefix("\ufeff")) != expected:
        raise FileError((Problem(name, 0, 0, f"{', '.join(map(_key, changes))} cannot be rewritten safely",
                                 "change it by hand: `shall lint` says how"),))
    return new


def _on_top(text: str, change: Change) -> str:
    """A new key before all others, below the comment that heads the file."""
    head = HEAD.match(text)
    at = head.end() if head else 0
    newline = "\r\n" if "\r\n" in text else "\n"
    blank = newline if text[at:].lstrip().startswith("[") and not text[at:].startswith(("\n", "\r\n")) else ""
    before = text[:at] + (newline if text[:at].strip("\ufeff") and not text[:at].endswith("\n") else "")
    return f"{before}{change.path[0]} = {change.value}{newline}{blank}{text[at:]}"


def _set(text: str, change: Change) -> str:
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    document = tomlkit.parse(text.removeprefix("\ufeff"))
    table = _table(document, change)
    table[change.path[-1]] = _like(table[change.path[-1]], change.value)
    return mark + tomlkit.dumps(document)


def _like(old: Any, value: Any) -> Any:
    """A text in the quotes that stood there, where they can hold it."""
    if not isinstance(value, str) or not isinstance(old, tomlkit.items.String):
        return value
    quotes = old.as_string()[:3]
    try:
        return tomlkit.string(value, literal=quotes[0] == "'", multiline=len({*quotes}) == 1 and len(old) > 0)
    except ValueError:
        return value


def _table(document: Any, change: Change) -> Any:
    for key in change.path[:-1]:
        document = document[key]
    return document
