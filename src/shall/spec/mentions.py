"""Columns that a shall file names, held against those that the log has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

from shall.core.errors import FileError, Problem
from shall.core.filters import columns_of
from shall.core.line import Line
from shall.core.requirement import Requirement
from shall.spec.file import ShallFile
from shall.spec.problems import did_you_mean

NONE: Final[Mapping[str, str]] = {}


def expect_columns(file: ShallFile, names: Collection[str], apart: Mapping[str, str] = NONE) -> None:
    """FileError with every place where the file names a column that is not among these.

    The label is left out: a log may lack it, because labels come later. ``apart``: the columns that only some files of
    the log have, and what to do.
    """
    problems = tuple(
        Problem(mention.file, mention.line, mention.column, f"not every file of the log gives `{mention.name}`",
                apart[mention.name])
        if mention.name in apart else
        Problem(mention.file, mention.line, mention.column, f"the log has no column `{mention.name}`",
                did_you_mean(mention.name, names, "its columns are"))
        for mention in file.mentions if mention.name not in names)
    if problems:
        raise FileError(tuple(sorted(problems, key=lambda problem: (problem.line, problem.column))))


def named_columns(line: Line, marks: Mapping[tuple[str | int, ...], int]) -> Iterator[tuple[str, int]]:
    """Each column of a settled line, and the character of the line where it is named first."""
    first: dict[str | int, int] = {}
    for mark, start in marks.items():
        if mark[0] == "column":
            first[mark[1]] = min(start, first.get(mark[1], start))
    for name, index in _named(line):
        yield name, first.get(name, marks.get(("option", index, name), 0))


def of_phase(file: ShallFile, phase: str) -> ShallFile:
    """The file as one phase reads it: without the lines that it does not ask, and the columns that only these name.

    A line that is only watched may ask about what only a log of decisions in service has, such as `code`.
    """
    kept = tuple(line for line in file.requirements if phase in line.phases)
    if not kept or len(kept) == len(file.requirements):
        return file
    others = {name for line in file.requirements if phase not in line.phases for name, _ in _named(line)}
    others -= {name for line in kept for name, _ in _named(line)}
    others -= {group.column for group in file.groups} | {column.name for column in file.columns.values()}
    mentions = tuple(mention for mention in file.mentions if mention.name not in others)
    return replace(file, requirements=kept, mentions=mentions)


def _named(line: Line | Requirement) -> Iterator[tuple[str, int]]:
    """Each column that a line names, and by which of its measures."""
    for index, call in enumerate(line.measures):
        for name in (*call.columns, *(columns_of(call.filter) if call.filter else ())):
            yield name, index
    for name in columns_of(line.where) if line.where else ():
        yield name, -1
