"""Reads one line of the language. Total: a Line, or a FileError that says where and how to mend it.

    requirement = [ ("ratio" | "difference" | "each") [ "(" "to" "=" VALUE ")" ] "of" ] measure { "," measure }
                  [ "over" groups { "," groups } ] [ "within" groups ] [ "against" REF ] [ "on" REF ]
                  bound [ "where" filter ] [ "with" NUM "%" "confidence" ]

The clauses are read in any order first, so that a wrong order can be answered with the right line.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from shall.core.cursor import Cursor
from shall.core.errors import FileError, Problem
from shall.core.filters import Filter
from shall.core.lexer import FOREIGN, Fault
from shall.core.line import Bound, Line
from shall.core.parse_bound import read_bound
from shall.core.parse_filter import read_filter
from shall.core.parse_head import read_confidence, read_head, read_over, read_population, read_reference, read_within
from shall.core.sense import hold_together
from shall.core.words import meant_fix

Part = TypeVar("Part")
MAX_LENGTH: Final = 10_000                          # characters of a line
SHAPE: Final = "a requirement reads: [ratio of] MEASURE [over GROUP] >= LIMIT [where FILTER] [with 99% confidence]"
CONFIDENT: Final = "the confidence of a line is written so: with 99% confidence"
CLAUSES: Final = ("measure", "over", "within", "against", "on", "bound", "where", "with")
READERS: Final[dict[str, Callable[[Cursor], dict[str, Any]]]] = {
    "measure": read_head,
    "over": read_over,
    "within": read_within,
    "against": read_reference,
    "on": read_population,
    "bound": read_bound,
    "where": lambda cursor: {"where": read_filter(cursor)} if cursor.take() else {},
    "with": read_confidence,
}
TWICE: Final = {
    "over": "join groups with a comma (each on its own) or with `by` (their intersection)",
    "within": "join groups with `by`",
    "where": "join filters with `and`",
    "on": "make a line for each population",
    "bound": "for two limits write: between 0.10 and 0.30",
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A line, and at which character of its text (from 0) each of its names stood."""

    line: Line
    marks: Mapping[tuple[str | int, ...], int]


@dataclass(frozen=True, slots=True)
class _Clause:
    name: str
    start: int
    end: int
    fields: dict[str, Any]


def parse(text: str) -> Line:
    """The line that a text says; FileError where it says none."""
    return _told(lambda: read(text).line, text)


def parse_filter(text: str) -> Filter:
    """A filter alone, such as ``AGEP >= 55``; FileError where the text is none."""
    return _told(lambda: _alone(text, read_filter), text)


def parse_bound(text: str) -> Bound:
    """A bound alone, such as ``<= 2 ms``; FileError where the text is none."""
    bound: Bound = _told(lambda: _alone(text, read_bound), text)["bound"]
    return bound


def _told(reading: Callable[[], Part], text: str) -> Part:
    """Say a fault as the error that users know."""
    try:
        return reading()
    except Fault as fault:
        before = text[:fault.start]
        place = before.count("\n") + 1, fault.start - before.rfind("\n")
        raise FileError((Problem("requirement", *place, fault.message, fault.fix),)) from None


def _alone(text: str, reader: Callable[[Cursor], Part]) -> Part:
    cursor = _opened(text)
    cursor.marks["headed",] = 0
    part = reader(cursor)
    if cursor.peek().kind != "end":
        raise Fault(cursor.peek().start, f"{cursor.peek()} is not expected here")
    return part


def _opened(text: str) -> Cursor:
    if len(text) > MAX_LENGTH:
        raise Fault(0, f"the line is longer than {MAX_LENGTH:,} characters",
                    "divide it; values of one column are shorter so: COLUMN in (1, 2)")
    return Cursor(text)


def read(text: str) -> Parsed:
    """The line and the places of its names; Fault where there is none."""
    cursor = _opened(text)
    if cursor.peek().kind == "end":
        raise Fault(0, "the requirement is empty", SHAPE)
    clauses: list[_Clause] = []
    while cursor.peek().kind != "end":
        name = _next_clause(cursor, tuple(clause.name for clause in clauses))
        start = cursor.peek().start
        fields = READERS[name](cursor)
        clauses.append(_Clause(name, start, cursor.behind, fields))
    _in_order(text, clauses)
    line = Line(**{field: value for clause in clauses for field, value in clause.fields.items()})
    hold_together(line, cursor.marks)
    return Parsed(line, cursor.marks)


