"""A name for a line that was found and not written: its measure, and the rows that it is about, in a few words."""

from __future__ import annotations

import unicodedata
from typing import Final

from shall.core.filters import And, Comparison, Filter, Missing, Not, OneOf
from shall.core.requirement import Requirement
from shall.core.words import Scalar
from shall.spec.adding import ODD

LONGEST: Final = 60                         # letters
WORDS: Final = {"=": "", "!=": "not", "<": "below", "<=": "to", ">": "above", ">=": "from"}


def named(line: Requirement) -> str:
    """Such as `accuracy_where_sex_women_age_from_50`: small letters, digits and _, another one for another filter
    wherever its values have other letters."""
    where = () if line.where is None else ("where", *_words(line.where))
    said = " ".join((line.measures[0].name, *where))
    plain = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode()
    return ODD.sub("_", plain.lower()).strip("_")[:LONGEST].strip("_")


def _words(term: Filter) -> tuple[str, ...]:
    if isinstance(term, Comparison):
        return term.column, WORDS[term.operator], _value(term.value)
    if isinstance(term, OneOf):
        return term.column, " or ".join(map(_value, term.values))
    if isinstance(term, Missing):
        return term.column, "missing"
    if isinstance(term, Not):
        return ("not", *_words(term.term))
    between = () if isinstance(term, And) else ("or",)
    return tuple(word for place, one in enumerate(term.terms) for word in (*(between if place else ()), *_words(one)))


def _value(value: Scalar) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"minus {text[1:]}" if not isinstance(value, str) and text.startswith("-") else text
