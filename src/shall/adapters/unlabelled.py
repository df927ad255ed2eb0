"""A log of decisions whose labels nobody knows yet: a column of labels without one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import pyarrow as pa

from shall.adapters.frames import require_columns
from shall.adapters.shown import Shown
from shall.core.log import Log


class Unlabelled(Shown):
    """A log with a column of labels that are all missing, for what is estimated before they come."""

    def __init__(self, log: Log, label: str) -> None:
        self._log, self._label = log, label
        self.name = log.name
        self.schema = log.schema.append(pa.field(label, pa.string()))

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns."""
        require_columns(columns, self.schema.names, self.name)
        for batch in self._log.batches([name for name in columns if name != self._label]):
            if self._label not in columns:
                yield batch
                continue
            label = pa.nulls(batch.num_rows, pa.string())
            arrays = [label if name == self._label else batch.column(name) for name in columns]
            yield pa.RecordBatch.from_arrays(arrays, names=list(columns))

    def digest(self) -> str:
        """SHA-256 over that of the log and the name of the column."""
        return hashlib.sha256(f"{self._log.digest()}\n{self._label} is not known".encode()).hexdigest()
