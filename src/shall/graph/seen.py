"""The inputs of a graph as a table has them: what each column is, and the texts that it holds."""

from __future__ import annotations

from typing import Any, Final

from shall.core.errors import InputError
from shall.graph import tables
from shall.graph.columns import Columns
from shall.graph.declared import of
from shall.graph.node import Input

MOST: Final = 10_000                        # texts of a column that are told; with more it is any text
DATES: Final = ("timestamp", "date32", "date64")
NUMBERS: Final = (*tables.NUMBERS, "time32", "time64", "duration")


def inputs_of(rows: Any) -> Columns:
    """Numbers, dates and texts with their categories, by the columns of the rows that a model was fitted on.

    Args:
        rows: an Arrow table, or a frame (pandas, polars, whatever narwhals knows).

    Raises InputError with every column that is none of these.

    Example: ``x = inputs_of(X_train); compile(x, score=predict_proba(pipeline, x)[:, 1])``
    """
    table = tables.arrow(rows)
    wanted = [name for name in getattr(rows, "columns", ()) if isinstance(name, str)] or list(table.schema.names)
    if twice := sorted({name for name in wanted if wanted.count(name) > 1}):
        raise InputError(f"the column {twice[0]} is there twice: give one of both another name")
    kinds = {name: _kind(table.column(name)) for name in wanted}
    if strange := [f"{name} is {table.column(name).type}" for name, kind in kinds.items() if kind is None]:
        raise InputError(f"a graph takes numbers, dates and texts, and {'; '.join(strange)}: leave these columns out, "
                         "or say by inputs({…}) what they are")
    return of([Input(name, kind, _texts(table.column(name)) if kind == "text" else None)
               for name, kind in kinds.items() if kind is not None])


def _kind(column: Any) -> Any:
    """What an input of this Arrow column is; None where there is none."""
    kind = str(_plain(column).type)
    if kind.startswith(NUMBERS):
        return "number"
    return "date" if kind.startswith(DATES) else "text" if kind.startswith(("string", "large_string")) else None


def _plain(column: Any) -> Any:
    return column.cast(column.type.value_type) if str(column.type).startswith("dictionary") else column


def _texts(column: Any) -> tuple[str, ...] | None:
    found = sorted(one for one in _plain(column).unique().to_pylist() if one is not None)
    return tuple(found) if 0 < len(found) <= MOST else None
