"""Parts of Parquet files that workers take one by one: whole row groups of one file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from shall.adapters.files import ParquetLog
from shall.adapters.folders import Values


class Slice(NamedTuple):
    """Row groups of one file, the last one not included, and what the path of the file states."""

    path: str
    values: Values
    begin: int
    end: int

    def log(self, schema: pa.Schema) -> ParquetLog:
        """Its file as a log, read as part of the whole."""
        return ParquetLog({Path(self.path): self.values}, self.path, schema)


def slices_of(log: ParquetLog, most: int) -> Iterator[Slice]:
    """The slices of a log, each of ``most`` rows or one row group more."""
    for path in log.files:
        footer, begin, rows = pq.read_metadata(path), 0, 0
        for group in range(footer.num_row_groups):
            rows += footer.row_group(group).num_rows
            if rows >= most or group == footer.num_row_groups - 1:
                yield Slice(str(path.absolute()), log.values(path), begin, group + 1)
                begin, rows = group + 1, 0


def stamps_of(log: ParquetLog) -> list[tuple[int, int]]:
    """Sizes and times of its files: a file that changes while it is read shows."""
    return [(found.st_size, found.st_mtime_ns) for found in (path.stat() for path in log.files)]
