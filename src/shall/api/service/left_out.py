"""Columns that the requirements of a model need beside its inputs, and that nobody sends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from shall.journal.layout import parts

FEWEST: Final = 100                         # rows of a segment that say something


def newest(folder: Path) -> Path | None:
    """The segment that was sealed last in a log of decisions; None where there is none."""
    try:
        sealed = [part.path for part in parts(folder) if part.sealed]
        return max(sealed, key=lambda path: path.stat().st_mtime_ns, default=None)
    except OSError:                         # let go just now
        return None


def left_out(segment: Path, names: Sequence[str]) -> list[str]:
    """Those of some columns that no row of a segment has; none where it has few rows, or cannot be read."""
    try:
        with pq.ParquetFile(segment) as file:
            there = [name for name in names if name in file.schema_arrow.names]
            if not there or file.metadata.num_rows < FEWEST:
                return []
            table = file.read(there, use_threads=False)
    except (OSError, pa.ArrowException):    # let go just now, or for `verify` to tell
        return []
    return [name for name in there if table.column(name).null_count == len(table)]
