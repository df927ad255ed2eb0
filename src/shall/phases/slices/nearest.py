"""The rows that are nearest to one: by all features of any kind, or by an embedding.

The distance is Gower's: of a number the difference, as a share of the range between its 5 % and 95 % quantiles and at
most 1; of anything else 0 or 1; a value that one row lacks and the other has is 1. It is the mean over the features. Of
an embedding it is one less the cosine.

Reference: Gower (1971), "A general coefficient of similarity and some of its properties", Biometrics 27.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shall.core.errors import InputError
from shall.core.log import Log

TAILS: Final = (0.05, 0.95)
SAMPLE: Final = 200_000                     # rows that the ranges are taken of
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Near:
    """A row by its place in the log, from 0, and how far it is; ``apart``: the features that make the distance."""

    place: int
    distance: float
    apart: tuple[str, ...]


def embeddings(schema: pa.Schema) -> tuple[str, ...]:
    """The columns that are lists of numbers."""
    return tuple(name for name, kind in zip(schema.names, schema.types, strict=True)
                 if (pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))
                 and (pa.types.is_floating(kind.value_type) or pa.types.is_integer(kind.value_type)))


def nearest(log: Log, place: int, columns: Sequence[str], most: int = 10) -> tuple[Near, ...]:
    """The rows nearest to that at a place by some columns; a column of lists of numbers alone is an embedding.

    InputError where there is no such row, or nothing to compare.
    """
    if not columns:
        raise InputError("there is no column to compare rows by")
    if strange := [name for name in columns if name not in log.schema.names]:
        raise InputError(f"the log has no column {strange[0]}")
    at_hand = next(_rows(log, [place], columns), None)
    if at_hand is None:
        raise InputError(f"there is no row {place + 1:,}: the log has {sum(one.num_rows for one in log.batches([])):,}")
    by_embedding = len(columns) == 1 and columns[0] in embeddings(log.schema)
    ranges = None if by_embedding else [_range(log, name) for name in columns]
    distances = [_parts(batch, at_hand, ranges).mean(axis=1) for batch in log.batches(list(columns))]
    whole = np.concatenate(distances)
    whole[place] = np.inf
    order = [int(one) for one in np.lexsort((np.arange(len(whole)), whole))[:most] if np.isfinite(whole[one])]
    apart = {} if ranges is None else {
        one: _apart(_parts(row, at_hand, ranges)[0], columns)
        for one, row in zip(sorted(order), _rows(log, sorted(order), columns), strict=True)}
    return tuple(Near(one, float(whole[one]), apart.get(one, ())) for one in order)


def _parts(batch: pa.RecordBatch, row: pa.RecordBatch, ranges: Sequence[float | None] | None) -> Floats:
    """float64[rows, columns]: how far each row is, by each feature; of an embedding float64[rows, 1]."""
    return _embedded(batch, row) if ranges is None else _features(batch, row, ranges)


def _apart(parts: Floats, columns: Sequence[str]) -> tuple[str, ...]:
    """The features that differ, the one that differs most first."""
    return tuple(columns[one] for one in np.argsort(-parts, kind="stable") if parts[one] > 0)


def _rows(log: Log, places: Sequence[int], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows at some places, which rise, each as a batch of its own; in one reading."""
    before = 0
    for batch in log.batches(list(columns)):
        yield from (batch.slice(place - before, 1) for place in places if 0 <= place - before < batch.num_rows)
        before += batch.num_rows


def _range(log: Log, name: str) -> float | None:
    """The range of a number; None of anything else."""
    if not _is_number(log.schema.field(name).type):
        return None
    had, taken = 0, []
    for batch in log.batches([name]):
        taken.append(_floats(batch.column(0)))
        had += batch.num_rows
        if had >= SAMPLE:
            break
    values = np.concatenate([np.zeros(0), *taken])
    known = values[np.isfinite(values)]
    if not len(known):
        return 1.0
    low, high = np.quantile(known, TAILS)
    return float(high - low) or float(known.max() - known.min()) or 1.0


def _features(batch: pa.RecordBatch, row: pa.RecordBatch, ranges: Sequence[float | None]) -> Floats:
    """float64[rows, columns], each from 0 to 1."""
    return np.stack([*_distances(batch, row, ranges)], axis=1)


def _distances(batch: pa.RecordBatch, row: pa.RecordBatch, ranges: Sequence[float | None]) -> Iterator[Floats]:
    for place, reach in enumerate(ranges):
        column, one = batch.column(place), row.column(place)
        if reach is not None:
            values, own = _floats(column), _floats(one)[0]
            lacking = np.isnan(values)
            with np.errstate(invalid="ignore"):
                apart = np.minimum(np.abs(values - own) / reach, 1.0)
            apart[np.isnan(apart)] = 1.0
            apart[values == own] = 0.0
            yield np.where(lacking & np.isnan(own), 0.0, apart)
        else:
            yield _unequal(column, one)


def _unequal(column: pa.Array, one: pa.Array) -> Floats:
    """1.0 where a value is another one; both missing are the same."""
    own = _plain(one)[0]
    if not own.is_valid:
        return np.asarray(pc.is_valid(column).to_numpy(zero_copy_only=False), dtype=np.float64)
    if pa.types.is_dictionary(column.type):         # each value is compared once
        same = pc.equal(column.dictionary, own).take(column.indices)
    else:
        same = pc.equal(column, own)
    return 1.0 - np.asarray(pc.fill_null(same, False).to_numpy(zero_copy_only=False), dtype=np.float64)


def _plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _embedded(batch: pa.RecordBatch, row: pa.RecordBatch) -> Floats:
    """float64[rows, 1]: one less the cosine; inf of a row without an embedding of the same length."""
    own = np.asarray(row.column(0)[0].as_py() or [], dtype=np.float64)
    lists = batch.column(0).to_pylist()
    fits = np.array([value is not None and len(value) == len(own) > 0 for value in lists])
    found = np.full((len(lists), 1), np.inf)
    if fits.any():
        values = np.asarray([value for value, fit in zip(lists, fits, strict=True) if fit], dtype=np.float64)
        norms = np.linalg.norm(values, axis=1) * np.linalg.norm(own)
        with np.errstate(invalid="ignore", divide="ignore"):
            found[fits, 0] = np.where(norms > 0, 1.0 - values @ own / norms, np.inf)
    return np.where(np.isnan(found), np.inf, np.maximum(found, 0.0))


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _floats(column: pa.Array) -> Floats:
    return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)
