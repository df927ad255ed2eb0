"""The columns of a log as slices are made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shall.core.errors import InputError
from shall.core.filters import Comparison, Filter, Missing
from shall.core.log import Binding
from shall.methods.slices.columns import EXACT, Column, categories, coded, numbers
from shall.spec.problems import did_you_mean

MOST_VALUES: Final = 5_000                  # of a text column: beyond it is an id


def features(schema: pa.Schema, binding: Binding, over: Sequence[str] | None) -> tuple[str, ...]:
    """The columns to slice by: those that are asked for, groups by their name too; else all without a role.

    InputError for one that the log has not.
    """
    if over is not None:
        columns = {group.name: group.column for group in binding.groups}
        named = tuple(dict.fromkeys(columns.get(name, name) for name in over))
        if strange := [name for name in named if name not in schema.names]:
            known = dict.fromkeys((*columns, *schema.names))
            raise InputError(f"the log has no column and the file no group {strange[0]}; "
                             f"{did_you_mean(strange[0], known, 'there are')}")
        return named
    used = {column.name for _, column in binding.roles} | {*dict(binding.scores).values()}
    return tuple(name for name in schema.names if name not in used)


def columns(table: pa.Table, names: Sequence[str], binding: Binding, bins: int,
            least: int) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """Each column as codes, a group that is cut at its own edges; and what was left out, as sentences."""
    cuts = {group.column: group.cut for group in binding.groups if group.cut}
    made, left = [], []
    for name in names:
        found = _column(name, table.column(name), bins, cuts.get(name, ()), least)
        if isinstance(found, str):
            left.append(f"{name} ({found})")
        elif len(found.filters) > 1:
            made.append(found)
    return tuple(made), ((f"not sliced by {', '.join(left)}",) if left else ())


def _column(name: str, values: pa.ChunkedArray, bins: int, cut: Sequence[float], least: int) -> Column | str:
    kind = values.type
    if pa.types.is_boolean(kind):
        return categories(name, values.to_pylist(), least)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _numbers(name, values, bins, cut)
    if pa.types.is_dictionary(kind) and not _is_text(kind.value_type):
        return _column(name, values.cast(kind.value_type), bins, cut, least)
    if pa.types.is_dictionary(kind) or _is_text(kind):
        return _texts(name, values, least)
    return f"a {kind} is neither a number nor text"


def _numbers(name: str, values: pa.ChunkedArray, bins: int, cut: Sequence[float]) -> Column | str:
    found = values.cast(pa.float64(), safe=False).to_numpy()
    if (np.abs(found[~np.isnan(found)]) >= EXACT).any():
        return "numbers of 2**53 and more"
    return numbers(name, found, bins, cut)


def _texts(name: str, values: pa.ChunkedArray, least: int) -> Column | str:
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    encoded = pc.dictionary_encode(values.cast(pa.large_string())).unify_dictionaries().combine_chunks()
    words = encoded.dictionary.to_pylist()
    if len(words) > MOST_VALUES:
        return f"{len(words):,} different values"
    codes = pc.fill_null(encoded.indices.cast(pa.int64()), len(words)).to_numpy(zero_copy_only=False)
    filters = list(_equal(name, words))
    return coded(name, codes, filters, np.bincount(codes, minlength=len(filters)).tolist(), least)


def _equal(name: str, words: Sequence[str]) -> Iterator[Filter]:
    yield from (Comparison(name, "=", word) for word in words)
    yield Missing(name)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
