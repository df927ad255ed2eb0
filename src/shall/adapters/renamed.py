"""A log some of whose columns have another name too: what a model answered is called one way here, another there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from shall.adapters.frames import require_columns
from shall.adapters.shown import Shown
from shall.core.log import Log


class RenamedLog(Shown):
    """A log and, by their new name, columns of it. ``names``: what each is called in the log."""

    def __init__(self, log: Log, names: Mapping[str, str]) -> None:
        self._log, self._names_there, self.name = log, dict(names), log.name
        self.schema = pa.schema([*log.schema, *(log.schema.field(there).with_name(here)
                                                for here, there in names.items())])

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns."""
        require_columns(columns, self.schema.names, self.name)
        there = [self._names_there.get(name, name) for name in columns]
        for batch in self._log.batches([*dict.fromkeys(there)]):
            yield pa.RecordBatch.from_arrays([batch.column(name) for name in there], names=list(columns)
                                             ) if columns else batch

    def digest(self) -> str:
        """SHA-256 over that of the log and the names."""
        told = sorted(self._names_there.items())
        return hashlib.sha256(f"{self._log.digest()}\n{told}".encode()).hexdigest()
