"""A log in a SQLite database: a table, a view or a query, read by a connection that can only read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final

import apsw
import apsw.ext
import pyarrow as pa

from shall.adapters.addresses import Address, absent, one_of, quoted
from shall.adapters.declared import NONE, Types, line_for
from shall.adapters.files import first_line
from shall.adapters.frames import bare, digest_of_rows, require_columns
from shall.adapters.shown import Shown
from shall.core.errors import DataError

BATCH: Final = 2**16                        # rows: they pass as Python objects
ARROW: Final = {"integer": pa.int64(), "real": pa.float64(), "text": pa.string(), "null": pa.null()}
DECLARED: Final = {"integer": pa.int64(), "number": pa.float64(), "string": pa.string(), "boolean": pa.bool_(),
                  "date": pa.date32(), "timestamp": pa.timestamp("us")}


class SqliteLog(Shown):
    """Rows in batches. SQLite lets each value of a column have its own type: the types are those of all values.

    Whole numbers and others together are numbers. Numbers and text in one column are an error, unless the
    shall file declares the column as text.
    """

    def __init__(self, address: Address, types: Types = NONE) -> None:
        self._place, self._types = address.place, types
        if not Path(address.place).is_file():
            raise absent(address.place)
        if not address.table and not address.sql:
            address = Address(address.engine, address.place, one_of(self._tables(), address.place))
        self.name = address.name
        self._source = quoted(address.table) if address.table else address.query
        self._names = self._columns()
        if twice := [name for name in self._names if self._names.count(name) > 1]:
            raise DataError(f"{self.name} has two columns called {twice[0]}")

    @cached_property
    def schema(self) -> pa.Schema:
        """Names and types, from all values."""
        kinds = ", ".join(f"typeof({quoted(name)})" for name in self._names)
        found = list(self._asked(f"SELECT DISTINCT {kinds} FROM {self._source}"))
        columns = [set(column) for column in zip(*found, strict=True)] or [set() for _ in self._names]
        return pa.schema([(name, self._type(name, seen)) for name, seen in zip(self._names, columns, strict=True)])

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns, in this order."""
        require_columns(columns, self._names, self.name)
        wanted = pa.schema([self.schema.field(name) for name in columns])
        chosen = ", ".join(self._as_asked(field) for field in wanted) or "1"
        rows = self._asked(f"SELECT {chosen} FROM {self._source}")
        while part := list(islice(rows, BATCH)):
            yield self._batch(part, wanted) if columns else bare(len(part))

    def digest(self) -> str:
        """SHA-256 of the rows, in order."""
        return digest_of_rows(self.schema, self.batches(self.schema.names))

    @cached_property
    def rows(self) -> int:
        """How many there are."""
        return int(next(self._asked(f"SELECT count(*) FROM {self._source}"))[0])

    def _batch(self, rows: list[tuple[Any, ...]], wanted: pa.Schema) -> pa.RecordBatch:
        try:
            arrays = [_array(values, field.type) for values, field in
                      zip(zip(*rows, strict=True), wanted, strict=True)]
        except (pa.ArrowException, OverflowError) as error:
            raise DataError(f"{self.name} was changed while it was read, or is damaged: {first_line(error)}") from error
        return pa.RecordBatch.from_arrays(arrays, schema=wanted)

    def _as_asked(self, field: pa.Field) -> str:
        if self._types.get(field.name) == "string":
            return f"CAST({quoted(field.name)} AS TEXT)"
        return quoted(field.name)

    def _type(self, name: str, kinds: set[str]) -> pa.DataType:
        kinds -= {"null"} if len(kinds) > 1 else set()
        if self._types.get(name) == "string":
            return pa.string()
        if kinds == {"integer", "real"}:
            kinds = {"real"}
        if len(kinds) > 1 or kinds == {"blob"}:
            raise DataError(f"column {name} of {self.name} holds {' and '.join(sorted(kinds))}: mend it, or, if all "
                            f"are text, add to the shall file: {line_for(name, 'string')}")
        found, word = next(iter(kinds), "null"), self._types.get(name, "")
        if word and not (found == "null" or _fits(found, word)):
            raise DataError(f"column {name} of {self.name} is {found}, and the shall file declares it as {word}")
        return DECLARED.get(word, ARROW[found])

    def _columns(self) -> list[str]:
        try:
            query = f"SELECT * FROM {self._source}"
            return [str(name) for name, _ in apsw.ext.query_info(self._connection(), query).description]
        except apsw.Error as error:
            raise DataError(f"{self.name} cannot be read: {first_line(error)}") from error

    def _tables(self) -> list[str]:
        return [str(name) for name, in self._asked(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'")]

    def _asked(self, query: str) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._connection().execute(query)
        except (apsw.Error, UnicodeDecodeError) as error:
            name = getattr(self, "name", self._place)
            raise DataError(f"{name} cannot be read: {first_line(error)}") from error

    def _connection(self) -> apsw.Connection:
        try:
            connection = apsw.Connection(self._place, flags=apsw.SQLITE_OPEN_READONLY)
        except apsw.Error as error:
            raise DataError(f"{self._place} cannot be read: {first_line(error)}") from error
        connection.limit(apsw.SQLITE_LIMIT_ATTACHED, 0)     # no other file
        connection.set_busy_timeout(5000)
        return connection


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_boolean(kind):
        return pa.array([None if value is None else value != 0 for value in values], kind)
    if pa.types.is_temporal(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)


def _fits(found: str, word: str) -> bool:
    return found in {"integer": ("integer",), "number": ("integer", "real"), "boolean": ("integer",),
                     "date": ("text",), "timestamp": ("text",)}[word]
