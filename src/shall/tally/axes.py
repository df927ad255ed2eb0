"""What rows can be counted by: the axes of fixed size, and the columns that each reads.

An axis is written ``label``, ``label@cat`` (one class against all others), ``value:AGE``, ``filter:age < 30``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from shall.core.errors import InputError
from shall.core.filters import And, Comparison, Filter, Missing, Not, OneOf, Or
from shall.core.parse import parse_filter
from shall.tally import grid
from shall.tally.units import BUCKETS

if TYPE_CHECKING:
    from shall.core.log import Binding
    from shall.tally.expressions import Quantity

VALUE: Final = 2**23                        # codes of `value:COLUMN`, missing included
RANKS: Final = 102                          # 0 to 99, 100 and more, not known
TRUTH: Final = 3                            # no, yes, not known
_GRID: Final = ("score", "own", "top")
_TRUE: Final = ("label", "decision", "correct", "covered", "abstained", "filter", "missing")
_OF_QUANTITY: Final = {"prediction": "score", "target": "label"}


def size_of(axis: str) -> int:
    """How many codes an axis has; InputError where there is no such axis."""
    kind = axis.partition(":")[0].partition("@")[0]
    if kind in _TRUE:
        return TRUTH
    sizes = {"value": VALUE, "rank": RANKS, "bucket": BUCKETS, **dict.fromkeys(_GRID, grid.SIZE)}
    if kind not in sizes:
        raise InputError(f"there is no axis {axis}; there are: {', '.join(sorted((*_TRUE, *sizes)))}")
    return sizes[kind]


def columns_of_axis(axis: str, binding: Binding) -> tuple[str, ...]:
    """The columns that have to be read for it."""
    kind, _, of = axis.partition(":")
    if kind in ("value", "missing", "category"):
        return (of,)
    if kind == "filter":
        return tuple(dict.fromkeys(columns_of(parse_filter(of))))
    kind, _, name = kind.partition("@")
    scores = dict(binding.scores)
    if kind == "score" and name:
        return (scores[name],) if name in scores else ()
    roles = {"bucket": ("unit",), "correct": ("label", "decision"), "own": ("label",), "rank": ("label",), "top": (),
             "covered": ("label", "lower", "upper", "set")}.get(kind, (kind,))
    found = [column for role in roles for column in columns_of_role(role, binding)]
    return tuple(dict.fromkeys([*found, *(scores.values() if kind in ("own", "rank", "top") else ())]))


def columns_of_role(role: str, binding: Binding) -> tuple[str, ...]:
    """The column of a role; the scores where they decide."""
    column = binding.column(role)
    if column is not None:
        return (column,)
    if role != "decision":
        return ()
    return tuple(dict(binding.scores).values()) or columns_of_role("score", binding)


def columns_of_quantity(quantity: Quantity, binding: Binding) -> tuple[str, ...]:
    """The columns that have to be read for a quantity of a sum."""
    if quantity.name == "column":
        return (quantity.of,)
    name = _OF_QUANTITY.get(quantity.name, quantity.name)
    return columns_of_axis(f"{name}@{quantity.of}" if quantity.of else name, binding)


def columns_of(where: Filter | None) -> Sequence[str]:
    """The columns that a filter reads."""
    if where is None:
        return ()
    if isinstance(where, Comparison | OneOf | Missing):
        return (where.column,)
    terms = (where.term,) if isinstance(where, Not) else where.terms
    assert isinstance(where, Not | And | Or)
    return [name for term in terms for name in columns_of(term)]
