"""A log in an Arrow IPC file or stream: `.arrow`, `.feather`, `.ipc`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import ipc

from shall.adapters.declared import NONE, Types, hold
from shall.adapters.files import BATCH, digest_of_files, first_line
from shall.adapters.frames import bare, ordinary, require_columns
from shall.adapters.shown import Shown
from shall.core.errors import DataError

FILE, OLD_FEATHER = b"ARROW1", b"FEA1"     # the first bytes
Reader = Any                                # of a file, or of a stream


class IpcLog(Shown):
    """An Arrow IPC file or stream, read one record batch at a time; what is read is validated in full."""

    def __init__(self, path: Path, types: Types = NONE, name: str = "") -> None:
        self._path = path
        self.name = name or str(path)
        with self._opened() as reader:
            self._names = reader.schema.names
            if twice := [name for name in self._names if self._names.count(name) > 1]:
                raise DataError(f"{self.name} has two columns called {twice[0]}")
            self.schema = ordinary(reader.schema.remove_metadata().empty_table()).schema
        hold(self.schema, types, self.name)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns, in this order."""
        require_columns(columns, self._names, self.name)
        with self._opened(columns) as reader:
            for batch in _each(reader):
                batch.validate(full=True)
                for start in range(0, batch.num_rows, BATCH):
                    part = batch.slice(start, BATCH)
                    yield _select(part, columns) if columns else bare(part.num_rows)

    def digest(self) -> str:
        """SHA-256 of the bytes of the file."""
        return digest_of_files((self._path,))

    @cached_property
    def rows(self) -> int:
        """How many there are."""
        return sum(batch.num_rows for batch in self.batches([]))

    @contextmanager
    def _opened(self, columns: Sequence[str] | None = None) -> Iterator[Reader]:
        try:
            with pa.OSFile(str(self._path)) as file:
                start = file.read(8)
                file.seek(0)
                if start.startswith(OLD_FEATHER):
                    raise DataError(f"{self._path} is Feather of version 1: write it again with a current pyarrow")
                options = ipc.IpcReadOptions()
                opening = ipc.open_file if start.startswith(FILE) else ipc.open_stream
                if columns:
                    names = self._names
                    options.included_fields = sorted(names.index(name) for name in columns)
                with opening(file, options=options) as reader:
                    yield reader
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise DataError(f"{self._path} cannot be read as Arrow IPC: {first_line(error)}") from error


def _each(reader: Reader) -> Iterator[pa.RecordBatch]:
    if isinstance(reader, ipc.RecordBatchFileReader):
        for place in range(reader.num_record_batches):
            yield reader.get_batch(place)
    else:
        yield from reader


def _select(batch: pa.RecordBatch, columns: Sequence[str]) -> pa.RecordBatch:
    table = ordinary(pa.Table.from_batches([batch]).select(list(columns)).replace_schema_metadata(None))
    return table.to_batches()[0]
