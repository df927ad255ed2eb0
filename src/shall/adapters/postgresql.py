"""A log in PostgreSQL: a table, a view or a query, read once through its ADBC driver into a file beside."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from shall.adapters.addresses import Address, quoted
from shall.adapters.declared import NONE, Types
from shall.adapters.files import first_line
from shall.adapters.frames import digest_of_rows
from shall.adapters.ipc import IpcLog
from shall.core.errors import DataError, MissingExtra

READ_ONLY = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class SpooledLog(IpcLog):
    """Rows that are asked for once, and read as often as one likes from a file that goes with this object.

    A server promises no order of rows, and bills every question.
    """

    def __init__(self, reader: pa.RecordBatchReader, name: str, types: Types = NONE) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="shall-")
        path = Path(self._folder.name) / "rows.arrow"
        try:
            schema = _simple(reader.schema.empty_table()).schema
            with pa.ipc.new_file(path, schema) as out:
                for batch in reader:
                    out.write_table(_simple(pa.Table.from_batches([batch])))
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{name} cannot be read: {first_line(error)}") from error
        super().__init__(path, types, name)

    def digest(self) -> str:
        """SHA-256 of the rows, in order."""
        return digest_of_rows(self.schema, self.batches(self.schema.names))


def postgresql_log(address: Address, types: Types = NONE) -> SpooledLog:
    """The rows of `postgresql://user@host/db?table=decisions`; the password comes from PGPASSWORD or ~/.pgpass."""
    if not address.table and not address.sql:
        raise DataError(f"{address.name} names no table: add ?table=NAME or ?sql=QUERY, or write "
                        "log = { table = \"NAME\", in = \"postgresql://…\" }")
    source = ".".join(map(quoted, address.table.split("."))) if address.table else address.query
    with _cursor(_library(), address) as cursor:
        cursor.execute(READ_ONLY)
        cursor.execute(f"SELECT * FROM {source} AS log")
        return SpooledLog(cursor.fetch_record_batch(), address.name, types)


def _library() -> Callable[..., Any]:
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError as error:
        raise MissingExtra("adbc-driver-postgresql", "postgresql", "a PostgreSQL database") from error
    connect: Callable[..., Any] = dbapi.connect
    return connect


@contextmanager
def _cursor(connect: Callable[..., Any], address: Address) -> Iterator[Any]:
    from adbc_driver_manager import Error

    try:
        with connect(address.place) as connection, connection.cursor() as cursor:
            yield cursor
    except Error as error:
        raise DataError(f"{address.name} cannot be read: {first_line(error)}") from error


def _simple(table: pa.Table) -> pa.Table:
    """Without extension types, which few functions know: of a `numeric`, its number."""
    columns = []
    for column in table.columns:
        kind = column.type
        if isinstance(kind, pa.BaseExtensionType):
            storage = pa.chunked_array([chunk.storage for chunk in column.chunks], kind.storage_type)
            column = storage.cast(pa.float64()) if getattr(kind, "type_name", "") == "numeric" else storage
        columns.append(column)
    return pa.table(columns, names=table.column_names)
