"""A log with more columns than it came with: labels that came later, or what a model decides on its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import pyarrow as pa

from shall.adapters.frames import require_columns
from shall.adapters.shown import Shown
from shall.core.errors import DataError
from shall.core.log import Log


class WiderLog(Shown):
    """A log and further columns in memory; those that it had are read from where they are."""

    def __init__(self, log: Log, columns: pa.Table, digest: str, name: str = "") -> None:
        self._log, self._columns, self._digest = log, columns, digest
        self.name = name or log.name
        kept = [field for field in log.schema if field.name not in columns.column_names]
        self.schema = pa.schema([*kept, *columns.schema.remove_metadata()])

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns; DataError where the log has other rows than when it was made wider."""
        require_columns(columns, self.schema.names, self.name)
        added = self._columns.column_names
        start = 0
        for batch in self._log.batches([name for name in columns if name not in added]):
            part = self._columns.slice(start, batch.num_rows)
            start += batch.num_rows
            if len(part) != batch.num_rows:
                break
            arrays = [_whole(part.column(name)) if name in added else batch.column(name) for name in columns]
            yield pa.RecordBatch.from_arrays(arrays, names=list(columns)) if columns else batch
        if start != len(self._columns):
            raise DataError(f"{self.name} was changed while it was read: start again")

    def digest(self) -> str:
        """SHA-256 over those of the log and of what was added to it."""
        return hashlib.sha256(f"{self._log.digest()}\n{self._digest}".encode()).hexdigest()

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self._columns)

    def _at_once(self) -> bool:
        return True


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
