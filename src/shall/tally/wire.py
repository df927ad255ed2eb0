"""The wire form of a tally: a magic line, SHA-256 and length of the packed content, then the content.

The content is canonical: JSON of what is small, then the arrays as little-endian int64. Nothing is
executed, nothing is allocated beyond a stated size, and every number is checked before it is used.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
import zlib
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.tally.counts import Counts
from shall.tally.plan import Cube, Plan
from shall.tally.seen import Seen

MAGIC: Final = b"shall-tally-1\n"
MOST: Final = 2**30                         # bytes that a tally may unpack to
_DIGEST: Final = 32
_BROKEN: Final = "this tally is damaged: count the log again"


def content(plan: str, cubes: Sequence[Counts], rows: int, seen: Seen) -> bytes:
    """What a tally is, as bytes: equal tallies give equal bytes."""
    shapes = [[counts.keys, *counts.values.shape] for counts in cubes]
    head = {"plan": plan, "rows": rows, "seen": seen.roles, "cubes": shapes}
    text = json.dumps(head, ensure_ascii=True, separators=(",", ":")).encode()
    arrays = (np.ascontiguousarray(array, dtype="<i8").tobytes()
              for counts in cubes for array in (counts.place, counts.cell, counts.values))
    return struct.pack("<Q", len(text)) + text + b"".join(arrays)


def packed(raw: bytes) -> bytes:
    """The content as it travels."""
    body = zlib.compress(raw, 6)
    return MAGIC + hashlib.sha256(body).digest() + struct.pack("<Q", len(body)) + body


def read(data: bytes, plan: Plan, most: int) -> tuple[tuple[Counts, ...], int, Seen]:
    """The cubes, rows and labels seen of a tally; DataError where it is not one of this plan."""
    raw = _unpacked(data, most)
    try:
        (length,) = struct.unpack("<Q", raw[:8])
        head = json.loads(raw[8:8 + length])
        if head["plan"] != plan.digest:
            raise DataError("this tally was counted by another plan: count the log again with this shall file")
        cubes = _cubes(head["cubes"], np.frombuffer(raw[8 + length:], dtype="<i8").astype(np.int64), plan.cubes)
        rows = head["rows"]
        seen = Seen(tuple((role, occurs, tuple(values)) for role, occurs, values in head["seen"]))
        _require(type(rows) is int and rows >= 0)
        _require(all(int(counts.values[:, 0].sum()) <= rows for counts in cubes))
        _require(content(plan.digest, cubes, rows, seen) == raw)            # the one way to write it
    except (ValueError, KeyError, TypeError, struct.error, OverflowError, RecursionError, MemoryError) as error:
        raise DataError(_BROKEN) from error
    return cubes, rows, seen


def _unpacked(data: bytes, most: int) -> bytes:
    at = len(MAGIC) + _DIGEST
    body = data[at + 8:]
    try:
        whole = data.startswith(MAGIC) and struct.unpack("<Q", data[at:at + 8])[0] == len(body)
        _require(whole and hashlib.sha256(body).digest() == data[len(MAGIC):at])
        unzip = zlib.decompressobj()
        raw = unzip.decompress(body, most)
        if unzip.unconsumed_tail:
            raise DataError(f"this tally unpacks to more than {most:,} bytes")
        _require(unzip.eof and not unzip.unused_data)
    except (ValueError, struct.error, zlib.error) as error:
        raise DataError(_BROKEN) from error
    return raw


def _cubes(heads: Any, numbers: NDArray[np.int64], cubes: Sequence[Cube]) -> tuple[Counts, ...]:
    found, start = [], 0
    for (keys, cells, width), cube in zip(heads, cubes, strict=True):
        _require(type(cells) is int and cells >= 0 and width == cube.width)
        end = start + cells * (2 + width)
        _require(end <= len(numbers))
        place, cell, values = np.split(numbers[start:end], [cells, 2 * cells])
        counts = Counts(tuple(map(tuple, keys)), place, cell, values.reshape(cells, width))
        _check(counts, cube)
        found.append(counts)
        start = end
    _require(start == len(numbers))
    return tuple(found)


def _check(counts: Counts, cube: Cube) -> None:
    """In order, in range, nothing empty."""
    place, cell = counts.place, counts.cell
    across, along = np.diff(place), np.diff(cell)
    _require(bool(((across > 0) | ((across == 0) & (along > 0))).all()))
    _require(bool((place >= 0).all() and (place < len(counts.keys)).all()))
    _require(len(np.unique(place)) == len(counts.keys))
    _require(bool((cell >= 0).all() and (cell < math.prod(cube.sizes)).all()))
    _require(bool((counts.values[:, 0] > 0).all()))
    _require(list(counts.keys) == sorted(set(counts.keys)))
    _require(all(len(key) == len(cube.keys) and all(isinstance(part, str) for part in key) for key in counts.keys))


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError(_BROKEN)
