"""Which rows a filter selects.

A missing value (null or nan) satisfies no comparison, nor does the negation of one: only `is missing` does.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shall.core.errors import DataError
from shall.core.filters import And, Comparison, Filter, Missing, Not, OneOf
from shall.core.words import written_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shall.core.words import Scalar

_COMPARE: Final = {"=": pc.equal, "!=": pc.not_equal, "<": pc.less, "<=": pc.less_equal,
                   ">": pc.greater, ">=": pc.greater_equal}
_EXACT: Final = 2**53                       # up to here whole numbers and floats compare without loss


def selected(where: Filter, batch: pa.RecordBatch) -> NDArray[np.bool_]:
    """bool[rows]: whether each row satisfies the filter."""
    chosen = pc.fill_null(_mask(where, batch), False)
    return np.asarray(chosen.to_numpy(zero_copy_only=False), dtype=np.bool_)


def truth(where: Filter, batch: pa.RecordBatch) -> NDArray[np.int8]:
    """int8[rows]: 1 where the filter holds, 0 where not, 2 where a missing value was compared."""
    codes = pc.fill_null(pc.cast(_mask(where, batch), pa.int8()), 2)
    return np.asarray(codes.to_numpy(zero_copy_only=False))


def _mask(where: Filter, batch: pa.RecordBatch) -> pa.Array:
    """Three-valued: null where a missing value was compared."""
    if isinstance(where, Missing):
        return pc.is_null(_column(batch, where.column))
    if isinstance(where, Comparison):
        return _compared(_column(batch, where.column), where.operator, where.value, where.column)
    if isinstance(where, OneOf):
        column = _column(batch, where.column)
        return reduce(pc.or_kleene, (_compared(column, "=", value, where.column) for value in where.values))
    if isinstance(where, Not):
        return pc.invert(_mask(where.term, batch))
    joined = pc.and_kleene if isinstance(where, And) else pc.or_kleene
    return reduce(joined, (_mask(term, batch) for term in where.terms))


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    place = batch.schema.get_field_index(name)
    if place < 0:
        names = ", ".join(batch.schema.names)
        raise DataError(f"the filter names column {name}, which the log has not; it has {names}")
    column = batch.column(place)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string_view(column.type):        # no comparison knows it
        column = column.cast(pa.string())
    if pa.types.is_floating(column.type):           # nan is missing
        column = column.cast(pa.float64())
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    return column


def _compared(column: pa.Array, operator: str, value: Scalar, name: str) -> pa.Array:
    kind = column.type
    if pa.types.is_null(kind):
        return column.cast(pa.bool_())
    wanted = _literal(value, kind, name)
    if pa.types.is_integer(kind) and isinstance(value, float) and value.is_integer():
        wanted = pa.scalar(int(value), pa.int64()) if abs(value) < _EXACT else wanted
    if pa.types.is_decimal(kind) or (pa.types.is_integer(kind) and pa.types.is_floating(wanted.type)):
        column = column.cast(pa.float64(), safe=False)
        wanted = pa.scalar(float(value))
    return _COMPARE[operator](column, wanted)


def _literal(value: Scalar, kind: pa.DataType, name: str) -> pa.Scalar:
    """The value in the type of its column; DataError where they cannot be compared."""
    if not _fits(value, kind):
        fix = _mend(value, kind, name)
        raise DataError(f"column {name} is {kind} and cannot be compared with {_shown(value)}: {fix}")
    if not isinstance(value, str) or _is_text(kind):
        return pa.scalar(value)
    try:
        if pa.types.is_timestamp(kind) and kind.tz and not _has_zone(value):
            return pa.scalar(value).cast(pa.timestamp(kind.unit)).cast(pa.timestamp(kind.unit, "UTC")).cast(kind)
        return pa.scalar(value).cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DataError(f"column {name} is {kind}, and {_shown(value)} is not one: write it as in 2026-01-31, "
                        "or 2026-01-31 08:00 (UTC)") from error


def _fits(value: Scalar, kind: pa.DataType) -> bool:
    if pa.types.is_boolean(kind):
        return isinstance(value, bool)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return isinstance(value, int | float) and not isinstance(value, bool)
    temporal = pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_time(kind)
    return isinstance(value, str) and (_is_text(kind) or temporal)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _has_zone(text: str) -> bool:
    return text.endswith("Z") or "+" in text[10:] or "-" in text[10:]


def _shown(value: Scalar) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _mend(value: Scalar, kind: pa.DataType, name: str) -> str:
    column = written_name(name)
    if pa.types.is_boolean(kind):
        return f"write {column} = true, or {column} = false"
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_duration(kind):
        return "only numbers, text, dates and truth values can be compared"
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return f"write a date in quotes, {column} >= '2026-01-31'"
    if isinstance(value, str):
        return f"write the value without quotes, {column} = {value}"
    return f"write the value in quotes, {column} = '{_shown(value)}'"
