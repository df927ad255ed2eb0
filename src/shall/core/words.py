"""The reserved words of the language, and how names, texts and numbers are written in it."""

from __future__ import annotations

import re
from typing import Final

Scalar = bool | int | float | str

AGGREGATES: Final = ("each", "ratio", "difference")
RESERVED: Final = frozenset(
    ("of", "over", "by", "within", "against", "on", "between", "where", "with",
     "and", "or", "not", "in", "is", "true", "false"),
)
CLAUSE_WORDS: Final = (
    "over", "within", "against", "on", "between", "where", "with", "by", "of", "and", "or", "not", "in")
INSTEAD: Final = {                                  # what people write, and what the language says
    **dict.fromkeys(("by", "for", "per", "across", "grouped", "among"), "over"),
    **dict.fromkeys(("if", "when", "only", "having"), "where"),
    **dict.fromkeys(("vs", "versus", "compared"), "against"),
    **dict.fromkeys(("is", "equals", "above", "below", "under", "exceeds"), ">= or <="),
    "at": "with", "to": "and",
}
NULLS: Final = ("null", "none", "nan", "na", "nil", "missing")
NAME: Final = re.compile(r"[^\W\d]\w*")
NUMERAL: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def meant_word(word: str) -> str:
    """The word of the language that was meant by another one, or by itself in capitals; or an empty text."""
    if word != word.lower() and word.lower() in (*CLAUSE_WORDS, *AGGREGATES):
        return word.lower()
    return INSTEAD.get(word.lower(), "")


def meant_fix(word: str) -> str:
    """What to write in place of a word that is not one of the language; or an empty text."""
    meant = meant_word(word)
    return "a bound is written >= or <=, such as >= 0.80" if " or " in meant else meant and f"did you mean `{meant}`?"


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


def number_of(text: str) -> float | None:
    """The number that a text is, true and false included; None where it is none."""
    if text.lower() in ("true", "false"):
        return float(text.lower() == "true")
    try:
        return float(text)
    except ValueError:
        return None
