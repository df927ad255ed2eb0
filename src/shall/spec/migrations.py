"""The numbered changes that bring a shall file to the version and spelling of today; forward only.

Each one is a pure function from the document to the values that it changes. A new one goes to the end of the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from shall.core.errors import Problem
from shall.core.lexer import Fault
from shall.core.parse import read
from shall.registry import Named
from shall.spec.known import ELSEWHERE
from shall.spec.places import Path

VERSION: Final = 1


class Change(NamedTuple):
    """A value that is set, at its path."""

    path: Path
    value: Any


Changes = Callable[[Mapping[str, Any], Mapping[str, Named]], Iterator[Change]]


class Migration(NamedTuple):
    """One change of the language: what it does, and a part of what `shall lint` says of a file that needs it."""

    number: int
    title: str
    mends: str
    changes: Changes


def _version(document: Mapping[str, Any], _: Mapping[str, Named]) -> Iterator[Change]:
    """``shall = 1``, where it is missing or a text; a pack has a version of its own."""
    said = document.get("shall")
    if "pack" not in document and (said is None or said in ("1", "1.0")):
        yield Change(("shall",), VERSION)


def _confidence(document: Mapping[str, Any], _: Mapping[str, Named]) -> Iterator[Change]:
    """``confidence = 0.95`` is 95 per cent."""
    said = document.get("confidence")
    if isinstance(said, float) and 0.5 <= said < 1:
        yield Change(("confidence",), _plain(round(said * 100, 10)))


def _order(document: Mapping[str, Any], _: Mapping[str, Named]) -> Iterator[Change]:
    """The clauses of a line in their fixed order."""
    for path, line in _lines(document):
        try:
            read(line)
        except Fault as fault:
            if fault.right:
                yield Change(path, fault.right)


def _names(document: Mapping[str, Any], measures: Mapping[str, Named]) -> Iterator[Change]:
    """Names of measures that are written otherwise here: ``tpr``, ``demographic_parity_difference``."""
    for path, line in _lines(document):
        if (renamed := _renamed(line, measures)) != line:
            yield Change(path, renamed)


def _renamed(line: str, measures: Mapping[str, Named]) -> str:
    try:
        parsed = read(line)
    except Fault:
        return line
    new = line
    for index in reversed(range(len(parsed.line.measures))):
        name, at = parsed.line.measures[index].name, parsed.marks["measure", index]
        said = ELSEWHERE.get(name.lower(), "")
        head = said.partition(" over ")[0]
        if name not in measures and head.split(" ")[-1] in measures and line.startswith(name, at):
            new = new[:at] + head + new[at + len(name):]
    try:
        read(new)
    except Fault:                                       # an aggregate that does not fit this line
        return line
    return new


def _lines(document: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Each line of the document, with its path."""
    given = document.get("requirements")
    for name, said in given.items() if isinstance(given, dict) else ():
        if isinstance(said, str):
            yield ("requirements", name), said
        elif isinstance(said, dict) and isinstance(said.get("that"), str):
            yield ("requirements", name, "that"), said["that"]


def may_mend(problem: Problem) -> bool:
    """Whether `shall migrate` can mend what `shall lint` found."""
    known = any(migration.mends in problem.message for migration in MIGRATIONS)
    return known and problem.fix.startswith(("write: ", "begin the file"))


def _plain(number: float) -> int | float:
    return int(number) if number.is_integer() else number


MIGRATIONS: Final = (
    Migration(1, "the version of the file is said", "version of the file", _version),
    Migration(2, "confidence is in per cent", "is in per cent", _confidence),
    Migration(3, "clauses stand in the fixed order", "not in the fixed order", _order),
    Migration(4, "measures have one name", "there is no measure", _names),
)
