"""Which rows a filter selects. A missing value satisfies no comparison, nor does its negation: only `is missing` does."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shall.core.errors import DataError
from shall.core.filters import And, Comparison, Filter, Missing, Not, OneOf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shall.core.words import Scalar

_COMPARE: Final = {"=": pc.equal, "!=": pc.not_equal, "<": pc.less, "<=": pc.less_equal,
                   ">": pc.greater, ">=": pc.greater_equal}


def selected(where: Filter, batch: pa.RecordBatch) -> NDArray[np.bool_]:
    """bool[rows]: whether each row satisfies the filter."""
    chosen = pc.fill_null(_mask(where, batch), False)
    return np.asarray(chosen.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _mask(where: Filter, batch: pa.RecordBatch) -> pa.Array:
    """Three-valued: null where a missing value was compared."""
    if isinstance(where, Missing):
        return pc.is_null(_column(batch, where.column), nan_is_null=True)
    if isinstance(where, Comparison):
        column = _column(batch, where.column)
        return _COMPARE[where.operator](column, _literal(where.value, column.type, where.column))
    if isinstance(where, OneOf):
        column = _column(batch, where.column)
        terms = (pc.equal(column, _literal(value, column.type, where.column)) for value in where.values)
        return reduce(pc.or_kleene, terms)
    if isinstance(where, Not):
        return pc.invert(_mask(where.term, batch))
    joined = pc.and_kleene if isinstance(where, And) else pc.or_kleene
    return reduce(joined, (_mask(term, batch) for term in where.terms))


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    column = batch.column(name)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_floating(column.type):           # nan is missing
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    return column


def _literal(value: Scalar, kind: pa.DataType, name: str) -> pa.Scalar:
    """The value in the type of its column; DataError where they cannot be compared."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    text = isinstance(value, str)
    if pa.types.is_boolean(kind):
        fits = isinstance(value, bool)
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        fits = number
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
        fits = text
    else:
        fits = text and (pa.types.is_temporal(kind) or pa.types.is_date(kind))
    if not fits:
        raise DataError(f"column {name} is {kind} and cannot be compared with {_shown(value)}: {_mend(value, kind, name)}")
    try:
        if number:                                  # 54.5 against whole numbers compares as numbers do
            return pa.scalar(float(value) if isinstance(value, float) else value)
        return pa.scalar(value).cast(kind) if text else pa.scalar(value)
    except pa.ArrowInvalid as error:
        raise DataError(f"column {name} is {kind}, and {_shown(value)} is not one: write it as in 2026-01-31") from error


def _shown(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _mend(value: Scalar, kind: pa.DataType, name: str) -> str:
    if isinstance(value, str):
        return f"write the value without quotes, {name} = {value}"
    return f"write the value in quotes, {name} = '{_shown(value)}'"
