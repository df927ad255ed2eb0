"""A version that abstains from some rows, because a promise about them was broken. Others pay nothing for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import ge, gt, le, lt
from typing import Any, Final

from shall.core.decisions import Field
from shall.core.filters import And, Comparison, Filter, Missing, Not, OneOf, columns_of
from shall.runtimes.columns import Columns
from shall.runtimes.deciding import ANSWERED, Said
from shall.runtimes.labelling import text_of
from shall.runtimes.score import Scorer
from shall.runtimes.version import Found, Version

ALARM: Final = "alarm"                      # code of what is answered
ORDER: Final[Mapping[str, Callable[[Any, Any], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
Row = Sequence[Any]
Test = Callable[[Row], bool | None]         # None where a missing value was compared
Rows = Sequence[tuple[Filter | None, str]]  # which, and why; None: all of them


class Silenced(Version):
    """A version that abstains from ``rows`` with the code `ALARM`; what the graph abstains from itself stays so.

    A filter that asks for something that a request never holds (a label, a decision, a date) is as wide as the rest of
    it: in doubt a row is abstained from.
    """

    def __init__(self, name: str, version: str, scorer: Scorer, columns: Columns | None = None,
                 also: frozenset[str] = frozenset(), *, face: Scorer | None = None, rows: Rows = ()) -> None:
        super().__init__(name, version, scorer, columns, also, face=face)
        self._tests = [(meant(where, self.checking.fields), why) for where, why in rows]

    def __call__(self, rows: Any) -> Found:
        found = super().__call__(rows)
        return found._replace(said=[self._said(said, row) for said, row in zip(found.said, found.values, strict=True)])

    def _said(self, said: Said, row: Row) -> Said:
        if said.code != ANSWERED:
            return said
        why = next((why for test, why in self._tests if test(row)), None)
        return said if why is None else said._replace(decision=None, code=ALARM, why=why)


def meant(where: Filter | None, fields: Sequence[Field]) -> Test:
    """What tells of the values of ``fields`` whether a row is meant."""
    places = {one.name: place for place, one in enumerate(fields) if one.what != "date"}
    terms = () if where is None else where.terms if isinstance(where, And) else (where,)
    tests = [_test(term, places) for term in terms if places.keys() >= set(columns_of(term))]
    return lambda row: all([test(row) for test in tests])


def _test(term: Filter, places: Mapping[str, int]) -> Test:
    if isinstance(term, Missing | Comparison | OneOf):
        return _of_value(term, places[term.column])
    if isinstance(term, Not):
        inner = _test(term.term, places)
        return lambda row: None if (found := inner(row)) is None else not found
    every = [_test(one, places) for one in term.terms]
    wins = isinstance(term, And)            # what is left when one term has settled it
    return lambda row: _joined([test(row) for test in every], wins)


def _joined(found: Sequence[bool | None], all_of: bool) -> bool | None:
    """`and`, or `or`, of three values."""
    if (not all_of) in found:
        return not all_of
    return None if None in found else all_of


def _of_value(term: Missing | Comparison | OneOf, place: int) -> Test:
    if isinstance(term, Missing):
        return lambda row: row[place] is None
    if isinstance(term, OneOf):
        return lambda row: None if row[place] is None else any(_same(row[place], one) for one in term.values)
    value, operator = term.value, term.operator
    if operator == "=":
        return lambda row: None if row[place] is None else _same(row[place], value)
    if operator == "!=":
        return lambda row: None if row[place] is None else not _same(row[place], value)
    order = ORDER[operator]
    return lambda row: order(row[place], value) if _alike(row[place], value) else None


def _same(one: Any, other: Any) -> bool:
    """Whether two values are one, as groups are named: 2.0 is "2", true is "true"."""
    return bool(text_of(one) == text_of(other))


def _alike(one: Any, other: Any) -> bool:
    """Whether two values have an order."""
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (one, other))
    return numbers or (isinstance(one, str) and isinstance(other, str))
