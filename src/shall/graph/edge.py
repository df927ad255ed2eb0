"""Rows as a graph takes them: numbers float64[n, k] and texts object[n, m], from mappings or tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from shall.core.errors import DataError
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
            values = [rows[one.name]]
        elif isinstance(rows, list):
            values = [row[one.name] for row in rows]
        else:
            values = rows[one.name].to_pylist()
    except KeyError as error:
        raise DataError(f"the graph takes the column {one.name}, which is not there") from error
    if one.what == "text":
        return np.array([MISSING if value is None else str(value) for value in values], dtype=object)
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
