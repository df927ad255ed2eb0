"""Logs in Parquet files: one file, or a folder of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from shall.adapters.frames import is_text, require_columns
from shall.core.errors import DataError

BATCH: Final = 2**19                        # rows: large enough for numpy, small enough for flat memory
CHUNK: Final = 2**22                        # bytes at a time when a file is digested


class ParquetLog:
    """Parquet files of one schema, read in the order of their names."""

    def __init__(self, files: tuple[Path, ...], name: str) -> None:
        self._files = files
        self.name = name

    @cached_property
    def schema(self) -> pa.Schema:
        """The schema that all files share, text as dictionaries; a column without any value fits every type."""
        first = _schema(self._files[0])
        if twice := [name for name in first.names if first.names.count(name) > 1]:
            raise DataError(f"{self._files[0]} has two columns called {twice[0]}")
        fields = {field.name: field for field in first}
        for file in self._files[1:]:
            other = _schema(file)
            if difference := _differs(fields, other):
                raise DataError(f"{file.name} and {self._files[0].name} in {self.name} differ: {difference}")
            fields.update({field.name: field for field in other if pa.types.is_null(fields[field.name].type)})
        return pa.schema([_as_read(field) for field in fields.values()])

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns, in this order; text comes as dictionaries."""
        require_columns(columns, self.schema.names, self.name)
        wanted = pa.schema([self.schema.field(name) for name in columns])
        text = [field.name for field in wanted if is_text(field.type)]
        for path in self._files:
            try:
                # pre_buffer would hold a whole file in memory
                with pq.ParquetFile(path, read_dictionary=text, pre_buffer=False) as file:
                    for batch in file.iter_batches(batch_size=BATCH, columns=list(columns)):
                        yield _in_order(batch, wanted) if columns else batch
            except (pa.ArrowException, OSError) as error:
                raise DataError(f"{path} cannot be read as Parquet: {first_line(error)}") from error

    def digest(self) -> str:
        """SHA-256 of the bytes of every file."""
        return digest_of_files(self._files)

    @cached_property
    def rows(self) -> int:
        """How many there are, from the footers."""
        return sum(pq.read_metadata(path).num_rows for path in self._files)


def digest_of_files(files: Sequence[Path]) -> str:
    """SHA-256 over the SHA-256 of each file, in order; of one file, its own."""
    digests = []
    for path in files:
        content = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                content.update(chunk)
        digests.append(content.hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def first_line(error: Exception) -> str:
    """What an error of the library says, without its stack."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _as_read(field: pa.Field) -> pa.Field:
    return pa.field(field.name, pa.dictionary(pa.int32(), pa.string())) if is_text(field.type) else field


def _in_order(batch: pa.RecordBatch, wanted: pa.Schema) -> pa.RecordBatch:
    """The columns as they were asked for, whatever their order and storage in this file."""
    if batch.schema.equals(wanted):
        return batch
    arrays = []
    for field in wanted:
        column = batch.column(field.name)
        if column.type != field.type and pa.types.is_dictionary(field.type):
            column = column.cast(pa.string()).dictionary_encode()
        arrays.append(column.cast(field.type) if column.type != field.type else column)
    return pa.RecordBatch.from_arrays(arrays, schema=wanted)


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path).remove_metadata()
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path} cannot be read as Parquet: {first_line(error)}") from error


def _differs(first: dict[str, pa.Field], other: pa.Schema) -> str:
    for name in dict.fromkeys([*first, *other.names]):
        if name not in first or name not in other.names:
            return f"only one has the column {name}"
        one, two = (_as_read(field).type for field in (first[name], other.field(name)))
        if one != two and not (pa.types.is_null(one) or pa.types.is_null(two)):
            return f"column {name} is {other.field(name).type} in the first and {first[name].type} in the second"
    return ""
