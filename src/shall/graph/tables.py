"""Columns of a table: Arrow, or anything that can give it. Arrow is loaded only where the rows are a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shall.core.errors import DataError
from shall.graph.fields import unnamed
from shall.graph.node import Input


def columns(rows: Any, inputs: Sequence[Input]) -> dict[str, Any]:
    """Each column that the inputs name, as an array or a list. DataError."""
    table = rows if hasattr(rows, "column_names") and hasattr(rows, "column") else _arrow(rows)
    if table is None:
        names = list(rows.schema.names)
    else:
        rows, names = table, list(table.schema.names)
    twice = [one.name for one in inputs if names.count(one.name) > 1]
    if twice:
        raise DataError(f"the column {twice[0]} is there twice: give one of both another name")
    for one in inputs:
        if one.name not in names:
            raise unnamed(one.name, names)
    return {one.name: _values(rows.column(names.index(one.name)), one) for one in inputs}


def equally_long(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same columns. DataError where they have not the same length."""
    lengths = {name: len(values) for name, values in found.items()}
    if len(set(lengths.values())) > 1:
        first, *rest = lengths.items()
        other = next(one for one in rest if one[1] != first[1])
        raise DataError(f"the column {first[0]} has {first[1]} values, and {other[0]} has {other[1]}: give them equally "
                        "long")
    return found


def _arrow(rows: Any) -> Any:
    """A table of Arrow."""
    if not hasattr(rows, "__arrow_c_stream__") and not hasattr(rows, "__arrow_c_array__"):
        raise DataError(f"rows are a mapping, a list of mappings, an Arrow table or a data frame, and not a "
                        f"{type(rows).__name__}: an array has no names, so give {{\"name\": column, …}}")
    import pyarrow

    try:
        return pyarrow.table(rows)
    except (pyarrow.ArrowException, TypeError, ValueError) as error:
        raise DataError(f"the {type(rows).__name__} cannot be read as a table: {str(error).splitlines()[0]}") from error


def _values(column: Any, one: Input) -> Any:
    """What Python or numpy has for a column of Arrow."""
    kind = str(column.type)
    if kind.startswith("dictionary"):
        column = column.cast(column.type.value_type)
        kind = str(column.type)
    if one.what == "number" and kind.startswith(("int", "uint", "float", "double", "halffloat", "bool", "decimal")):
        return column.cast("float64", safe=False).to_numpy(zero_copy_only=False) if not kind.startswith("bool") else \
            column.cast("int8").cast("float64").to_numpy(zero_copy_only=False)
    if one.what == "date" and kind.startswith(("timestamp", "date")):
        return column.cast("timestamp[us]", safe=False).to_numpy(zero_copy_only=False)
    return column.to_pylist()
