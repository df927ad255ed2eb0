"""Logs in Parquet files: one file, or a folder of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from shall.adapters.ahead import ahead
from shall.adapters.folders import PathColumns, Values
from shall.adapters.frames import is_text, require_columns
from shall.adapters.shown import Shown
from shall.core.errors import DataError

BATCH: Final = 2**19                        # rows: large enough for numpy, small enough for flat memory
FEW: Final = 64                             # files whose footers are read to show a log
CHUNK: Final = 2**22                        # bytes at a time when a file is digested


class ParquetLog(Shown):
    """Parquet files of one schema, read in the order of their names; their paths may state more columns."""

    def __init__(self, files: Sequence[Path] | Mapping[Path, Values], name: str,
                 schema: pa.Schema | None = None) -> None:
        self.files = tuple(files)
        self._paths = PathColumns(files if isinstance(files, Mapping) else {path: {} for path in files}, schema)
        self.name = name
        if schema is not None:              # they are some files of a larger log
            self.schema = schema

    @cached_property
    def schema(self) -> pa.Schema:
        """The schema that all files share, text as dictionaries; a column without any value fits every type."""
        first = _schema(self.files[0])
        if twice := [name for name in first.names if first.names.count(name) > 1]:
            raise DataError(f"{self.files[0]} has two columns called {twice[0]}")
        fields = {field.name: field for field in first}
        for file in self.files[1:]:
            other = _schema(file)
            if difference := _differs(fields, other):
                raise DataError(f"{file.name} and {self.files[0].name} in {self.name} differ: {difference}")
            fields.update({field.name: field for field in other if pa.types.is_null(fields[field.name].type)})
        if both := [field.name for field in self._paths.fields if field.name in fields]:
            raise DataError(f"the column {both[0]} of {self.name} is both in the files and in their paths: "
                            "write the files without it")
        return pa.schema([*(_as_read(field) for field in fields.values()), *self._paths.fields])

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns, in this order; text comes as dictionaries."""
        return ahead(batch for path in self.files for batch in self.batches_of(path, columns))

    def batches_of(self, path: Path, columns: Sequence[str], groups: Iterable[int] | None = None,
                   ) -> Iterator[pa.RecordBatch]:
        """The rows of one of the files (or of some of its row groups), read as part of the whole."""
        require_columns(columns, self.schema.names, self.name)
        stated = [field.name for field in self._paths.fields]
        wanted = pa.schema([self.schema.field(name) for name in columns if name not in stated])
        text = [field.name for field in wanted if is_text(field.type)]
        try:
            # pre_buffer would hold a whole file in memory
            with pq.ParquetFile(path, read_dictionary=text, pre_buffer=False) as file:
                for batch in file.iter_batches(BATCH, groups, wanted.names):
                    batch = _in_order(batch, wanted) if wanted.names else batch
                    yield self._paths.added(batch, path, columns) if {*stated} & {*columns} else batch
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise DataError(f"{path} cannot be read as Parquet: {first_line(error)}") from error

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
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as Parquet: {first_line(error)}") from error


def _differs(first: dict[str, pa.Field], other: pa.Schema) -> str:
    for name in dict.fromkeys([*first, *other.names]):
        if name not in first or name not in other.names:
            return (f"only one has the column {name}. Write it into every file (empty where it is not known), or keep "
                    "what was written from then on in a folder of its own")
        one, two = (_as_read(field).type for field in (first[name], other.field(name)))
        if one != two and not (pa.types.is_null(one) or pa.types.is_null(two)):
            return f"column {name} is {other.field(name).type} in the first and {first[name].type} in the second"
    return ""
