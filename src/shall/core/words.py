"""The reserved words of the language, and how names, texts and numbers are written in it."""

from __future__ import annotations

import re
from typing import Final

Scalar = bool | int | float | str

AGGREGATES: Final = ("each", "ratio", "difference")
RESERVED: Final = frozenset(
    ("of", "over", "by", "within", "against", "between", "where", "with",
     "and", "or", "not", "in", "is", "true", "false"),
)
NAME: Final = re.compile(r"[^\W\d]\w*")
NUMERAL: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def written_name(name: str, also: tuple[str, ...] = ()) -> str:
    """A name as it stands in a line: plain, or in backticks where it is odd or a word of the language."""
    if NAME.fullmatch(name) and name not in RESERVED and name not in also:
        return name
    return "`" + name.replace("`", "``") + "`"


def written_text(text: str) -> str:
    """A text in single quotes; a quote inside it is doubled."""
    return "'" + text.replace("'", "''") + "'"


def written_value(value: Scalar) -> str:
    """A value of a filter: ``true``, ``55``, ``0.5``, ``'F'``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return written_text(value) if isinstance(value, str) else repr(value)


def written_option(value: Scalar) -> str:
    """A value of an option; its texts are names, so that ``norm = linf`` needs no quotes."""
    return written_name(value) if isinstance(value, str) else written_value(value)
