"""Columns of a table: Arrow, or anything that can give it. Arrow is loaded only where the rows are a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from shall.core.errors import DataError
from shall.graph.fields import Texts, unnamed
from shall.graph.kinds import MISSING, Array
from shall.graph.node import Input

TICKS: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}      # of a second
NUMBERS: Final = ("int", "uint", "float", "double", "halffloat", "bool", "decimal")


def table(rows: Any) -> Any:
    """The rows themselves where they are a table or record batch of Arrow, or else as a table. DataError."""
    return rows if hasattr(rows, "column") and hasattr(rows, "schema") and hasattr(rows, "num_rows") else arrow(rows)


def mappings(rows: Any) -> list[dict[str, Any]]:
    """The rows of a table, or of what can give one, as plain values by name. DataError."""
    found = table(rows)
    plain = {name: found.column(place).to_pylist() for place, name in enumerate(found.schema.names)}
    return [dict(zip(plain, values, strict=True)) for values in zip(*plain.values(), strict=True)]


def columns(table: Any, inputs: Sequence[Input]) -> dict[str, Any]:
    """Each column that the inputs name, as an array, a list or `Texts`. DataError."""
    names = list(table.schema.names)
    for one in inputs:
        if one.name not in names:
            raise unnamed(one.name, names)
        if names.count(one.name) > 1:
            raise DataError(f"the column {one.name} is there twice: give one of both another name")
    return {one.name: _values(table.column(names.index(one.name)), one) for one in inputs}


def equally_long(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same columns. DataError where they have not the same length."""
    lengths = {name: len(values) for name, values in found.items()}
    (first, length), *rest = lengths.items()
    for name, other in rest:
        if other != length:
            raise DataError(f"the column {first} has {length} values, and {name} has {other}: give them equally long")
    return found


def arrow(rows: Any) -> Any:
    """A table of Arrow, of what can give one; by narwhals for frames that cannot."""
    import pyarrow

    given = rows if hasattr(rows, "__arrow_c_stream__") or hasattr(rows, "__arrow_c_array__") else _frame(rows)
    try:
        return pyarrow.table(given)
    except (pyarrow.ArrowException, TypeError, ValueError) as error:
        raise DataError(f"the {type(rows).__name__} cannot be read as a table: {str(error).splitlines()[0]}") from error


def _frame(rows: Any) -> Any:
    import narwhals

    frame = narwhals.from_native(rows, pass_through=True)
    if isinstance(frame, narwhals.LazyFrame):
        return frame.collect(backend="pyarrow").to_arrow()
    if isinstance(frame, narwhals.DataFrame):
        return frame.to_arrow()
    raise DataError(f"rows are a mapping, a list of mappings, an Arrow table or a data frame, and not a "
                    f"{type(rows).__name__}: an array has no names, so give {{\"name\": column, …}}")


def _values(column: Any, one: Input) -> Any:
    """What numpy, or else Python, has for a column of Arrow."""
    try:
        column = column.cast(column.type.value_type) if str(column.type).startswith("dictionary") else column
    except NotImplementedError:             # texts as polars' categories keep them
        return column.to_pylist()
    kind = str(column.type)
    if one.what == "number" and kind.startswith(NUMBERS):
        return _numbers(column.cast("int8") if kind == "bool" else column)
    if one.what == "number" and kind.startswith(("time32", "time64", "duration")):
        return _ticks(column) / TICKS[column.type.unit]
    if one.what == "date" and kind.startswith("timestamp"):
        return _micro(column, TICKS[column.type.unit])
    if one.what == "date" and kind.startswith("date"):
        return _micro(column.cast("timestamp[s]", safe=False), 1)
    if one.what == "text" and not kind.startswith("null"):
        return _texts(column, one)
    if one.what == "number" and kind.startswith(("string", "large_string")) and column.null_count < len(column):
        shown = next(value for value in column.to_pylist() if value is not None)
        raise DataError(f"the column {one.name} is of text ({shown[:40]!r}), and the graph takes a number there: "
                        "convert it where the table is made, and leave what is no number empty")
    return column.to_pylist()


def _numbers(column: Any) -> Array:
    """Whole numbers beyond 2**53 are rounded, as Python's float rounds them."""
    return np.asarray(column.cast("float64", safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)


def _ticks(column: Any) -> Array:
    """What a time is counted in; NaN where it is missing."""
    whole = column.cast("int32" if column.type.bit_width == 32 else "int64").cast("int64")
    return np.where(_there(column), _numbers(whole.fill_null(0)), np.nan)


def _micro(column: Any, ticks: int) -> Array:
    whole = column.cast("int64").fill_null(0).to_numpy(zero_copy_only=False)
    micro = whole * (10**6 // ticks) if ticks <= 10**6 else whole // (ticks // 10**6)
    return np.where(_there(column), micro.astype("datetime64[us]"), np.datetime64("NaT"))


def _there(column: Any) -> Array:
    return np.asarray(column.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)


def _texts(column: Any, one: Input) -> Texts:
    try:
        texts = column if str(column.type) in ("string", "large_string") else column.cast("string")
    except (TypeError, ValueError, NotImplementedError) as error:
        raise DataError(f"the column {one.name} is {column.type}, and the graph takes text there") from error
    try:
        return Texts(texts.fill_null(MISSING).to_numpy(zero_copy_only=False))
    except Exception as error:              # Arrow's own root of errors, from a module that is not loaded here
        raise DataError(f"the column {one.name} cannot be read as text: write it as UTF-8") from error
