"""Filters: which rows a requirement is about. Total: no code is ever evaluated.

A missing value satisfies no comparison; ``is missing`` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shall.core.words import Scalar, written_name, written_value

Operator = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``AGEP >= 55``."""

    column: str
    operator: Operator
    value: Scalar

    def __str__(self) -> str:
        return f"{written_name(self.column)} {self.operator} {written_value(self.value)}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """``RAC1P in ('1', '2')``; at least one value."""

    column: str
    values: tuple[Scalar, ...]

    def __str__(self) -> str:
        return f"{written_name(self.column)} in ({', '.join(map(written_value, self.values))})"


@dataclass(frozen=True, slots=True)
class Missing:
    """``AGEP is missing``."""

    column: str

    def __str__(self) -> str:
        return f"{written_name(self.column)} is missing"


@dataclass(frozen=True, slots=True)
class Not:
    """``not SEX = '2'``; of ``is missing`` it is ``is not missing``."""

    term: Filter

    def __str__(self) -> str:
        if isinstance(self.term, Missing):
            return f"{written_name(self.term.column)} is not missing"
        return f"not {_inside(self.term, And, Or)}"


@dataclass(frozen=True, slots=True)
class And:
    """Two terms or more, all of which must hold."""

    terms: tuple[Filter, ...]

    def __str__(self) -> str:
        return " and ".join(_inside(term, And, Or) for term in self.terms)


@dataclass(frozen=True, slots=True)
class Or:
    """Two terms or more, one of which must hold; binds less than ``and``."""

    terms: tuple[Filter, ...]

    def __str__(self) -> str:
        return " or ".join(_inside(term, Or) for term in self.terms)


Filter = Comparison | OneOf | Missing | Not | And | Or


def columns_of(term: Filter) -> tuple[str, ...]:
    """The columns that a filter reads, each once, in the order in which they are written."""
    if isinstance(term, And | Or):
        return tuple(dict.fromkeys(column for inner in term.terms for column in columns_of(inner)))
    return columns_of(term.term) if isinstance(term, Not) else (term.column,)


def _inside(term: Filter, *looser: type) -> str:
    return f"({term})" if isinstance(term, looser) else str(term)
