"""Frames as logs: anything that gives an Arrow stream, or that narwhals knows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from shall.adapters.shown import Shown
from shall.core.errors import DataError
from shall.core.log import Log

BATCH: Final = 2**19                        # rows
NONE: Final[Mapping[str, str]] = {}
TINY: Final = 2**14                         # chunks that are smaller on average are put together first


class TableLog(Shown):
    """An Arrow table in memory."""

    def __init__(self, table: pa.Table, name: str = "the frame") -> None:
        names = table.column_names
        if twice := [column for column in names if names.count(column) > 1]:
            raise DataError(f"{name} has two columns called {twice[0]}")
        self.table = ordinary(table.replace_schema_metadata(None))
        self.name = name

    @property
    def schema(self) -> pa.Schema:
        """Names and types."""
        return self.table.schema

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns."""
        require_columns(columns, self.table.column_names, self.name)
        if columns:
            table = self.table.select(list(columns))
            chunks = max(column.num_chunks for column in table.columns)
            if chunks > 1 and len(table) < chunks * TINY:
                table = table.unify_dictionaries().combine_chunks()
            yield from table.to_batches(max_chunksize=BATCH)
        else:                                       # without a column, rows can still be counted
            for start in range(0, len(self.table), BATCH):
                yield bare(min(BATCH, len(self.table) - start))

    def digest(self) -> str:
        """SHA-256 of the rows as one Arrow stream without dictionaries, metadata or chunks."""
        return digest_of_rows(self.schema, self.table.to_batches())

    @property
    def rows(self) -> int:
        """How many there are."""
        return int(self.table.num_rows)

    def _at_once(self) -> bool:
        return True

    def write(self, path: str | Path) -> Path:
        """Write the rows as Parquet."""
        pq.write_table(self.table, path, compression="zstd")
        return Path(path)


class _Hasher:
    """A file that keeps the digest of what is written only."""

    def __init__(self) -> None:
        self.content = hashlib.sha256()
        self.closed = False

    def write(self, data: Any) -> int:
        self.content.update(data)
        return len(data)

    def flush(self) -> None: ...

    def close(self) -> None: ...


def digest_of_rows(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> str:
    """SHA-256 of rows as one Arrow stream without dictionaries or metadata, however they are cut into batches."""
    plain = pa.schema([(field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type)
                       for field in schema])
    out, waiting = _Hasher(), plain.empty_table()
    with pa.ipc.new_stream(pa.PythonFile(out, mode="w"), plain) as stream:
        for batch in batches:
            columns = [_plain(column) for column in batch.columns]
            waiting = pa.concat_tables([waiting, pa.Table.from_arrays(columns, schema=plain)])
            while len(waiting) >= BATCH:
                stream.write_table(waiting.slice(0, BATCH).combine_chunks())
                waiting = waiting.slice(BATCH)
        if len(waiting):
            stream.write_table(waiting.combine_chunks())
    return out.content.hexdigest()


def table_of(frame: Any) -> pa.Table:
    """The rows of a frame as an Arrow table; DataError where it is no frame."""
    try:
        if isinstance(frame, pa.Table):
            return frame
        if hasattr(frame, "__arrow_c_stream__"):
            return pa.table(frame)
        if isinstance(frame, pa.RecordBatch):
            return pa.Table.from_batches([frame])
        import narwhals as nw  # only a frame that speaks no Arrow needs it

        native = nw.from_native(frame)
        return (native.collect() if isinstance(native, nw.LazyFrame) else native).to_arrow()
    except (pa.ArrowException, ValueError) as error:   # a ValueError: pandas with two columns of one name
        raise DataError(f"the {type(frame).__name__} cannot be read: {str(error).splitlines()[0]}") from error
    except TypeError as error:
        raise DataError(f"a {type(frame).__name__} is no log: give a path, or a frame of pandas, polars, pyarrow, "
                        "duckdb or anything else that narwhals knows") from error


def require_columns(columns: Sequence[str], names: Sequence[str], log: str, apart: Mapping[str, str] = NONE) -> None:
    """DataError where a column is not in a log; ``apart``: why some are not, though there are files that have them."""
    if strange := [column for column in columns if column not in names]:
        if strange[0] in apart:
            raise DataError(apart[strange[0]])
        raise DataError(f"{log} has no column {strange[0]}; it has {', '.join(names)}")


def apart_of(log: Log) -> Mapping[str, str]:
    """The columns that not all files of a log have in types that go together: why, and what to do."""
    found: Mapping[str, str] = getattr(log, "apart", NONE)
    return found


def is_text(kind: pa.DataType) -> bool:
    """Whether a type is text, in dictionaries too."""
    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def ordinary(table: pa.Table) -> pa.Table:
    """The same rows without the large and view types of text, which not every function knows."""
    for place, name in enumerate(table.column_names):
        column = table.column(place)
        if not is_text(column.type) or column.type == pa.string():
            continue
        if pa.types.is_dictionary(column.type):
            if column.type.value_type == pa.string():
                continue
            kind = pa.dictionary(pa.int32(), pa.string())
            chunks = [pa.DictionaryArray.from_arrays(chunk.indices.cast(pa.int32()), chunk.dictionary.cast(pa.string()))
                      for chunk in column.chunks]
            column = pa.chunked_array(chunks, kind)
        else:
            column = column.cast(pa.string())
        table = table.set_column(place, name, column)
    return table


def _plain(column: pa.Array) -> pa.Array:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def bare(rows: int) -> pa.RecordBatch:
    """A batch without columns."""
    return pa.RecordBatch.from_struct_array(pa.StructArray.from_buffers(pa.struct([]), rows, [None]))


def after(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.RecordBatch]:
    """The same but for so many rows at the beginning."""
    for batch in batches:
        left = min(rows, batch.num_rows)
        rows -= left
        if left < batch.num_rows:
            yield batch.slice(left) if left else batch
