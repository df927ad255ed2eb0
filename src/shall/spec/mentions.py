"""Columns that a shall file names, held against those that the log has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from shall.core.errors import FileError, Problem
from shall.core.filters import columns_of
from shall.core.line import Line
from shall.spec.file import ShallFile
from shall.spec.problems import did_you_mean


def expect_columns(file: ShallFile, names: Collection[str]) -> None:
    """FileError with every place where the file names a column that is not among these.

    The label is left out: a log may lack it, because labels come later.
    """
    problems = tuple(
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
    for index, call in enumerate(line.measures):
        for name in (*call.columns, *(columns_of(call.filter) if call.filter else ())):
            yield name, first.get(name, marks.get(("option", index, name), 0))
    for name in columns_of(line.where) if line.where else ():
        yield name, first.get(name, 0)
