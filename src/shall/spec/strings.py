"""The characters of a TOML string, each with the offset in the file where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

ESCAPES: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
BLANK: Final = re.compile(r"[ \t\n]*")
WIDTHS: Final = {"u": 4, "U": 8}


def quotes_at(text: str, at: int) -> str:
    """The quotes that open a string here: one, three, or none."""
    mark = text[at:at + 1]
    if mark not in ("'", '"'):
        return ""
    return mark * 3 if text.startswith(mark * 3, at) else mark


def end_of_string(text: str, at: int) -> int:
    """The offset after the string that begins here; the end of the text where it is not closed."""
    quotes = quotes_at(text, at)
    at += len(quotes)
    while at < len(text) and not text.startswith(quotes, at):
        if text[at] == "\n" and len(quotes) == 1:
            return at
        at += 2 if text[at] == "\\" and quotes[0] == '"' else 1
    end = min(at + len(quotes), len(text))
    while len(quotes) == 3 and text.startswith(quotes[0], end):     # quotes that touch the closing three
        end += 1
    return end


def characters(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Each character of the string that begins here, escapes resolved, with its offset."""
    quotes = quotes_at(text, at)
    end = end_of_string(text, at) - len(quotes)
    at += len(quotes)
    if len(quotes) == 3 and text.startswith("\n", at):
        at += 1
    while at < end:
        if text[at] == "\\" and quotes[0] == '"':
            character, size = _escaped(text, at)
        else:
            character, size = text[at], 1
        if character:
            yield character, at
        at += size


def _escaped(text: str, at: int) -> tuple[str, int]:
    """What a backslash and what follows stand for, and how long they are."""
    kind = text[at + 1:at + 2]
    if kind in WIDTHS:
        digits = text[at + 2:at + 2 + WIDTHS[kind]]
        try:
            return chr(int(digits, 16)), 2 + len(digits)
        except (ValueError, OverflowError):
            return "?", 2
    if kind.isspace():                                  # a backslash at the end of a line joins it to the next
        blank = BLANK.match(text, at + 1)
        return "", 1 + (len(blank.group()) if blank else 0)
    return ESCAPES.get(kind, "?"), 2
