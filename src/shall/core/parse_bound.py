"""Reads a bound and its limits: ``>= 0.80``, ``<= 2 ms``, ``between 90% of train and 0.9``."""

from __future__ import annotations

import difflib
import re
from typing import Any, Final

from shall.core.cursor import Cursor
from shall.core.lexer import Fault, Token
from shall.core.line import Bound, Limit, Number, Reference
from shall.core.units import UNITS
from shall.core.words import AGGREGATES, RESERVED, meant_word

NO_UNITS: Final = ("over", "within", "against", "where", "with", "between", *AGGREGATES)   # met by mistake
SPELT_OUT: Final = {
    **dict.fromkeys(("percent", "pct"), "%"), **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("msec", "millis", "millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("microsecond", "microseconds", "usec"), "us"), **dict.fromkeys(("minute", "minutes"), "min"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"), **dict.fromkeys(("byte", "bytes"), "B"),
}
SIGN: Final = re.compile(r"[<>]=?")
LIMITS: Final = "a limit is a number (0.80, 20%, 2 ms), or stands on other data: previous - 0.01, 90% of train"


def read_bound(cursor: Cursor) -> dict[str, Any]:
    """The bound that comes."""
    sign = cursor.take()
    cursor.marks["bound",] = sign.start
    if sign.text not in (">=", "<=", "between"):
        raise Fault(sign.start, f"a bound is >=, <= or between, not {sign.text}", _right_sign(cursor, sign))
    if sign.text == "between":
        low = _limit(cursor, "low")
        cursor.expect("and", "between the two limits", "write: between 0.10 and 0.30")
        return {"bound": Bound(low=low, high=_limit(cursor, "high"))}
    if sign.text == ">=":
        return {"bound": Bound(low=_limit(cursor, "low"))}
    return {"bound": Bound(high=_limit(cursor, "high"))}


def _right_sign(cursor: Cursor, sign: Token) -> str:
    right = {">": ">=", "<": "<=", "=>": ">=", "=<": "<=", ">>": ">=", "<<": "<="}.get(sign.text)
    if right is None:
        return "write >= or <=, or for two limits: between 0.70 and 0.80"
    rest = cursor.text[sign.end:].strip()
    if SIGN.search(rest.partition(" where ")[0]):
        return f"write {right}; and a line has one bound: make two requirements of it, each with a name of its own"
    return f"write: {cursor.text[:sign.start].strip()} {right} {rest}"


def _limit(cursor: Cursor, side: str) -> Limit:
    start = cursor.peek().start
    cursor.marks["limit", side] = start
    if cursor.peek().kind == "number" or cursor.sees("-"):
        number = _number(cursor)
        if number.unit == "%" and cursor.skip("of"):
            if number.value <= 0:
                raise Fault(start, "a share of other data is above 0", LIMITS)
            return Reference(cursor.name("data to compare with", "reference", side), share=number)
        return number
    if cursor.peek().kind != "name" or cursor.sees(*RESERVED):
        raise Fault(start, f"expected a limit, found {cursor.peek()}", LIMITS)
    return _reference(cursor, side)


def _reference(cursor: Cursor, side: str) -> Reference:
    name = cursor.name("data to compare with", "reference", side)
    if not (sign := cursor.skip("+", "-")):
        return Reference(name)
    if cursor.sees("-"):
        raise Fault(cursor.peek().start, "two signs", f"write: {name} - 0.01, or: {name} + 0.01")
    start = cursor.peek().start
    number = _number(cursor)
    if number.unit == "%":
        raise Fault(start, f"{number} here could mean points or a share",
                    f"write {_points(number.value)} for points, or {100 - number.value:g}% of {name} for a share")
    signed = sign.text.replace("+", "")
    value = -number.value if signed else number.value
    return Reference(name, offset=Number(value, number.unit, signed + number.text))


def _points(value: float) -> str:
    return f"{value / 100:g}"


def _number(cursor: Cursor) -> Number:
    text, value = cursor.number("a number")
    if cursor.sees(",") and re.match(r",[0-9]{3}(?![0-9])", cursor.text[cursor.peek().start:]):
        raise Fault(cursor.peek().start, "a number is written without separators", "leave out the comma")
    if cursor.skip("%"):
        return Number(float(value), "%", text)
    return Number(float(value), _unit(cursor), text)


def _nearest(word: str) -> str:
    by_lower = {**{unit.lower(): unit for unit in UNITS}, **SPELT_OUT}
    if word.lower() in by_lower:
        return by_lower[word.lower()]
    return "".join(difflib.get_close_matches(word, UNITS, 1, 0.5))


def _unit(cursor: Cursor) -> str:
    token = cursor.peek()
    if token.kind != "name" or token.quoted or token.text in RESERVED:
        return ""
    if token.text not in UNITS:
        if ("headed",) not in cursor.marks:         # the bound came first: this may be the measure
            return ""
        if meant_word(token.text) or difflib.get_close_matches(token.text, NO_UNITS, 1):
            return ""
        if token.text in ("previous", "logged", "overall"):
            raise Fault(token.start, f"{token} is no unit", f"for a share of it write: 99% of {token.text}")
        near = _nearest(token.text)
        fix = f"did you mean `{near}`? " if near else ""
        units = ", ".join(UNITS)
        raise Fault(token.start, f"there is no unit {token}", f"{fix}the units are: {units}; a count has none")
    return cursor.take().text
