"""Sealed segments: Parquet files that say what they hold."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shall.core.decisions import Field
from shall.core.errors import StoreError
from shall.journal import disk

GROUP: Final = 16384                        # rows that a damaged page takes with it
KEY: Final = b"shall"
SINGLE: Final = ("id", "request", "decision_id", "decision_request")    # texts that never repeat: no dictionary


@dataclass(frozen=True, slots=True)
class Told:
    """What a segment says of itself, beside its columns."""

    kind: str
    writer: str
    number: int
    first: int
    last: int
    previous: str                           # the link of the chain that it follows
    fields: tuple[Field, ...]
    columns: dict[str, str]                 # what the fixed columns are called here


def write(path: Path, table: pa.Table, told: Told) -> str:
    """Write a segment, whole or not at all; its SHA-256. OSError."""
    said = {**dataclasses.asdict(told), "fields": [[one.name, one.what] for one in told.fields]}
    table = table.replace_schema_metadata({KEY: json.dumps(said).encode()})
    texts = [field.name for field in table.schema if pa.types.is_string(field.type) and field.name not in SINGLE]
    out = pa.BufferOutputStream()
    pq.write_table(table, out, row_group_size=GROUP, compression="zstd", compression_level=1, use_dictionary=texts,
                   write_page_checksum=True)
    content = out.getvalue()
    disk.put(path, content)
    return hashlib.sha256(content).hexdigest()


def give_back() -> None:
    """Let the system have the memory of tables that are gone; Arrow would keep the most that it ever had."""
    pa.default_memory_pool().release_unused()


def told(path: Path) -> tuple[Told, pa.Schema, int]:
    """What a segment says, its columns and the number of its rows. StoreError where it is none."""
    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
        said: dict[str, Any] = json.loads(schema.metadata[KEY])
        fields = tuple(Field(*pair) for pair in said.pop("fields"))
        return Told(**said, fields=fields), schema.remove_metadata(), rows
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as problem:
        raise StoreError(f"{path} is no whole segment of a decision log: {problem}") from problem


def whole_groups(path: Path) -> Iterator[pa.Table | str]:
    """The row groups of a damaged segment whose pages are as they were written; else a sentence for each."""
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as problem:
        yield f"{path.name}: {str(problem).splitlines()[0]}"
        return
    with file:
        for group in range(file.num_row_groups):
            try:
                table = file.read_row_group(group, use_threads=False)
                table.validate(full=True)
                yield table
            except (pa.ArrowException, OSError, UnicodeDecodeError) as problem:
                rows = file.metadata.row_group(group).num_rows
                yield f"{path.name}: {rows:,} rows of its row group {group}: {str(problem).splitlines()[0]}"


def span(table: pa.Table, column: str) -> tuple[int, int]:
    """The earliest and the latest time of some rows, in microseconds; zeros where there are none."""
    if not len(table):
        return 0, 0
    found = pc.min_max(table.column(column).cast(pa.int64()))
    return found["min"].as_py(), found["max"].as_py()


def digest_of(path: Path) -> str:
    """SHA-256 of a file. OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

