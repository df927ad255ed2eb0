"""Columns as codes, and the predicates that a slice may be made of.

A predicate is a range of codes, and a filter of the language that selects exactly the rows of this range.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError
from shall.core.filters import And, Comparison, Filter, Missing, Not, Or
from shall.core.words import Scalar

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
EXACT: Final = 2.0**53                      # beyond it, whole numbers and floats do not compare without loss


@dataclass(frozen=True, eq=False)
class Column:
    """A column: ``codes`` int64[rows] from 0, and predicates, each true where low <= code <= high.

    ``filters`` say each predicate in the language; a code without a predicate belongs to no slice of the column.
    """

    name: str
    codes: Ints
    low: Ints                               # int64[predicates]
    high: Ints                              # int64[predicates]
    filters: tuple[Filter, ...]
    missing: bool = False                   # whether some rows have no value

    @property
    def size(self) -> int:
        """One more than the highest code of a row or a predicate."""
        return 1 + max(int(self.codes.max(initial=0)), int(self.high.max(initial=0)))

    def holds(self, predicate: int) -> NDArray[np.bool_]:
        """bool[rows]: the rows of a predicate."""
        return np.asarray((self.codes >= self.low[predicate]) & (self.codes <= self.high[predicate]))

    def only(self, rows: Any) -> Column:
        """The same of some rows."""
        return Column(self.name, self.codes[rows], self.low, self.high, self.filters, self.missing)


def categories(name: str, values: Sequence[Scalar | None] | NDArray[Any], least: int = 1) -> Column:
    """A predicate for each value that at least ``least`` rows have; None and nan are `is missing`.

    Values are text, truth values or numbers, all of one kind.
    """
    if isinstance(values, np.ndarray) and values.dtype.kind in "biuU":
        given, absent = values, np.zeros(len(values), dtype=bool)
    else:
        given = np.asarray(values, dtype=object)
        absent = np.array([value is None or value != value for value in given], dtype=bool)
    known, inverse, counts = np.unique(given[~absent], return_inverse=True, return_counts=True)
    codes = np.full(len(given), len(known), dtype=np.int64)
    codes[~absent] = inverse
    filters: list[Filter] = [Comparison(name, "=", _plain(value)) for value in known]
    return coded(name, codes, (*filters, Missing(name)), (*counts.tolist(), int(absent.sum())), least)


def coded(name: str, codes: Ints, filters: Sequence[Filter], counts: Sequence[int], least: int = 1) -> Column:
    """A predicate for each code that at least ``least`` rows have; ``filters`` and ``counts`` by code."""
    kept = np.array([code for code, rows in enumerate(counts) if rows >= max(least, 1)], dtype=np.int64)
    lacking = any(rows and isinstance(one, Missing) for one, rows in zip(filters, counts, strict=True))
    return Column(name, codes, kept, kept, tuple(filters[code] for code in kept), lacking)


def numbers(name: str, values: Any, bins: int = 8, edges: Sequence[float] = ()) -> Column:
    """A predicate for each range between two of the edges; nan is `is missing`.

    The edges are quantiles, unless they are said: a range includes its lower edge. A value that more rows share than
    a bin would have is a bin of its own. ``values``: float64[rows], finite or nan, below 2**53.
    """
    values = np.asarray(values, dtype=np.float64)
    known = values[~np.isnan(values)]
    if np.abs(known).max(initial=0) >= EXACT or bins < 1:
        raise InputError(f"column {name}: numbers below 2**53 and a number of bins from 1 are needed")
    distinct, rows = np.unique(known, return_counts=True)
    cuts = np.unique(np.asarray(edges, dtype=np.float64)) if len(edges) else _cuts(distinct, rows, bins)
    codes = np.where(np.isnan(values), len(cuts) + 1, np.searchsorted(cuts, values, side="right")).astype(np.int64)
    ranges = [(low, high) for low, high in combinations_with_replacement(range(len(cuts) + 1), 2)
              if (low, high) != (0, len(cuts)) or len(known) < len(values)]
    filters = [_between(name, distinct, cuts, low, high) for low, high in ranges]
    if len(known) < len(values):
        ranges.append((len(cuts) + 1, len(cuts) + 1))
        filters.append(Missing(name))
    ends = np.array(ranges, dtype=np.int64).reshape(-1, 2)
    return Column(name, codes, ends[:, 0], ends[:, 1], tuple(filters), len(known) < len(values))


def others(chosen: Filter, missing: bool = True) -> Filter:
    """All rows but those that a filter selects; ``missing``: those that lack a column which it compares, too."""
    lacking = tuple(Missing(name) for name in dict.fromkeys(_compared(chosen))) if missing else ()
    opposite = chosen.term if isinstance(chosen, Not) else Not(chosen)
    return Or((opposite, *lacking)) if lacking else opposite


def _compared(chosen: Filter) -> Iterator[str]:
    if isinstance(chosen, And | Or):
        for term in chosen.terms:
            yield from _compared(term)
    elif isinstance(chosen, Not):
        yield from _compared(chosen.term)
    elif not isinstance(chosen, Missing):
        yield chosen.column


def _cuts(distinct: Floats, rows: Ints, bins: int) -> Floats:
    """Lower edges of all bins but the first."""
    if len(distinct) <= bins:
        starts = np.arange(1, len(distinct))
    else:
        often = rows * bins >= rows.sum()
        places = np.flatnonzero(often)
        free = np.cumsum(np.where(often, 0, rows))
        left = max(bins - len(places), 1)
        shares = free[-1] * np.arange(1, left) / left
        starts = np.unique(np.concatenate([places, places + 1, np.searchsorted(free, shares) + 1]))
        starts = starts[(starts > 0) & (starts < len(distinct))]
    return np.array([_round_between(distinct[start - 1], distinct[start]) for start in starts], dtype=np.float64)


def _round_between(below: float, top: float) -> float:
    """The number with the fewest digits that is greater than ``below`` and at most ``top``; a whole top as it is."""
    if float(top).is_integer():
        return float(top)
    for digits in range(17):
        for tried in (round(float(top), digits), round(float(below + top) / 2, digits)):
            if below < tried <= top:
                return tried
    return float(top)


def _between(name: str, distinct: Floats, cuts: Floats, low: int, high: int) -> Filter:
    """The rows from the lower edge of bin ``low`` to the upper one of bin ``high``."""
    at = slice(int(np.searchsorted(distinct, cuts[low - 1])) if low else 0,
               int(np.searchsorted(distinct, cuts[high])) if high < len(cuts) else len(distinct))
    inside = distinct[at]
    if len(inside) == 1:
        return Comparison(name, "=", _plain(inside[0]))
    terms = list(_ends(name, cuts, low, high))
    return terms[0] if len(terms) == 1 else And(tuple(terms))


def _ends(name: str, cuts: Floats, low: int, high: int) -> Iterator[Filter]:
    if low or high == len(cuts):
        yield Comparison(name, ">=", _plain(cuts[low - 1])) if low else _known(name)
    if high < len(cuts):
        yield Comparison(name, "<", _plain(cuts[high]))


def _known(name: str) -> Filter:
    return Not(Missing(name))


def _plain(value: Any) -> Scalar:
    """A value as the language writes it; a whole number without a point."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    assert isinstance(value, bool | int | float | str)
    return value
