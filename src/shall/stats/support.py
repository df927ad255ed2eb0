"""What training rows cover: how strange each value of a row is, and each pair of its values, beside what was seen.

A value is strange as far as it is rare, and a number beyond all that was seen the more the farther it lies. A pair is
strange as far as it was seen less often than two common values that have nothing to do with each other would be: people
under 20 and the widowed both occur, and hardly together. Both are logarithms of counts, so a row can be told why.

Reference: Das and Schneider (2007), "Detecting anomalous records in categorical datasets" (the ratio of a joint
frequency to the product of the single ones); Goldstein and Dengel (2012), "Histogram-based outlier score (HBOS)".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, Final

import numpy as np

from shall.stats import columns_seen
from shall.stats.arrays import Floats, Ints
from shall.stats.columns_seen import Column

HALF: Final = 0.5                           # of a row, added to each count


@dataclass(frozen=True)
class Support:
    """Counts of the classes of values, of each column int64[size] and of each pair of columns int64[size, size]."""

    columns: tuple[Column, ...]
    rows: int
    single: tuple[Ints, ...]
    pairs: tuple[Ints, ...]                 # in the order of itertools.combinations

    def codes(self, columns: Mapping[str, Any]) -> Ints:
        """int64[n, columns] the classes of the values of rows."""
        return np.stack([one.codes(columns[one.name]) for one in self.columns], axis=1)

    def code(self, row: Mapping[str, Any]) -> Ints:
        """int64[1, columns]: the classes of one row; a column that it lacks is missing."""
        return np.array([[one.code(row.get(one.name)) for one in self.columns]], dtype=np.int64)

    def beyond(self, columns: Mapping[str, Any]) -> Floats:
        """float64[n, columns] how far numbers of rows lie outside of all that was seen."""
        return np.stack([one.beyond(columns[one.name]) for one in self.columns], axis=1)

    def beyond_of(self, row: Mapping[str, Any]) -> Floats:
        """float64[1, columns]: the same of one row."""
        return np.array([[one.beyond_of(row.get(one.name)) for one in self.columns]])

    def values(self, codes: Ints, beyond: Floats) -> Floats:
        """float64[n, columns] how strange each value is."""
        return np.asarray(self._alone[codes + self._starts] + beyond)

    def together(self, codes: Ints) -> Floats:
        """float64[n, pairs] how strange each pair of values is."""
        first, second = self._members
        return np.asarray(self._beside[self._bases + codes[:, first] * self._widths + codes[:, second]])

    def of_counted(self, codes: Ints) -> tuple[Floats, Floats]:
        """Both of rows that were counted themselves, as if they had not been."""
        first, second = self._members
        counts = self._singles[codes + self._starts] - 1
        joint = self._joints[self._bases + codes[:, first] * self._widths + codes[:, second]] - 1
        return _rare(counts, self.rows - 1), _apart(counts[:, first] * counts[:, second], joint, self.rows - 1)

    def about_value(self, codes: Ints, place: int, row: Mapping[str, Any]) -> str:
        """How often the value of one column of a row, of classes int64[columns], was seen."""
        count = int(self.single[place][codes[place]])
        return f"{self._said(codes, place, row)} was {_times(count, self.rows)}"

    def about_pair(self, codes: Ints, pair: int, row: Mapping[str, Any]) -> str:
        """How often a pair of values of a row, of classes int64[columns], was seen, and was to be expected."""
        first, second = int(self._members[0][pair]), int(self._members[1][pair])
        expected = self.single[first][codes[first]] * self.single[second][codes[second]] / self.rows
        count = int(self.pairs[pair][codes[first], codes[second]])
        return (f"{self._said(codes, first, row)} together with {self._said(codes, second, row)} was "
                f"{_times(count, self.rows)}, where chance alone makes {expected:.3g}")

    def _said(self, codes: Ints, place: int, row: Mapping[str, Any]) -> str:
        column = self.columns[place]
        return column.said(int(codes[place]), row.get(column.name))

    def described(self) -> dict[str, Any]:
        """As plain data; of the pairs those that occurred, as [place, count, …]."""
        return {"columns": [columns_seen.described(one) for one in self.columns], "rows": self.rows,
                "single": [one.tolist() for one in self.single], "pairs": [_sparse(one) for one in self.pairs]}

    @cached_property
    def _alone(self) -> Floats:
        return _rare(self._singles, self.rows)

    @cached_property
    def _beside(self) -> Floats:
        first, second = self._members
        chance = [np.outer(self.single[i], self.single[j]).ravel() for i, j in zip(first, second, strict=True)]
        return _apart(np.concatenate([np.zeros(0), *chance]), self._joints, self.rows)

    @cached_property
    def _singles(self) -> Ints:
        return np.concatenate(self.single)

    @cached_property
    def _starts(self) -> Ints:
        return np.cumsum([0, *[one.size for one in self.columns]])[:-1]

    @cached_property
    def _members(self) -> tuple[Ints, Ints]:
        found = np.array(list(combinations(range(len(self.columns)), 2)), dtype=np.int64).reshape(-1, 2)
        return found[:, 0], found[:, 1]

    @cached_property
    def _joints(self) -> Ints:
        return np.concatenate([np.zeros(0, dtype=np.int64), *[one.ravel() for one in self.pairs]])

    @cached_property
    def _bases(self) -> Ints:
        return np.cumsum([0, *[one.size for one in self.pairs]])[:-1]

    @cached_property
    def _widths(self) -> Ints:
        return np.array([one.shape[1] for one in self.pairs], dtype=np.int64)


def fit(columns: Mapping[str, Any]) -> Support:
    """Count the rows of columns [n] by name; those without a value, or without one twice, are left out."""
    seen = tuple(one for name, values in columns.items() if (one := columns_seen.column_of(name, values)) is not None)
    rows = len(next(iter(columns.values()), ()))
    codes = [one.codes(columns[one.name]) for one in seen]
    single = tuple(np.bincount(code, minlength=one.size) for code, one in zip(codes, seen, strict=True))
    pairs = tuple(np.bincount(codes[i] * seen[j].size + codes[j], minlength=seen[i].size * seen[j].size).reshape(
        seen[i].size, seen[j].size) for i, j in combinations(range(len(seen)), 2))
    return Support(seen, rows, single, pairs)


def of(told: Mapping[str, Any]) -> Support:
    """From plain data."""
    columns = tuple(columns_seen.of(one) for one in told["columns"])
    shapes = [(one.size, other.size) for one, other in combinations(columns, 2)]
    return Support(columns, told["rows"], tuple(np.array(one, dtype=np.int64) for one in told["single"]),
                   tuple(_dense(one, shape) for one, shape in zip(told["pairs"], shapes, strict=True)))


def _rare(counts: Ints, rows: int) -> Floats:
    return np.asarray(math.log(rows + 1) - np.log(counts + HALF))


def _apart(product: Any, joint: Ints, rows: int) -> Floats:
    return np.asarray(np.log(product / max(rows, 1) + HALF) - np.log(joint + HALF))


def _times(count: int, rows: int) -> str:
    return "never seen in training" if not count else f"seen {count:,} times in {rows:,} rows of training"


def _sparse(table: Ints) -> list[int]:
    places = np.flatnonzero(table)
    return [int(one) for one in np.column_stack([places, table.ravel()[places]]).ravel()]


def _dense(told: list[int], shape: tuple[int, int]) -> Ints:
    found = np.zeros(shape[0] * shape[1], dtype=np.int64)
    found[told[0::2]] = told[1::2]
    return found.reshape(shape)
