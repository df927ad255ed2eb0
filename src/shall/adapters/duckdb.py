"""A log in a DuckDB database: a table, a view or a query, read by a connection that can only read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from shall.adapters.addresses import Address, absent, one_of, quoted
from shall.adapters.declared import NONE, Types, hold
from shall.adapters.files import BATCH, first_line
from shall.adapters.frames import bare, digest_of_rows, ordinary, require_columns
from shall.adapters.shown import Shown
from shall.core.errors import DataError, MissingExtra

# one thread: the rows of a query come in the same order each time
SHUT: Final = {"enable_external_access": "false", "autoinstall_known_extensions": "false",
               "autoload_known_extensions": "false", "threads": "1", "lock_configuration": "true"}


class DuckDbLog(Shown):
    """Rows in batches, columns that are not asked for are not read; no file or address but its own is opened."""

    def __init__(self, address: Address, types: Types = NONE) -> None:
        self._place = address.place
        if not Path(address.place).is_file():
            raise absent(address.place)
        if not address.table and not address.sql:
            address = Address(address.engine, address.place, one_of(self._tables(), address.place))
        self.name = address.name
        self._source = quoted(address.table) if address.table else address.query
        empty = self._asked(f"SELECT * FROM {self._source} LIMIT 0").read_all()
        if twice := [name for name in empty.column_names if empty.column_names.count(name) > 1]:
            raise DataError(f"{self.name} has two columns called {twice[0]}")
        self.schema = ordinary(empty.replace_schema_metadata(None)).schema
        hold(self.schema, types, self.name)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns, in this order."""
        require_columns(columns, self.schema.names, self.name)
        chosen = ", ".join(map(quoted, columns)) or "1"
        try:
            for batch in self._asked(f"SELECT {chosen} FROM {self._source}"):
                table = pa.Table.from_batches([batch]).replace_schema_metadata(None)
                yield from ordinary(table).to_batches() if columns else [bare(batch.num_rows)]
        except pa.ArrowException as error:
            raise DataError(f"{self.name} cannot be read: {first_line(error)}") from error

    def digest(self) -> str:
        """SHA-256 of the rows, in order."""
        return digest_of_rows(self.schema, self.batches(self.schema.names))

    @cached_property
    def rows(self) -> int:
        """How many there are."""
        return int(self._asked(f"SELECT count(*) FROM {self._source}").read_all().column(0)[0].as_py())

    def _tables(self) -> list[str]:
        found = self._asked("SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'")
        return [str(name) for name in found.read_all().column(0).to_pylist()]

    def _asked(self, query: str) -> pa.RecordBatchReader:
        duckdb = _library()
        try:
            connection = duckdb.connect(self._place, read_only=True, config=SHUT)
            return connection.sql(query).to_arrow_reader(BATCH)
        except duckdb.Error as error:
            name = getattr(self, "name", self._place)
            raise DataError(f"{name} cannot be read: {first_line(error)}") from error


def _library() -> Any:
    try:
        import duckdb
    except ImportError as error:
        raise MissingExtra("duckdb", "duckdb", "a DuckDB database") from error
    return duckdb
