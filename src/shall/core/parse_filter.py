"""Reads a filter: ``AGEP >= 55 and (SEX = '2' or RAC1P in ('1', '2')) and not POVPIP is missing``."""

from __future__ import annotations

from typing import Final, cast

from shall.core.cursor import Cursor
from shall.core.filters import And, Comparison, Filter, Missing, Not, OneOf, Operator, Or
from shall.core.lexer import FOREIGN, Fault, Token
from shall.core.words import NULLS, written_name

MAX_DEPTH: Final = 32                               # of brackets and `not`
OPERATORS: Final = ("=", "!=", "<", "<=", ">", ">=")
TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
FORMS: Final = "a filter compares a column: AGEP >= 55, SEX = '2', RAC1P in ('1', '2'), AGEP is missing"


def read_filter(cursor: Cursor, depth: int = 0) -> Filter:
    """Terms with ``or`` between them."""
    terms = [_all_of(cursor, depth)]
    while cursor.skip("or"):
        terms.append(_all_of(cursor, depth))
    return Or(tuple(terms)) if len(terms) > 1 else terms[0]


def _all_of(cursor: Cursor, depth: int) -> Filter:
    terms = [_term(cursor, depth)]
    while cursor.skip("and"):
        terms.append(_term(cursor, depth))
    return And(tuple(terms)) if len(terms) > 1 else terms[0]


def _term(cursor: Cursor, depth: int) -> Filter:
    if depth > MAX_DEPTH:
        raise Fault(cursor.peek().start, f"the filter is nested deeper than {MAX_DEPTH}")
    if cursor.skip("not"):
        return Not(_term(cursor, depth + 1))
    if opened := cursor.skip("("):
        inner = read_filter(cursor, depth + 1)
        _close(cursor, opened, "`and`, `or`")
        return inner
    return _test(cursor)


def _close(cursor: Cursor, opened: Token, between: str) -> None:
    if cursor.peek().kind == "end":
        raise Fault(opened.start, "the bracket opened here is not closed", "close it with )")
    if not cursor.skip(")"):
        raise Fault(cursor.peek().start, f"expected {between} or `)`, found {cursor.peek()}")


def _test(cursor: Cursor) -> Filter:
    first = cursor.peek()
    if first.kind in ("number", "text"):
        raise Fault(first.start, f"expected a column, found the value {first}", _turned(cursor) or FORMS)
    column = cursor.name("a column", "column", first.text, first.start)
    if cursor.skip("is"):
        return _missing(cursor, column)
    if cursor.skip("in"):
        return OneOf(column, _list(cursor))
    if cursor.sees("not") and cursor.sees("in", ahead=1):
        raise Fault(cursor.peek().start, "`not` stands before the column", f"write: not {column} in (…)")
    token = cursor.peek()
    if token.kind == "mark" and token.text in FOREIGN:
        raise Fault(token.start, f"there is no comparison {token}", f"write {FOREIGN[token.text]}")
    if token.text not in OPERATORS or token.kind != "mark":
        raise Fault(token.start, f"expected a comparison with `{column}`, found {token}", _instead(cursor, column))
    cursor.take()
    if cursor.peek().kind == "name" and cursor.peek().text.lower() in NULLS:
        raise Fault(cursor.peek().start, f"expected a value, found the name {cursor.peek()}",
                    f"write: {written_name(column)} is {'not ' if token.text == '!=' else ''}missing")
    return Comparison(column, cast(Operator, token.text), cursor.value("a value"))


def _instead(cursor: Cursor, column: str) -> str:
    name = written_name(column)
    if cursor.sees("between"):
        low, high = (cursor.text[cursor.peek(ahead).start:cursor.peek(ahead).end] for ahead in (1, 3))
        return f"write: {name} >= {low or 'LOW'} and {name} <= {high or 'HIGH'}"
    if cursor.peek().text.lower() in ("like", "matches", "contains", "startswith", "endswith"):
        return f"there are no patterns; name the values: {name} in ('a', 'b')"
    return FORMS


def _turned(cursor: Cursor) -> str:
    value, operator, column = (cursor.peek(ahead) for ahead in range(3))
    if operator.kind != "mark" or operator.text not in OPERATORS or column.kind != "name":
        return ""
    written = cursor.text[column.start:column.end]
    first = f"{written} {TURNED.get(operator.text, operator.text)} {cursor.text[value.start:value.end]}"
    second, limit = cursor.peek(3), cursor.peek(4)
    if second.kind == "mark" and second.text in OPERATORS:
        first += f" and {written} {second.text} {cursor.text[limit.start:limit.end]}"
    return f"write: {first}"


def _missing(cursor: Cursor, column: str) -> Filter:
    negated = cursor.skip("not") is not None
    cursor.expect("missing", "after `is`", "write: is missing, or: is not missing")
    return Not(Missing(column)) if negated else Missing(column)


def _list(cursor: Cursor) -> tuple[str | int | float | bool, ...]:
    opened = cursor.expect("(", "after `in`", "write: in ('a', 'b')")
    if cursor.sees(")"):
        raise Fault(opened.start, "the list is empty: no row would be selected", "write: in ('a', 'b')")
    values = [cursor.value("a value of the list")]
    while cursor.skip(","):
        values.append(cursor.value("a value of the list"))
    _close(cursor, opened, "`,`")
    return tuple(values)
