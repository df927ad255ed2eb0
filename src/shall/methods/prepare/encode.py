"""Columns as numbers: numbers as they are, text as codes that the training rows give.

A value that training never saw is missing, and so is a number that is not finite.

Reference: categories are left to the learner (LightGBM: Fisher 1958, "On grouping for maximum homogeneity").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shall.core.errors import DataError

MOST = 500                                  # categories of a column; rarer ones are missing


@dataclass(frozen=True, slots=True)
class Encoding:
    """The features in their order; text columns with their values, the code of a value is its place."""

    columns: tuple[tuple[str, tuple[str, ...] | None], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The features."""
        return tuple(name for name, _ in self.columns)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many categories each feature has; 0 for a number."""
        return tuple(len(values or ()) for _, values in self.columns)

    def __call__(self, table: pa.Table) -> NDArray[np.float64]:
        """float64[n, p]; nan where missing. DataError where a column is missing or of another type."""
        if absent := [name for name in self.names if name not in table.column_names]:
            raise DataError(f"the model needs the column {absent[0]}, which is not there; "
                            f"there are {', '.join(table.column_names)}")
        columns = [_numbers(table.column(name), name) if values is None else _codes(table.column(name), values)
                   for name, values in self.columns]
        return np.column_stack(columns) if columns else np.zeros((table.num_rows, 0))

    def described(self) -> list[list[Any]]:
        """As plain data."""
        return [[name, None if values is None else list(values)] for name, values in self.columns]

    @staticmethod
    def of(described: Sequence[Sequence[Any]]) -> Encoding:
        """From plain data."""
        return Encoding(tuple((name, None if values is None else tuple(values)) for name, values in described))


def fit(table: pa.Table, names: Sequence[str]) -> Encoding:
    """Learn the categories of the text columns among ``names``; columns of one value only are left out."""
    columns: list[tuple[str, tuple[str, ...] | None]] = []
    for name in names:
        column = table.column(name)
        if len(pc.unique(_plain(column))) < 2:
            continue
        columns.append((name, None if _is_number(column.type) else _categories(column)))
    if not columns:
        raise DataError("no column is left to learn from: every one is a role, a group or constant")
    return Encoding(tuple(columns))


def usable(kind: pa.DataType) -> bool:
    """Whether a column can be a feature."""
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return bool(_is_number(kind) or text or pa.types.is_dictionary(kind))


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
                or pa.types.is_decimal(kind))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """As text; always by Arrow, so that 1.0 and true are written alike in training and afterwards."""
    plain = _plain(column)
    is_text = pa.types.is_string(plain.type) or pa.types.is_large_string(plain.type)
    return plain if is_text else plain.cast(pa.string())


def _categories(column: pa.ChunkedArray) -> tuple[str, ...]:
    """The values, the most frequent first; ties by name, so that the order of rows does not matter."""
    entries = pc.value_counts(_text(column).drop_null()).to_pylist()
    counted: Mapping[str, int] = {entry["values"]: entry["counts"] for entry in entries}
    return tuple(sorted(counted, key=lambda value: (-counted[value], value))[:MOST])


def _numbers(column: pa.ChunkedArray, name: str) -> NDArray[np.float64]:
    if not (_is_number(column.type) or pa.types.is_null(column.type)):      # null: all missing, as in a small batch
        raise DataError(f"column {name} was made of numbers when the model was trained, and is {column.type} now")
    # not safe: integers beyond 2**53 are rounded; no learner tells them apart
    numbers = np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _codes(column: pa.ChunkedArray, values: tuple[str, ...]) -> NDArray[np.float64]:
    text = _text(column)
    codes = pc.index_in(text, value_set=pa.array(values, type=text.type))
    return np.asarray(codes.cast(pa.float64()).to_numpy(), dtype=np.float64)
