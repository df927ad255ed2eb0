"""Rows as a graph takes them: numbers float64[n, k] and texts object[n, m], from mappings or tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shall.core.errors import DataError
from shall.graph.instants import instant, instants_of, seconds, seconds_of
from shall.graph.kinds import MISSING, Array
from shall.graph.node import Input


def packed(inputs: Sequence[Input], rows: Any) -> dict[str, Array]:
    """The packed inputs of one row (a mapping), of several (a list of mappings), or of a table. DataError."""
    columns = [_column(rows, one) for one in inputs]
    numbers = [column for one, column in zip(inputs, columns, strict=True) if one.what != "text"]
    texts = [column for one, column in zip(inputs, columns, strict=True) if one.what == "text"]
    found = {}
    if numbers:
        found["numbers"] = np.column_stack(numbers).astype(np.float64)
    if texts:
        found["texts"] = np.column_stack(texts)
    return found


def _column(rows: Any, one: Input) -> Array:
    try:
        if isinstance(rows, Mapping):
            return _of_values([rows[one.name]], one)
        if isinstance(rows, list):
            return _of_values([row[one.name] for row in rows], one)
        column = rows[one.name]
    except KeyError as error:
        raise DataError(f"the graph takes the column {one.name}, which is not there") from error
    try:
        return _of_column(pa.chunked_array([column]) if isinstance(column, pa.Array) else column, one)
    except pa.ArrowException as error:
        raise DataError(f"the column {one.name} is {column.type}, and the graph takes {one.what}: {error}") from error


def _of_values(values: list[Any], one: Input) -> Array:
    if one.what == "text":
        return np.array([_text(value) for value in values], dtype=object)
    read = instant if one.what == "date" else seconds
    try:
        return np.array([np.nan if value is None else read(value) for value in values], dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"the graph takes {one.name} as {one.what}, and a value is none: {error}") from error


def _of_column(column: pa.ChunkedArray, one: Input) -> Array:
    kind = column.type
    if one.what == "date":
        return instants_of(column)
    plain = column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column
    if one.what == "text":
        return _texts(plain)
    if pa.types.is_time(plain.type) or pa.types.is_duration(plain.type):
        return seconds_of(plain)
    # not safe: whole numbers beyond 2**53 are rounded
    return np.asarray(plain.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)


def _texts(column: pa.ChunkedArray) -> Array:
    kind = column.type
    texts = column if pa.types.is_string(kind) or pa.types.is_large_string(kind) else column.cast(pa.string())
    return np.asarray(pc.fill_null(texts, MISSING).to_numpy(), dtype=object)


def _text(value: Any) -> str:
    """As Arrow writes it: true and false, whole numbers without a point."""
    if value is None or value != value:
        return MISSING
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
