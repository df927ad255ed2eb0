"""Logs in files: Parquet, one file or a folder of them, and CSV."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from shall.adapters.frames import TableLog
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
        """The schema that all files share; text columns are read as dictionaries."""
        first = _schema(self._files[0])
        for file in self._files[1:]:
            if difference := _differs(first, _schema(file)):
                raise DataError(f"{file.name} and {self._files[0].name} in {self.name} differ: {difference}")
        return first

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns."""
        _known(columns, self.schema, self.name)
        text = [name for name in columns if pa.types.is_string(self.schema.field(name).type)]
        for path in self._files:
            try:
                # pre_buffer would hold a whole file in memory
                with pq.ParquetFile(path, read_dictionary=text, pre_buffer=False) as file:
                    yield from file.iter_batches(batch_size=BATCH, columns=list(columns))
            except (pa.ArrowException, OSError) as error:
                raise DataError(f"{path} cannot be read as Parquet: {_first_line(error)}") from error

    def digest(self) -> str:
        """SHA-256 of the bytes of every file."""
        return digest_of_files(self._files)

    @cached_property
    def rows(self) -> int:
        """How many there are, from the footers."""
        return sum(pq.read_metadata(path).num_rows for path in self._files)


class CsvLog(TableLog):
    """A CSV file with a header, comma or (for .tsv) tab separated; types are taken from all its rows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        super().__init__(_read_csv(path), str(path))

    def digest(self) -> str:
        """SHA-256 of the bytes of the file."""
        return digest_of_files((self._path,))


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


def _read_csv(path: Path) -> pa.Table:
    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        # one block, so that a type is never guessed from the first rows only
        size = min(max(path.stat().st_size + 1, 2**16), 2**31 - 1)
        return pa.csv.read_csv(path, read_options=pa.csv.ReadOptions(block_size=size),
                               parse_options=pa.csv.ParseOptions(delimiter=separator))
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path} cannot be read as CSV: {_first_line(error)}") from error


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path).remove_metadata()
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path} cannot be read as Parquet: {_first_line(error)}") from error


def _differs(first: pa.Schema, other: pa.Schema) -> str:
    for name in dict.fromkeys([*first.names, *other.names]):
        if name not in first.names or name not in other.names:
            return f"only one has the column {name}"
        if first.field(name).type != other.field(name).type:
            return f"column {name} is {first.field(name).type} in one and {other.field(name).type} in the other"
    return ""


def _known(columns: Sequence[str], schema: pa.Schema, name: str) -> None:
    if strange := [column for column in columns if column not in schema.names]:
        raise DataError(f"{name} has no column {strange[0]}; it has {', '.join(schema.names)}")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
