"""Columns as codes: the same number for the same value, so that rows can be compared and counted."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.core.log import GroupDef
from shall.tally.codes import group_codes

BINS: Final = 128                           # of a feature of numbers, where it has more values
A_BIN: Final = 50                           # rows, at least
RARE: Final = 5                             # rows: a text of fewer tells nothing on its own
BANDS: Final = 10                           # of a target of numbers
NEARLY: Final = 1000                        # numbers are nearly the same within this part of their spread
CLASSES: Final = 50

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def exactly(column: pa.ChunkedArray) -> Ints:
    """int64[rows]: a code for each value, from 0; missing (null or nan) is a value."""
    plain = _plain(column)
    if not comparable(plain.type):
        plain = plain.cast(pa.string()) if pa.types.is_decimal(plain.type) else pa.chunked_array(
            [pa.array([repr(value) for value in plain.to_pylist()], pa.string())])
    encoded = plain.combine_chunks().dictionary_encode("mask")
    codes = pc.add(pc.fill_null(pc.cast(encoded.indices, pa.int64()), -1), 1)
    return np.asarray(codes.to_numpy(zero_copy_only=False), dtype=np.int64)


def nearly(column: pa.ChunkedArray) -> Ints:
    """As `exactly`, but numbers to a thousandth of their spread, text without regard to case and spaces."""
    plain = _plain(column)
    if numeric(plain.type):
        values = numbers(plain)
        known = values[np.isfinite(values)]
        spread = np.subtract(*np.quantile(known, (0.75, 0.25))) or known.std() if len(known) else 0.0
        if not spread or not np.isfinite(spread):
            return exactly(plain)
        return exactly(pa.chunked_array([pa.array(np.rint(values / spread * NEARLY), from_pandas=True)]))
    if pa.types.is_string(plain.type) or pa.types.is_large_string(plain.type):
        return exactly(pc.utf8_lower(pc.replace_substring_regex(pc.utf8_trim_whitespace(plain), r"\s+", " ")))
    return exactly(plain)


def binned(column: pa.ChunkedArray) -> Ints:
    """int64[rows]: as `exactly`, but numbers and dates of many values in bins of equal mass, rare texts as one."""
    plain = _plain(column)
    if not (numeric(plain.type) or pa.types.is_temporal(plain.type)):
        codes = exactly(plain)
        return np.where((np.bincount(codes, minlength=1)[codes] < RARE) & (codes > 0), codes.max(initial=0) + 1, codes)
    values = numbers(plain)
    most = int(min(BINS, max(len(values) // A_BIN, 2)))
    if len(np.unique(values[~np.isnan(values)])) <= most:
        return exactly(plain)
    return _bands(values, most)


def classes_of(column: pa.ChunkedArray) -> Ints:
    """int64[rows]: the classes of a target from 0 without gaps, numbers of many values in bands; -1 where missing.

    Raises DataError where it is text of more than 50 values.
    """
    codes = exactly(column) - 1
    present = np.unique(codes[codes >= 0])
    if len(present) > CLASSES:
        plain = _plain(column)
        if not (numeric(plain.type) or pa.types.is_temporal(plain.type)):
            raise DataError(f"the label has {len(present)} values; at most {CLASSES} are classes")
        values = numbers(plain)
        codes = np.where(np.isnan(values), -1, _bands(values, BANDS) - 1)
        present = np.unique(codes[codes >= 0])
    return np.where(codes >= 0, np.searchsorted(present, codes), -1)


def _bands(values: Floats, most: int) -> Ints:
    """Bins of equal mass from 1; 0 where missing."""
    known = np.sort(values[~np.isnan(values)])
    edges = np.unique(known[np.linspace(0, len(known) - 1, most + 1).astype(np.int64)[1:]]) if len(known) else known
    return np.where(np.isnan(values), 0, np.minimum(np.searchsorted(edges, values), max(len(edges) - 1, 0)) + 1)


def numbers(column: pa.ChunkedArray) -> Floats:
    """float64[rows]: numbers, truth values and dates as numbers; nan where missing."""
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.int32() if column.type.bit_width == 32 else pa.int64())
    return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)


def numeric(kind: pa.DataType) -> bool:
    """Whether a column is of numbers or truth values."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
                or pa.types.is_decimal(kind))


def comparable(kind: pa.DataType) -> bool:
    """Whether Arrow tells the values of a column apart."""
    return not (pa.types.is_nested(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string_view(column.type):
        column = column.cast(pa.string())
    if pa.types.is_floating(column.type):
        column = column.cast(pa.float64())
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, pa.float64()), column)
        column = pc.add(column, 0.0)        # -0.0 is 0.0
    return column


def missing_share(column: pa.ChunkedArray) -> float:
    """Share of the rows without a value (null or nan); 0 without a row."""
    return pc.sum(pc.is_null(column, nan_is_null=True)).as_py() / len(column) if len(column) else 0.0


def shares(column: pa.ChunkedArray, group: GroupDef, found: Floats) -> dict[str, float]:
    """The mean of ``found`` float64[rows], where it is known, in each group."""
    codes, names = group_codes(column.combine_chunks(), group)
    known = np.isfinite(found)
    made: dict[str, float] = {}
    for name in dict.fromkeys(names):
        rows = known & np.isin(codes, [place for place, one in enumerate(names) if one == name])
        if rows.any():
            made[name] = float(found[rows].mean())
    return made
