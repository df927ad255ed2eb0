"""Cuts a line of the language into tokens; every character belongs to one or is a fault."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from shall.core.words import NAME, NUMERAL

MAX_NUMERAL: Final = 40                             # characters; int() of a very long one is slow
MARKS: Final = ("==", "=>", "=<", "<>", ">>", "<<", "!=", "<=", ">=", "=", "<", ">", "(", ")", ",", "%", "+", "-")
FOREIGN: Final = {"==": "=", "=>": ">=", "=<": "<=", "<>": "!=", ">>": ">=", "<<": "<="}     # what to write instead
ADVICE: Final = {
    '"': "text stands in single quotes, such as 'F'",
    "\u2018": "text stands in straight single quotes: '",
    "\u2019": "text stands in straight single quotes: '",
    "\u201c": "text stands in straight single quotes: '",
    "\u201d": "text stands in straight single quotes: '",
    "\u2265": "write >=",
    "\u2264": "write <=",
    "\u2260": "write !=",
    "\u2212": "write a plain minus sign: -",
    "\u2013": "write a plain minus sign: -",
    "!": "write `not`, or != between a column and a value",
    "&": "write `and`",
    "|": "write `or`",
    "[": "a list stands in round brackets: in ('a', 'b')",
    "]": "a list stands in round brackets: in ('a', 'b')",
    "*": "nothing is calculated in a line; a share of other data is written so: 99% of previous",
    "/": "nothing is calculated in a line; groups are compared so: ratio of recall over sex",
    ":": "an option is written with =, such as bins = 15",
    ";": "leave it out",
    ".": "a name with a dot in it stands in backticks",
    "#": "a comment stands outside the quotes of the line",
}


class Fault(Exception):
    """What is wrong with a text, at which character of it (from 0), and how to mend it.

    ``right`` is the whole text as it must be, where that is beyond doubt.
    """

    def __init__(self, start: int, message: str, fix: str = "", right: str = "") -> None:
        super().__init__(message)
        self.start, self.message, self.fix, self.right = start, message, fix, right


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the line: ``text`` is its word, numeral, mark, or the content of its quotes."""

    kind: Literal["name", "number", "text", "mark", "end"]
    text: str
    start: int
    end: int
    quoted: bool = False

    def __str__(self) -> str:
        if self.kind == "end":
            return "the end of the line"
        return f"'{self.text}'" if self.kind == "text" else f"`{self.text}`"


def tokens(text: str) -> list[Token]:
    """The tokens of a line, the last one of kind "end"; Fault at the first character that cannot be one."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found.append(_token(text, at))
        at = found[-1].end
    return [*found, Token("end", "", len(text.rstrip()), len(text))]


def _token(text: str, at: int) -> Token:
    if text[at] in "'`":
        return _quoted(text, at)
    if name := NAME.match(text, at):
        return Token("name", name.group(), at, name.end())
    if text[at].isdecimal() and (numeral := NUMERAL.match(text, at)):
        return _number(text, numeral)
    if fraction := re.match(r"\.[0-9]+", text[at:]):
        raise Fault(at, "a number begins with a digit", f"write: 0{fraction.group()[:MAX_NUMERAL]}")
    for mark in MARKS:
        if text.startswith(mark, at):
            return Token("mark", mark, at, at + len(mark))
    raise Fault(at, f"the character {_shown(text[at])} is not of this language", ADVICE.get(text[at], ""))


def _number(text: str, numeral: re.Match[str]) -> Token:
    if len(numeral.group()) > MAX_NUMERAL or float(numeral.group()) == float("inf"):
        fix = f"at most {MAX_NUMERAL} characters, below 1e308"
        raise Fault(numeral.start(), "the number is too long or too large", fix)
    if re.match(r"_[0-9]", text[numeral.end():]):
        raise Fault(numeral.end(), "a number is written without separators", "leave out the _")
    return Token("number", numeral.group(), numeral.start(), numeral.end())


def _quoted(text: str, at: int) -> Token:
    quote, content, end = text[at], "", at + 1
    while (close := text.find(quote, end)) >= 0:
        content += text[end:close]
        end = close + 1
        if not text.startswith(quote, end):
            if quote == "`" and not content:
                raise Fault(at, "there is no name between these backticks")
            return Token("text" if quote == "'" else "name", content, at, end, quoted=True)
        content += quote                            # doubled: the quote itself
        end += 1
    kind = "backtick" if quote == "`" else "quote"
    raise Fault(at, f"the {kind} opened here is not closed", f"close it with {quote}")


def _shown(character: str) -> str:
    return f"`{character}`" if character.isprintable() and character != "`" else f"U+{ord(character):04X}"
