"""Columns as codes and numbers: which rows are positive, which group each is in. Nothing here knows of a plan."""

from __future__ import annotations

import decimal
from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.core.log import MISSING, GroupDef
from shall.core.words import number_of

Codes = NDArray[np.integer]
NEGATIVE: Final = np.int8(0)
POSITIVE: Final = np.int8(1)
UNKNOWN: Final = np.int8(2)
FEW: Final = 20                             # distinct values that are kept for a message
_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}
_LONGEST: Final = 1e15                      # larger floats are not written as whole numbers


def equals(column: pa.Array, positive: str) -> NDArray[np.int8]:
    """int8[rows]: 1 where the value is the positive one, 0 where it is another, 2 where it is missing.

    Numbers compare as numbers ("1" is 1 and 1.0), true and false also with "1" and "0".
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        of_entry = np.append(equals(column.dictionary, positive), UNKNOWN)
        indices = column.indices
        if indices.null_count:
            indices = pc.fill_null(indices.cast(pa.int64()), len(of_entry) - 1)
        return np.asarray(of_entry[indices.to_numpy(zero_copy_only=False)])
    if pa.types.is_null(kind):
        return np.full(len(column), UNKNOWN)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _equal_numbers(column, positive)
    if pa.types.is_boolean(kind):
        truth = _TRUTH.get(positive.lower())
        matches = pc.and_(pc.is_valid(column), False) if truth is None else pc.equal(column, truth)
        matches = pc.if_else(pc.is_valid(column), matches, None)
    else:
        matches = pc.equal(column.cast(pa.string()), positive)
    return np.asarray(pc.fill_null(pc.cast(matches, pa.int8()), 2).to_numpy(zero_copy_only=False))


def agree(one: pa.Array, other: pa.Array) -> NDArray[np.int8]:
    """int8[rows]: 1 where both columns hold the same class, 0 where not, 2 where either is missing."""
    if one.type == other.type and pa.types.is_integer(one.type):
        same = pc.cast(pc.equal(one, other), pa.int8())
        return np.asarray(pc.fill_null(same, 2).to_numpy(zero_copy_only=False))
    group = GroupDef("class", "class")
    (left, left_names), (right, right_names) = (group_codes(column, group) for column in (one, other))
    every = {name: place for place, name in enumerate(dict.fromkeys([*left_names, *right_names]))}
    of_left, of_right = (np.array([-1 if name == MISSING else every[name] for name in names] or [-1])
                         for names in (left_names, right_names))
    first, second = of_left[left], of_right[right]
    return np.where((first < 0) | (second < 0), UNKNOWN, (first == second).astype(np.int8))


def _equal_numbers(column: pa.Array, positive: str) -> NDArray[np.int8]:
    wanted = number_of(positive)
    missing = None
    if pa.types.is_integer(column.type):
        if column.null_count:
            missing = column.is_null().to_numpy(zero_copy_only=False)
            column = pc.fill_null(column, 0)
        values = column.to_numpy(zero_copy_only=False)
        if wanted is None or not -2.0**63 <= wanted < 2.0**64 or wanted != int(wanted):
            wanted = None                   # no whole number equals it
        else:
            wanted = int(wanted)
    else:
        values = floats(column)
        missing = np.isnan(values)
    codes = np.zeros(len(values), np.int8) if wanted is None else (values == wanted).view(np.int8)
    if missing is not None and missing.any():
        codes = np.where(missing, UNKNOWN, codes)
    return codes


def others(column: pa.Array, codes: NDArray[np.int8], positive: str) -> tuple[str, ...]:
    """The values that ``equals`` took as not positive, as text, sorted; the first few."""
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        if column.null_count:
            column = pc.fill_null(column, 0)
        values = column.to_numpy(zero_copy_only=False)
        negatives = int(np.count_nonzero(codes == NEGATIVE))
        positives = int(np.count_nonzero(codes == POSITIVE))
        if number_of(positive) and np.count_nonzero(values) == positives:
            return ("0",) if negatives else ()             # the usual case: nothing but 0 and the positive one
        strange = np.unique(values[codes == NEGATIVE])
        found = {name_of(value) for value in strange.tolist()}
    else:
        kept = column.filter(pa.array(codes == NEGATIVE))
        found = {name_of(value) for value in _distinct(kept)}
    return tuple(sorted(found)[:FEW])


def _distinct(column: pa.Array) -> list[object]:
    if pa.types.is_dictionary(column.type):
        used = np.unique(pc.drop_null(column.indices).to_numpy(zero_copy_only=False))
        return [value for value in column.dictionary.take(pa.array(used)).to_pylist() if value is not None]
    return [value for value in pc.unique(column).to_pylist() if value is not None]


def group_codes(column: pa.Array, group: GroupDef) -> tuple[Codes, list[str]]:
    """The code of each row in a group, and the names that the codes stand for (several may have one name)."""
    if group.cut:
        values = floats(column)
        bands = np.searchsorted(np.asarray(group.cut), values, side="right")
        return np.where(np.isnan(values), len(group.cut) + 1, bands), [*band_names(group.cut), MISSING]
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    if pa.types.is_nested(column.type):
        raise DataError(f"column {group.column} of group {group.name} holds {column.type}: no single values")
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    names = [name_of(value) for value in encoded.dictionary.to_pylist()]
    indices = encoded.indices
    if indices.null_count:
        indices = pc.fill_null(indices.cast(pa.int64()), len(names))
        names.append(MISSING)
    return indices.to_numpy(zero_copy_only=False), names


def name_of(value: object) -> str:
    """How a value is written: 1.0 as 1, True as true, nothing as (missing)."""
    if value is None or value != value:
        return MISSING
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < _LONGEST:
        return str(int(value))
    if isinstance(value, decimal.Decimal) and value.is_finite():
        return f"{value.normalize():f}"
    return str(value)


def band_names(cut: tuple[float, ...]) -> list[str]:
    """``(25, 45)`` gives ``below 25``, ``25 to 45``, ``45 and over``; a band includes its lower edge."""
    edges = [f"{edge:g}" if float(f"{edge:g}") == edge else repr(float(edge)) for edge in cut]
    inner = [f"{low} to {high}" for low, high in pairwise(edges)]
    return [f"below {edges[0]}", *inner, f"{edges[-1]} and over"]


def floats(column: pa.Array) -> NDArray[np.float64]:
    """float64[rows], nan where missing, durations in seconds; DataError for text.

    Always of 64 bits: a score of float32 falls into the same cell, and on the same side of a
    threshold, as it does after any engine has widened it.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_duration(kind):
        column = pc.divide(pc.cast(pc.cast(column, pa.duration("ns")), pa.int64()).cast(pa.float64()), 1e9)
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
              or pa.types.is_boolean(kind) or pa.types.is_null(kind)):
        raise DataError(f"a column of {kind} is not made of numbers")
    if column.null_count or pa.types.is_boolean(kind) or pa.types.is_decimal(kind):
        column = column.cast(pa.float64(), safe=False)
    return np.asarray(column.to_numpy(zero_copy_only=False)).astype(np.float64, copy=False)
