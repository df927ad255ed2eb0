"""Reads what stands around the bound: measures with their arguments, groups, reference, confidence."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import Any, Final

from shall.core.cursor import Cursor
from shall.core.filters import Filter
from shall.core.lexer import Fault
from shall.core.line import Grouping, MeasureCall, Number
from shall.core.parse_filter import read_filter
from shall.core.words import AGGREGATES, Scalar, meant_fix

BEHIND_A_NAME: Final = (
    "over", "within", "against", "on", "between", "where", "with", "of", "and", "or", "in", "is", "by")


def read_head(cursor: Cursor) -> dict[str, Any]:
    """The aggregate, where there is one, and the measures."""
    fields: dict[str, Any] = {}
    if cursor.sees(*AGGREGATES):
        cursor.marks["aggregate",] = cursor.peek().start
        fields["aggregate"] = cursor.take().text
        if cursor.skip("("):
            fields["to"] = _named_group(cursor, fields["aggregate"])
        at = cursor.peek().start
        right = f"write: {cursor.text[:at].strip()} of {cursor.text[at:].strip() or 'MEASURE over GROUP …'}"
        cursor.expect("of", f"after `{fields['aggregate']}`", right)
    measures = [_call(cursor, 0)]
    while cursor.skip(","):
        measures.append(_call(cursor, len(measures)))
    cursor.marks["headed",] = cursor.behind
    return {**fields, "measures": tuple(measures)}


def _spaced(cursor: Cursor) -> None:
    """``true positive rate``: a measure's name is one word."""
    names: list[str] = []
    while (token := cursor.peek(len(names))).kind == "name" and not token.quoted and token.text not in BEHIND_A_NAME:
        names.append(token.text)
    if len(names) > 1 and (fix := meant_fix(names[1])):
        bound = {"least": ">=", "most": "<="}.get(names[2] if len(names) > 2 else "")
        raise Fault(cursor.peek(1).start, f"`{names[1]}` is not expected here",
                    f"did you mean `{bound}`?" if bound else fix)
    if len(names) > 1 and names[1] not in AGGREGATES and not difflib.get_close_matches(names[1], BEHIND_A_NAME, 1):
        column = f", or with a column: {names[0]}({names[1]})" if len(names) == 2 else ""
        raise Fault(cursor.peek().start, "the name of a measure is one word", f"write: {'_'.join(names)}{column}")


def _named_group(cursor: Cursor, aggregate: str) -> str:
    if aggregate == "each":
        raise Fault(cursor.tokens[cursor.at - 1].start, "`each` compares with no group",
                    "leave the brackets out, or write: ratio(to = 'F') of …")
    cursor.marks["to",] = cursor.peek().start
    cursor.expect("to", f"in the brackets of `{aggregate}`", f"write: {aggregate}(to = 'F') of …")
    cursor.expect("=", "after `to`", f"write: {aggregate}(to = 'F') of …")
    token = cursor.peek()
    if token.kind not in ("name", "number", "text"):
        raise Fault(token.start, f"expected a value of the group, found {token}", f"write: {aggregate}(to = 'F') of …")
    cursor.take()
    cursor.expect(")", "after the value")
    return token.text


@dataclass(slots=True)
class _Arguments:
    columns: list[str] = field(default_factory=list)
    options: dict[str, Scalar] = field(default_factory=dict)
    filter: Filter | None = None


def _call(cursor: Cursor, index: int) -> MeasureCall:
    _spaced(cursor)
    name = cursor.name("a measure", "measure", index)
    found = _Arguments()
    if cursor.skip("("):
        while not cursor.sees(")"):
            _argument(cursor, index, found)
            if not cursor.skip(","):
                break
        cursor.expect(")", f"after the arguments of `{name}`", "close it with )")
    return MeasureCall(name, tuple(found.columns), tuple(found.options.items()), found.filter)


def _argument(cursor: Cursor, index: int, found: _Arguments) -> None:
    start = cursor.peek().start
    if cursor.peek().kind == "name" and cursor.sees(",", ")", ahead=1):
        cursor.marks["column", cursor.peek().text, start] = start
        found.columns.append(cursor.name("a column", "argument", index, len(found.columns)))
    elif _is_option(cursor):
        name = cursor.name("an option")
        cursor.take()
        if name in found.options:
            raise Fault(start, f"`{name}` is given twice", "leave one of them out")
        cursor.marks["option", index, name] = start
        found.options[name] = _option_value(cursor)
    elif found.filter is not None:
        raise Fault(start, "a second filter in one measure", "join filters with `and`")
    elif cursor.peek().kind in ("number", "text") and cursor.sees(",", ")", ahead=1):
        raise Fault(start, f"expected an option, a column or a filter, found {cursor.peek()}",
                    f"an option has a name: NAME = {cursor.text[start:cursor.peek().end]}")
    else:
        cursor.marks["filter", index] = start
        found.filter = read_filter(cursor)


def _is_option(cursor: Cursor) -> bool:
    """``NAME = VALUE`` where VALUE is a number or a bare word; with a text in quotes it is a filter of rows."""
    if cursor.peek().kind != "name" or not cursor.sees("=", ahead=1):
        return False
    after = 3 + cursor.sees("-", ahead=2)
    if cursor.sees(")", ",", ahead=2):
        return True
    return cursor.peek(after - 1).kind in ("name", "number") and not cursor.sees("and", "or", ahead=after)


def _option_value(cursor: Cursor) -> Scalar:
    if cursor.sees(")", ","):
        raise Fault(cursor.peek().start, "the option has no value", "write one behind the =, or leave the option out")
    if cursor.peek().kind == "name" and not cursor.sees("true", "false"):
        return cursor.name("a value of the option")
    return cursor.value("a value of the option")


def read_over(cursor: Cursor) -> dict[str, Any]:
    """``over sex, race by age``."""
    cursor.take()
    groupings = [_grouping(cursor, "over", 0)]
    while cursor.skip(","):
        groupings.append(_grouping(cursor, "over", len(groupings)))
    return {"over": tuple(groupings)}


def read_within(cursor: Cursor) -> dict[str, Any]:
    """``within income_band``."""
    cursor.take()
    return {"within": _grouping(cursor, "within", 0)}


def _grouping(cursor: Cursor, clause: str, index: int) -> Grouping:
    names = [cursor.name("a group", clause, index, 0)]
    while cursor.skip("by"):
        names.append(cursor.name("a group", clause, index, len(names)))
    return tuple(names)


def read_reference(cursor: Cursor) -> dict[str, Any]:
    """``against train``."""
    cursor.take()
    return {"against": cursor.name("data to compare with", "against")}


def read_population(cursor: Cursor) -> dict[str, Any]:
    """``on hospital_b``."""
    cursor.take()
    return {"population": cursor.name("data whose rows are the population", "on")}


def read_confidence(cursor: Cursor) -> dict[str, Any]:
    """``with 99% confidence``."""
    cursor.take()
    fix = "write: with 99% confidence"
    if cursor.peek().kind != "number":
        raise Fault(cursor.peek().start, f"expected a number after `with`, found {cursor.peek()}", fix)
    start = cursor.peek().start
    text, value = cursor.number("a number")
    cursor.expect("%", "after the number", fix)
    cursor.expect("confidence", f"after {text}%", fix)
    if not 50 <= value < 100:
        fix = f"for an error of {text}% write: with {100 - value:g}% confidence" if 0 < value <= 20 else fix
        raise Fault(start, f"confidence is from 50% to below 100%, not {text}%", fix)
    return {"confidence": Number(float(value), "%", text)}
