"""Logs in Parquet files: one file, or a folder of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from shall.adapters.ahead import ahead
from shall.adapters.file_columns import FileColumns, as_read, columns_of, wider
from shall.adapters.folders import PathColumns, Values
from shall.adapters.frames import is_text, require_columns
from shall.adapters.shown import Shown
from shall.core.errors import DataError
from shall.core.log import Log

BATCH: Final = 2**19                        # rows: large enough for numpy, small enough for flat memory
FEW: Final = 64                             # files whose footers are read to show a log
CHUNK: Final = 2**22                        # bytes at a time when a file is digested


class ParquetLog(Shown):
    """Parquet files, read in the order of their names; their paths may state more columns.

    They have the same columns, in types that go together; see `shared` for those that have not.
    """

    def __init__(self, files: Sequence[Path] | Mapping[Path, Values], name: str,
                 schema: pa.Schema | None = None) -> None:
        self.files = tuple(files)
        self._shared = False
        self._paths = PathColumns(files if isinstance(files, Mapping) else {path: {} for path in files}, schema)
        self.name = name
        if schema is not None:              # they are some files of a larger log
            self.schema = self.every = schema
            self._columns = FileColumns({}, {})

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns that all files have, text as dictionaries, in types that hold every value of each."""
        if self.apart and not self._shared:
            raise DataError(next(iter(self.apart.values())))
        return pa.schema([field for field in self.every if field.name not in self.apart])

    def shared(self) -> ParquetLog:
        """The same for who names the columns that he reads: one that only some files have is none of the schema."""
        found = copy(self)
        found._shared = True
        return found

    def having(self, names: Collection[str]) -> ParquetLog:
        """Those of its files that have some columns; all of them where none has."""
        own = {*names} - {field.name for field in self._paths.fields}
        files = {path: self._paths.of(path) for path in self.files if own <= {*_schema(path).names}}
        return ParquetLog(files, self.name).shared() if files else self

    @property
    def apart(self) -> Mapping[str, str]:
        """The columns that not all files have in types that go together: why, and what to do."""
        return self._columns.apart

    @cached_property
    def every(self) -> pa.Schema:
        """The columns of all files, also those that only some have."""
        fields = self._columns.fields
        if both := [field.name for field in self._paths.fields if field.name in fields]:
            raise DataError(f"the column {both[0]} of {self.name} is both in the files and in their paths: "
                            "write the files without it")
        return pa.schema([*fields.values(), *self._paths.fields])

    @cached_property
    def _columns(self) -> FileColumns:
        return columns_of(self.files, _schema)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns, in this order; text comes as dictionaries."""
        return ahead(self._each(columns))

    def batches_of(self, path: Path, columns: Sequence[str], groups: Iterable[int] | None = None,
                   ) -> Iterator[pa.RecordBatch]:
        """The rows of one of the files (or of some of its row groups), read as part of the whole.

        DataError where it lacks a column, or has it in a type that does not go with those of the others.
        """
        require_columns(columns, self.every.names, self.name)
        stated = [field.name for field in self._paths.fields]
        wanted = pa.schema([self.every.field(name) for name in columns if name not in stated])
        text = [field.name for field in wanted if is_text(field.type)]
        try:
            # pre_buffer would hold a whole file in memory
            with pq.ParquetFile(path, read_dictionary=text, pre_buffer=False) as file:
                self._hold(path, file.schema_arrow, wanted)
                for batch in file.iter_batches(BATCH, groups, wanted.names):
                    batch = _in_order(batch, wanted, path) if wanted.names else batch
                    yield self._paths.added(batch, path, columns) if {*stated} & {*columns} else batch
        except KeyError:                    # text that the file has not
            self._hold(path, _schema(path), wanted)
            raise
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise DataError(f"{path} cannot be read as Parquet: {first_line(error)}") from error

    def _each(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        require_columns(columns, self.schema.names, self.name, self.apart)
        for path in self.files:
            yield from self.batches_of(path, columns)

    def _hold(self, path: Path, schema: pa.Schema, wanted: pa.Schema) -> None:
        """DataError where a file has not all that is wanted of it, in types that go together with these."""
        for field in wanted:
            at = schema.get_field_index(field.name)
            if (field.name in self._columns.clashing or at < 0
                    or wider(field.type, as_read(schema.field(at).type)) != field.type):
                raise DataError(self.apart.get(field.name) or f"{path} has no column {field.name} of the type "
                                f"{field.type}, as {self.name} has: it was changed meanwhile")

    def digest(self) -> str:
        """SHA-256 of the bytes of every file, and of what the paths state."""
        return self.digest_of([digest_of_files((path,)) for path in self.files])

    def digest_of(self, contents: Sequence[str]) -> str:
        """The digest of the log from those of its files, in their order."""
        return together([self.identity(*pair) for pair in zip(self.files, contents, strict=True)])

    def values(self, path: Path) -> Values:
        """What the path of a file states of all its rows."""
        return self._paths.of(path)

    def identity(self, path: Path, content: str) -> str:
        """What tells the rows of a file: the digest of its bytes, and what its path states."""
        return hashlib.sha256(f"{self._paths.stated(path)}\n{content}".encode()).hexdigest() if self._paths else content

    @property
    def is_folder(self) -> bool:
        """Whether it stands for a folder, whatever files come to lie there."""
        return Path(self.name).is_dir()

    def _at_once(self) -> bool:
        return len(self.files) <= FEW

    @cached_property
    def rows(self) -> int:
        """How many there are, from the footers."""
        return sum(pq.read_metadata(path).num_rows for path in self.files)


def shared(log: Log) -> Log:
    """A log for who names the columns that he reads: of files that differ in others, too. See `ParquetLog.shared`."""
    return log.shared() if isinstance(log, ParquetLog) else log


def digest_of_files(files: Sequence[Path]) -> str:
    """SHA-256 over the SHA-256 of each file, in order; of one file, its own."""
    digests = []
    for path in files:
        content = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                content.update(chunk)
        digests.append(content.hexdigest())
    return together(digests)


def together(digests: Sequence[str]) -> str:
    """One digest of many, in order; of one, itself."""
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def first_line(error: Exception) -> str:
    """What an error of the library says, without its stack."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _in_order(batch: pa.RecordBatch, wanted: pa.Schema, path: Path) -> pa.RecordBatch:
    """The columns as they were asked for, whatever their order and storage in this file."""
    if batch.schema.equals(wanted):
        return batch
    return pa.RecordBatch.from_arrays([_cast(batch.column(field.name), field, path) for field in wanted], schema=wanted)


def _cast(column: pa.Array, field: pa.Field, path: Path) -> pa.Array:
    if column.type == field.type:
        return column
    if pa.types.is_dictionary(field.type):
        return column.cast(pa.string()).dictionary_encode().cast(field.type)
    try:
        return column.cast(field.type)
    except pa.ArrowInvalid as error:        # a whole number that a float64 cannot hold
        raise DataError(f"column {field.name} of {path} is {column.type} and has to be read as {field.type}, as other "
                        f"files have it: {first_line(error)}. Write one type") from error


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path).remove_metadata()
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as Parquet: {first_line(error)}") from error
