"""Rows as a graph takes them: numbers float64[n, k] and texts object[n, m], from mappings or tables.

What is missing (None, NaN, pandas' NA) is missing inside. A text that training never saw is allowed. Nothing is
guessed: a number given as text is an error, which names the row, the field and what to do.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final

import numpy as np

from shall.graph import tables
from shall.graph.batches import Packer
from shall.graph.fields import FIELDS, Field, absent, strange, unnamed
from shall.graph.kinds import MISSING, Array
from shall.graph.node import Input

SCALAR: Final = frozenset({float, int, bool, str, type(None), np.float64, np.float32, np.int64, np.int32})
NAN: Final = float("nan")


class Edge:
    """What the inputs of a graph ask of a row, prepared once."""

    def __init__(self, inputs: Sequence[Input]) -> None:
        self.inputs = tuple(inputs)
        self.numbers = tuple(one for one in inputs if one.what != "text")
        self.texts = tuple(one for one in inputs if one.what == "text")
        self._packer = Packer(self.numbers, self.texts)
        self._plain = all(one.what == "number" for one in self.numbers)
        self._numbers, self._texts = _getter(self.numbers), _getter(self.texts)
        self._fields: dict[str, Field] = {one.name: FIELDS[one.what](one) for one in inputs}

    def __call__(self, rows: Any) -> dict[str, Array]:
        """The packed inputs of one row (a mapping), of several (a list of mappings), or of a table (a mapping of
        columns, Arrow, a data frame). DataError with the row, the field and what to do."""
        if type(rows) is dict or isinstance(rows, Mapping):
            found = self._row(rows) if self._plain else None
            return self._mapping(rows) if found is None else found
        if isinstance(rows, list | tuple):
            found = self._several(rows) if self._plain else None
            return self._slowly(rows) if found is None else found
        return self._table(tables.table(rows))

    def _row(self, row: Mapping[str, Any]) -> dict[str, Array] | None:
        """The way for a row that has nothing odd about it; None for others."""
        try:                                # one piece: each call costs a part of what the graph does
            numbers: Sequence[Any] = self._numbers(row)
            texts: Sequence[Any] = self._texts(row)
            if type(numbers[0] if numbers else texts[0]) not in SCALAR:
                return None
            if None in numbers:
                numbers = [NAN if value is None else value for value in numbers]
            if None in texts:
                texts = [MISSING if value is None else value for value in texts]
            "".join(texts).encode()         # all of them text, and well-formed
            found = {"numbers": np.frombuffer(array("d", numbers)).reshape(1, -1)} if numbers else {}
            if texts:
                found["texts"] = np.array((texts,), dtype=object)
            return found
        except (KeyError, TypeError, ValueError, OverflowError):
            return None

    def _several(self, rows: Sequence[Any]) -> dict[str, Array] | None:
        found: dict[str, Array] = {}
        try:
            if self.numbers:
                numbers = list(chain.from_iterable(map(self._numbers, rows)))
                if None in numbers:
                    numbers = [NAN if value is None else value for value in numbers]
                found["numbers"] = np.frombuffer(array("d", numbers) or b"").reshape(len(rows), len(self.numbers))
            if self.texts:
                texts = list(chain.from_iterable(map(self._texts, rows)))
                if None in texts:
                    texts = [MISSING if value is None else value for value in texts]
                "".join(texts).encode()
                found["texts"] = np.array(texts, dtype=object).reshape(len(rows), len(self.texts))
        except (KeyError, TypeError, ValueError, OverflowError):
            return None
        return found

    def _mapping(self, rows: Mapping[str, Any]) -> dict[str, Array]:
        """One row, or columns of the same length."""
        lengths = {one.name: len(rows[one.name]) for one in self.inputs if _column(rows.get(one.name))}
        if not lengths:
            return self._slowly([rows])
        return self._columns(tables.equally_long({one.name: _given(rows, one.name, lengths) for one in self.inputs}))

    def _slowly(self, rows: Iterable[Any]) -> dict[str, Array]:
        """Value by value, to say what is wrong, or to change what has to be changed."""
        names = [one.name for one in self.inputs]
        columns: dict[str, list[Any]] = {name: [] for name in names}
        for place, row in enumerate(rows):
            if not isinstance(row, Mapping):
                raise strange(row, place)
            for name in names:
                if name not in row:
                    raise unnamed(name, list(row), place)
                columns[name].append(row[name])
        return self._columns(columns)

    def _table(self, table: Any) -> dict[str, Array]:
        found = self._packer(table)
        left = [*(() if "numbers" in found else self.numbers), *(() if "texts" in found else self.texts)]
        return {**self._columns(tables.columns(table, left)), **found} if left else found

    def _columns(self, columns: Mapping[str, Any]) -> dict[str, Array]:
        found = {}
        for name, inputs in (("numbers", self.numbers), ("texts", self.texts)):
            if inputs and inputs[0].name in columns:
                found[name] = np.column_stack([self._fields[one.name](columns[one.name]) for one in inputs])
        return found


def packed(inputs: Sequence[Input], rows: Any) -> dict[str, Array]:
    """The packed inputs of one row (a mapping), of several (a list of mappings), or of a table. DataError."""
    return Edge(inputs)(rows)


def _getter(inputs: Sequence[Input]) -> Callable[[Any], tuple[Any, ...]]:
    names = [one.name for one in inputs]
    if len(names) == 1:
        return lambda row: (row[names[0]],)
    return itemgetter(*names) if names else lambda row: ()


def _column(value: Any) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, str | bytes | Mapping) and not (
        isinstance(value, np.ndarray) and not value.ndim)


def _given(rows: Mapping[str, Any], name: str, lengths: Mapping[str, int]) -> Any:
    if name not in rows:
        raise unnamed(name, list(rows))
    if name not in lengths:
        raise absent(name, rows[name])
    return rows[name]
