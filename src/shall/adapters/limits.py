"""What a file that nobody vouches for may take: rows, cells, memory, seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from shall.adapters.files import first_line
from shall.core.errors import DataError

DEEPEST: Final = 16                         # levels of a nested column


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one file, read in a process of its own."""

    rows: int = 2_000_000_000
    cells: int = 50_000_000_000             # rows by columns
    columns: int = 10_000
    group: int = 2**32                      # bytes of a row group, unpacked, as its footer states
    memory: int = 6 * 2**30                 # bytes of address space, libraries included
    seconds: int = 3600                     # of processor time
    stall: float = 30.0                     # seconds without a batch


def check_footers(path: Path, limits: Limits) -> None:
    """DataError where the footer of a Parquet file, or of one in a folder, states more than the limits allow."""
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    for file in files:
        try:
            with pq.ParquetFile(file, thrift_string_size_limit=2**26, thrift_container_size_limit=2**20) as opened:
                faults = [*_faults(opened.metadata, opened.schema_arrow, limits)]
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise DataError(f"{file} cannot be read as Parquet: {first_line(error)}") from error
        if faults:
            raise DataError(f"{file} is not read: {faults[0]}")


def _faults(footer: pq.FileMetaData, schema: pa.Schema, limits: Limits) -> Iterator[str]:
    if footer.num_columns > limits.columns:
        yield f"{footer.num_columns:,} columns, more than {limits.columns:,}"
    if footer.num_rows > limits.rows:
        yield f"{footer.num_rows:,} rows, more than {limits.rows:,}"
    if footer.num_rows * footer.num_columns > limits.cells:
        yield f"{footer.num_rows:,} rows of {footer.num_columns:,} columns, more than {limits.cells:,} cells"
    groups = [footer.row_group(place) for place in range(footer.num_row_groups)]
    if sum(group.num_rows for group in groups) != footer.num_rows or any(group.num_rows < 0 for group in groups):
        yield "its row groups do not add up to its rows"
    if (largest := max((group.total_byte_size for group in groups), default=0)) > limits.group:
        yield f"a row group of {largest:,} bytes, more than {limits.group:,}"
    if any(_depth(field.type) > DEEPEST for field in schema):
        yield f"a column nested deeper than {DEEPEST} levels"


def _depth(kind: pa.DataType) -> int:
    return 1 + max((_depth(kind.field(place).type) for place in range(kind.num_fields)), default=0)
