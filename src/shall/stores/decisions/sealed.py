"""The requests of segments: in which one each is, so that opening a log does not read them all."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shall.core.decisions import Field, Record
from shall.core.errors import StoreError
from shall.journal import rows, segments

PLACES: Final = 20                          # bits of the place of a segment; the others are of the request
MASK: Final = (1 << 64 - PLACES) - 1
Keys = np.ndarray[tuple[int, ...], np.dtype[np.uint64]]
DAMAGED: Final = (pa.ArrowException, OSError, ValueError, LookupError, TypeError)     # what reading one raises


class SealedRequests:
    """Eight bytes a request tell in which segment it may be; it is read there when it is asked for."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = tuple(fields)
        self._paths: list[Path] = []
        self._keys = array("Q")             # sorted, and never changed: it is exchanged by one with the fresh ones
        self._fresh: list[Keys] = []
        self._lock = threading.Lock()

    def __contains__(self, request: str) -> bool:
        return self.records(request) is not None

    def add(self, path: Path) -> int:
        """Learn the requests of a segment; how many rows it has. StoreError, OSError."""
        told, _, number = segments.told(path)
        if told.kind == "decisions" and len(self._paths) < 1 << PLACES:
            keys = np.fromiter(map(hash, filter(None, _requests(path, told))), np.int64).view(np.uint64)
            with self._lock:
                self._fresh.append((keys & np.uint64(MASK)) << np.uint64(PLACES) | np.uint64(len(self._paths)))
                self._paths.append(path)
        return number

    def may(self, request: str) -> bool:
        """Whether a segment may have it; nothing is read."""
        return any(True for _ in self._segments(request))

    def records(self, request: str) -> list[Record] | None:
        """The decisions of a request; None where it is not known, or its segment was let go or damaged."""
        return next((found for path in self._segments(request) if (found := self._read(path, request))), None)

    def sort(self) -> None:
        """Make it ready to be asked."""
        with self._lock:
            if self._fresh:
                every = np.concatenate([np.frombuffer(self._keys, np.uint64), *self._fresh])
                self._keys, self._fresh = array("Q", np.sort(every).tobytes()), []

    def _segments(self, request: str) -> Iterator[Path]:
        self.sort()
        keys, wanted = self._keys, hash(request) & MASK
        place = bisect_left(keys, wanted << PLACES)
        before = -1
        while place < len(keys) and (key := keys[place]) >> PLACES == wanted:
            if (segment := key & (1 << PLACES) - 1) != before:
                yield self._paths[segment]
            before, place = segment, place + 1

    def _read(self, path: Path, request: str) -> list[Record]:
        try:
            told, _, _ = segments.told(path)
            table = _table(path)
            own = table.filter(pc.equal(table.column(told.columns["request"]), request))
            return _records(own, told, self._fields)
        except (StoreError, *DAMAGED):
            return []


def _table(path: Path, columns: list[str] | None = None) -> pa.Table:
    """What a segment holds; DAMAGED where its pages are not as they were written."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        return file.read(columns, use_threads=False)


def _requests(path: Path, told: segments.Told) -> list[str | None]:
    """Of each row. StoreError, FileNotFoundError."""
    try:
        column = told.columns["request"]
        found: list[str | None] = _table(path, [column]).column(column).to_pylist()
    except FileNotFoundError:
        raise
    except DAMAGED as problem:
        raise StoreError(f"{path} is damaged: {problem}") from problem
    return found


def _records(table: pa.Table, told: segments.Told, fields: Sequence[Field]) -> list[Record]:
    fixed = [table.column(told.columns[name]) for name in rows.FIXED]
    fixed[1] = fixed[1].cast(pa.int64())
    known = {field.name for field in told.fields}
    held = [table.column(field.name).to_pylist() if field.name in known else [None] * len(table) for field in fields]
    values = [*zip(*held, strict=True)] or [()] * len(table)
    columns = [column.to_pylist() for column in fixed]
    return [Record(one, moment, request, model, digest, mode, value, weight)
            for one, moment, request, model, digest, mode, weight, value in zip(*columns, values, strict=True)]
