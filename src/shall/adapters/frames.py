"""Frames as logs: anything that gives an Arrow stream, or that narwhals knows."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from shall.core.errors import DataError


class TableLog:
    """An Arrow table in memory."""

    def __init__(self, table: pa.Table, name: str = "the frame") -> None:
        names = table.column_names
        if twice := [column for column in names if names.count(column) > 1]:
            raise DataError(f"{name} has two columns called {twice[0]}")
        self.table = _ordinary(table.replace_schema_metadata(None))
        self.name = name

    @property
    def schema(self) -> pa.Schema:
        """Names and types."""
        return self.table.schema

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns."""
        if strange := [column for column in columns if column not in self.table.column_names]:
            raise DataError(f"{self.name} has no column {strange[0]}; it has {', '.join(self.table.column_names)}")
        if columns:
            yield from self.table.select(list(columns)).unify_dictionaries().combine_chunks().to_batches()
        elif self.table.num_rows:                   # without a column, rows can still be counted
            yield _bare(self.table.num_rows)

    def digest(self) -> str:
        """SHA-256 of the rows as one Arrow stream without dictionaries or metadata."""
        plain = pa.table({name: _plain(self.table.column(name)) for name in self.table.column_names})
        out = io.BytesIO()
        with pa.ipc.new_stream(out, plain.schema) as stream:
            stream.write_table(plain.combine_chunks())
        return hashlib.sha256(out.getvalue()).hexdigest()

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self.table.num_rows)

    def write(self, path: str | Path) -> Path:
        """Write the rows as Parquet."""
        pq.write_table(self.table, path, compression="zstd")
        return Path(path)


def table_of(frame: Any) -> pa.Table:
    """The rows of a frame as an Arrow table; DataError where it is no frame."""
    if isinstance(frame, pa.Table):
        return frame
    if hasattr(frame, "__arrow_c_stream__"):
        return pa.table(frame)
    import narwhals as nw  # only a frame that speaks no Arrow needs it

    try:
        native = nw.from_native(frame)
    except TypeError as error:
        raise DataError(f"a {type(frame).__name__} is no log: give a path, or a frame of pandas, polars, pyarrow, "
                        "duckdb or anything else that narwhals knows") from error
    return (native.collect() if isinstance(native, nw.LazyFrame) else native).to_arrow()


def _ordinary(table: pa.Table) -> pa.Table:
    """The same rows without the view types of text, which not every function knows."""
    for place, name in enumerate(table.column_names):
        column = table.column(place)
        if pa.types.is_dictionary(column.type) and column.type.value_type != pa.string() and _is_text(column.type.value_type):
            chunks = [pa.DictionaryArray.from_arrays(chunk.indices.cast(pa.int32()), chunk.dictionary.cast(pa.string()))
                      for chunk in column.chunks]
            table = table.set_column(place, name, pa.chunked_array(chunks, pa.dictionary(pa.int32(), pa.string())))
        elif _is_text(column.type) and column.type != pa.string():
            table = table.set_column(place, name, column.cast(pa.string()))
    return table


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _bare(rows: int) -> pa.RecordBatch:
    """A batch without columns."""
    return pa.RecordBatch.from_struct_array(pa.array([{}] * rows, type=pa.struct([])))
