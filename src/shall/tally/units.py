"""Units, such as households, in a fixed number of buckets: the same unit falls into the same one everywhere.

Whole numbers (also those written as 7.0) are mixed by splitmix64. Of anything else the UTF-8 bytes b of
its text are hashed, the sum of (b[i] + 1) * P**(i + 1) modulo 2**64 with the prime P of FNV-1a, then mixed
likewise. A missing unit is a unit of its own, in bucket 0.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

BUCKETS: Final = 200
_MIX: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_PRIME: Final = 0x100000001B3               # that of FNV-1a, 64 bits
_WHOLE: Final = 2.0**63


def bucket_of(units: pa.Array) -> NDArray[np.int64]:
    """int64[rows] in 0…199."""
    bucket = (keys_of(units) % np.uint64(BUCKETS)).astype(np.int64)
    missing = pc.is_null(units, nan_is_null=True)
    return np.where(missing.to_numpy(zero_copy_only=False), 0, bucket)


def keys_of(units: pa.Array) -> NDArray[np.uint64]:
    """uint64[rows]: a number for each unit, the same everywhere; anything where it is missing."""
    if pa.types.is_dictionary(units.type):
        of_entry = np.append(keys_of(units.dictionary), np.uint64(0))
        indices = pc.fill_null(units.indices.cast(pa.int64()), len(of_entry) - 1)
        return np.asarray(of_entry[indices.to_numpy(zero_copy_only=False)])
    if pa.types.is_integer(units.type):
        keys = pc.fill_null(units, 0).to_numpy(zero_copy_only=False)
        return _mixed(keys.astype(np.uint64))              # a negative one wraps, whatever its width
    return _of_floats(units) if pa.types.is_floating(units.type) else _mixed(_hashed(units))


def _of_floats(units: pa.Array) -> NDArray[np.uint64]:
    values = np.asarray(units.cast(pa.float64()).to_numpy(zero_copy_only=False))
    whole = (np.floor(values) == values) & (np.abs(values) < _WHOLE)
    keys = np.where(whole, values, 0.0).astype(np.int64).view(np.uint64)
    return _mixed(np.where(whole, keys, values.view(np.uint64)))


def _hashed(units: pa.Array) -> NDArray[np.uint64]:
    """uint64[rows]: the polynomial of the bytes of each text."""
    encoded = pc.fill_null(units.cast(pa.large_string()), "").cast(pa.large_binary())
    if not len(encoded):
        return np.zeros(0, dtype=np.uint64)
    _, offsets, content = encoded.buffers()
    starts = np.frombuffer(offsets, dtype=np.int64)[encoded.offset:encoded.offset + len(encoded) + 1]
    first, last = int(starts[0]), int(starts[-1])
    data = np.frombuffer(content, dtype=np.uint8, count=last)[first:] if content else np.zeros(0, dtype=np.uint8)
    lengths = np.diff(starts)
    place = np.arange(last - first) - np.repeat(starts[:-1] - first, lengths)
    with np.errstate(over="ignore"):
        powers = np.cumprod(np.full(int(lengths.max()) + 1, _PRIME, dtype=np.uint64), dtype=np.uint64)
        terms = (data.astype(np.uint64) + np.uint64(1)) * powers[place]
        total = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(terms, dtype=np.uint64)])
        return np.asarray(total[starts[1:] - first] - total[starts[:-1] - first])


def _mixed(key: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """splitmix64 (Steele, Lea and Flood 2014, figure 15)."""
    with np.errstate(over="ignore"):
        key = key + _MIX[0]
        key = (key ^ (key >> np.uint64(30))) * _MIX[1]
        key = (key ^ (key >> np.uint64(27))) * _MIX[2]
    return np.asarray(key ^ (key >> np.uint64(31)))
