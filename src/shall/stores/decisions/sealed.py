"""The requests of segments: in which one each is, so that opening a log does not read them all."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shall.core.decisions import Field, Record
from shall.core.errors import StoreError
from shall.journal import rows, segments

PLACES: Final = 20                          # bits of the place of a segment; the others are of the request
MASK: Final = (1 << 64 - PLACES) - 1


class SealedRequests:
    """Eight bytes a request tell in which segment it may be; it is read there when it is asked for."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = tuple(fields)
        self._paths: list[Path] = []
        self._keys = array("Q")             # sorted up to `_sorted`
        self._sorted = 0

    def __contains__(self, request: str) -> bool:
        return self.records(request) is not None

    def add(self, path: Path) -> int:
        """Learn the requests of a segment; how many rows it has. StoreError, OSError."""
        told, _, number = segments.told(path)
        if told.kind == "decisions" and len(self._paths) < 1 << PLACES:
            with pq.ParquetFile(path) as file:
                asked = file.read([told.columns["request"]], use_threads=False).column(0).to_pylist()
            place = len(self._paths)
            self._paths.append(path)
            self._keys.extend([(hash(request) & MASK) << PLACES | place for request in asked if request])
        return number

    def may(self, request: str) -> bool:
        """Whether a segment may have it; nothing is read."""
        return any(True for _ in self._segments(request))

    def records(self, request: str) -> list[Record] | None:
        """The decisions of a request; None where it is not known, or its segment was let go or damaged."""
        return next((found for path in self._segments(request) if (found := self._read(path, request))), None)

    def sort(self) -> None:
        """Make it ready to be asked."""
        if self._sorted < len(self._keys):
            self._keys = array("Q", sorted(self._keys))
            self._sorted = len(self._keys)

    def _segments(self, request: str) -> Iterator[Path]:
        self.sort()
        wanted = hash(request) & MASK
        place = bisect_left(self._keys, wanted << PLACES)
        before = -1
        while place < len(self._keys) and (key := self._keys[place]) >> PLACES == wanted:
            if (segment := key & (1 << PLACES) - 1) != before:
                yield self._paths[segment]
            before, place = segment, place + 1

    def _read(self, path: Path, request: str) -> list[Record]:
        try:
            told, _, _ = segments.told(path)
            with pq.ParquetFile(path) as file:
                table = file.read(use_threads=False)
        except (StoreError, OSError, pa.ArrowException):
            return []
        return _records(table.filter(pc.equal(table.column(told.columns["request"]), request)), told, self._fields)


def _records(table: pa.Table, told: segments.Told, fields: Sequence[Field]) -> list[Record]:
    fixed = [table.column(told.columns[name]) for name in rows.FIXED]
    fixed[1] = fixed[1].cast(pa.int64())
    known = {field.name for field in told.fields}
    held = [table.column(field.name).to_pylist() if field.name in known else [None] * len(table) for field in fields]
    values = [*zip(*held, strict=True)] or [()] * len(table)
    columns = [column.to_pylist() for column in fixed]
    return [Record(one, moment, request, model, digest, mode, value, weight)
            for one, moment, request, model, digest, mode, weight, value in zip(*columns, values, strict=True)]