def _next_clause(cursor: Cursor, before: tuple[str, ...]) -> str:
    token = cursor.peek()
    if cursor.sees("over", "within", "against", "on", "where", "with"):
        return token.text
    if cursor.sees(">=", "<=", "between", "<", ">", "=", "!=", *FOREIGN):
        return "bound"
    if "measure" not in before and token.kind == "name":
        return "measure"
    raise _unexpected(cursor, before)


def _unexpected(cursor: Cursor, before: tuple[str, ...]) -> Fault:
    token = cursor.peek()
    if "measure" not in before:
        sum_ = token.kind == "number" and cursor.sees("-", "+", ahead=1)
        turn = "nothing is calculated in a line: turn the limit round, recall >= 0.7 for 1 - recall <= 0.3"
        return Fault(token.start, f"expected a measure, found {token}", _flipped(cursor) or (turn if sum_ else SHAPE))
    if cursor.sees(",") and before[-1] == "bound" and cursor.peek(1).kind == "number":
        whole = cursor.text[:token.start].rpartition(" ")[2]
        return Fault(token.start, "a number is written with a point", f"write: {whole}.{cursor.peek(1).text}")
    if cursor.sees("and", "or", ",") and before[-1] == "bound":
        return Fault(token.start, "a line has one bound", "make two requirements of it, each with a name of its own")
    if cursor.sees("of") and before == ("measure",):
        return _no_aggregate(cursor)
    if cursor.sees("-", "+"):
        return Fault(token.start, "nothing is calculated in a line",
                     "the largest minus the smallest group is: difference of MEASURE over GROUP")
    if cursor.sees("%", "(") or (token.kind == "number" and cursor.sees("%", ahead=1)):
        return Fault(token.start, f"{token} is not expected here", CONFIDENT)
    if cursor.sees("each", "ratio", "difference"):
        before_it = cursor.text[:token.start].strip()
        return Fault(token.start, f"`{token.text}` comes first", f"write: {token.text} of {before_it} …")
    return Fault(token.start, f"{token} is not expected here", _fix_of_word(cursor, before) or SHAPE)


def _fix_of_word(cursor: Cursor, before: tuple[str, ...]) -> str:
    token = cursor.peek()
    if token.kind != "name" or token.quoted:
        return ""
    if cursor.sees("=", ahead=1):
        return f"an option stands in brackets behind its measure: ({token.text} = …)"
    if fix := meant_fix(token.text):
        return fix
    if near := difflib.get_close_matches(token.text, (*CLAUSES[1:4], *CLAUSES[6:], "between"), 1):
        return f"did you mean `{near[0]}`?"
    if before[-1] in ("over", "within", "against", "on"):
        return f"a name of several words stands in backticks: `… {token.text}`"
    return ""


def _no_aggregate(cursor: Cursor) -> Fault:
    word = cursor.text[:cursor.peek().start].strip()
    if word.lower() in ("ratio", "difference", "each"):
        return Fault(cursor.peek().start, "the words of the language are written small", f"write: {word.lower()} of …")
    return Fault(cursor.peek().start, f"there is no `{word[:40]} of`",
                 "there are: ratio of, difference of; without them every group must hold the limit")


def _flipped(cursor: Cursor) -> str:
    """``0.80 <= accuracy`` the right way round."""
    first, operator = cursor.peek(), cursor.peek(1)
    if first.kind != "number" or operator.text not in (">=", "<="):
        return ""
    turned = "<=" if operator.text == ">=" else ">="
    return f"write: {cursor.text[operator.end:].strip()} {turned} {cursor.text[first.start:first.end]}"


def _in_order(text: str, clauses: list[_Clause]) -> None:
    names = [clause.name for clause in clauses]
    for clause in clauses:
        first = next(other for other in clauses if other.name == clause.name)
        if first is not clause:
            what = "a second bound" if clause.name == "bound" else f"a second `{clause.name}`"
            raise Fault(clause.start, f"{what} in one line", TWICE.get(clause.name, "leave one of them out"))
    ordered = sorted(clauses, key=lambda clause: CLAUSES.index(clause.name))
    if "measure" not in names:
        raise Fault(clauses[0].start, "there is no measure", SHAPE)
    if "bound" not in names:
        raise Fault(clauses[-1].end, "there is no bound", "add a limit, such as >= 0.80")
    if ordered != clauses:
        late = next(clause for clause, right in zip(clauses, ordered, strict=True) if clause is not right)
        line = " ".join(text[clause.start:clause.end] for clause in ordered)
        raise Fault(late.start, "the clauses are not in the fixed order", f"write: {line}", right=line)
