"""A log in a CSV file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from shall.adapters.declared import NONE, Types
from shall.adapters.files import CHUNK, digest_of_files, first_line
from shall.adapters.frames import require_columns
from shall.adapters.inferred import FALSE, MISSING, TRUE, Inferred
from shall.adapters.shown import Shown
from shall.core.errors import DataError

QUOTE: Final = ord('"')
MARKS: Final = (",", ";", "\t", "|")
PARQUET: Final = b"PAR1"
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class CsvLog(Shown):
    """A CSV file with a header: comma, semicolon, tab or bar, whichever its header has most of.

    A type is declared in the shall file, or taken from all rows, never from the first ones: so the file is
    read twice, in blocks. An empty text is a missing value; `NA`, `null` and the like are missing among
    numbers, and text among text. Codes such as `00501` stay text. Raises DataError, with row and column, for
    a row with more or fewer values than the header, a stray quote, bytes that are no UTF-8, a value that is
    not of its declared type, or a few values that are unlike all others of their column.
    """

    def __init__(self, path: Path, types: Types = NONE) -> None:
        self._path, self._types = path, types
        self.name = str(path)
        self._separator = _separator(path)
        _quotes(path, self._separator)
        self._names = self._open({}).schema.names
        if twice := [name for name in self._names if self._names.count(name) > 1]:
            raise DataError(f"{path} has two columns called {twice[0]}")

    @cached_property
    def schema(self) -> pa.Schema:
        """Names and types, text as dictionaries."""
        kinds = self._seen[0]
        return pa.schema([(name, pa.dictionary(pa.int32(), pa.string()) if kind == pa.string() else kind)
                          for name, kind in kinds.items()])

    @property
    def rows(self) -> int:
        """How many there are."""
        return self._seen[1]

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns; text comes as dictionaries."""
        require_columns(columns, self.schema.names, self.name)
        kinds, rows = self._seen
        wanted = pa.schema([self.schema.field(name) for name in columns])
        read = list(columns) or self._names[:1]
        done = 0
        for batch in self._read({name: kinds[name] for name in read}, read):
            done += batch.num_rows
            yield _as_asked(batch, wanted) if columns else batch.select([])
        if done != rows:
            raise DataError(f"{self.name} was changed while it was read: start again")

    def digest(self) -> str:
        """SHA-256 of the bytes of the file."""
        return digest_of_files((self._path,))

    @cached_property
    def _seen(self) -> tuple[dict[str, pa.DataType], int]:
        """The type of each column, and the number of rows, from all of them."""
        columns = [Inferred(name, self.name, self._types.get(name, "")) for name in self._names]
        rows = 0
        for batch in self._read(dict.fromkeys(self._names, pa.string()), self._names):
            for column, values in zip(columns, batch.columns, strict=True):
                column.see(values, rows)
            rows += batch.num_rows
        return {column.name: column.type() for column in columns}, rows

    def _read(self, types: dict[str, pa.DataType], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._open(types, columns)
        except (pa.ArrowException, OSError) as error:
            raise self._error(error) from error

    def _open(self, types: dict[str, pa.DataType], columns: Sequence[str] = ()) -> csv.CSVStreamingReader:
        # one thread, so that an error names its row; a block is more than a long row
        single = not getattr(self, "_names", None) or len(self._names) == 1
        try:
            return csv.open_csv(
                self._path, read_options=csv.ReadOptions(block_size=CHUNK, use_threads=False),
                parse_options=csv.ParseOptions(delimiter=self._separator, newlines_in_values=True,
                                               ignore_empty_lines=not single),
                convert_options=csv.ConvertOptions(
                    column_types=types, include_columns=list(columns), null_values=list(MISSING),
                    true_values=[*TRUE, "1"], false_values=[*FALSE, "0"], strings_can_be_null=False))
        except (pa.ArrowException, OSError) as error:
            raise self._error(error) from error

    def _error(self, error: Exception) -> DataError:
        said = first_line(error)
        if "invalid UTF8" in said:
            place = re.search(r"column #(\d+): Row #(\d+)", said)
            names = getattr(self, "_names", [])
            column = names[int(place[1])] if place and int(place[1]) < len(names) else "one"
            return DataError(f"column {column} of {self._path}{f', row {int(place[2]):,},' if place else ''} is not "
                             "written in UTF-8: save the file as UTF-8")
        return DataError(f"{self._path} cannot be read as CSV: {said}")


def _as_asked(batch: pa.RecordBatch, wanted: pa.Schema) -> pa.RecordBatch:
    arrays = []
    for field in wanted:
        column = batch.column(field.name)
        if pa.types.is_string(column.type):
            column = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column).dictionary_encode()
        arrays.append(column)
    return pa.RecordBatch.from_arrays(arrays, schema=wanted)


def _separator(path: Path) -> str:
    with path.open("rb") as file:
        start = file.readline(CHUNK)
    if start.startswith(PARQUET):
        raise DataError(f"{path} is Parquet, whatever its name says: call it {path.with_suffix('.parquet').name}")
    if start.startswith(UTF16) or b"\0" in start:
        raise DataError(f"{path} is not written in UTF-8: save the file as UTF-8, which a spreadsheet calls CSV UTF-8")
    header = re.sub(r'"[^"]*"', "", re.split("[\r\n]", start.decode("utf-8-sig", errors="replace"))[0])
    return max(MARKS, key=header.count)


def _quotes(path: Path, separator: str) -> None:
    """A stray quote would swallow rows: one opens at the beginning of a value and closes at its end."""
    if not path.stat().st_size:
        raise DataError(f"{path} cannot be read as CSV: it is empty")
    content = np.memmap(path, dtype=np.uint8, mode="r")
    ends = np.array([QUOTE, ord(separator), *b"\r\n"], dtype=np.uint8)
    begin = 3 if bytes(content[:3]) == b"\xef\xbb\xbf" else 0
    marks = 0
    for start in range(0, len(content), CHUNK):
        places = start + np.flatnonzero(content[start:start + CHUNK] == QUOTE)
        opens = (np.arange(len(places)) + marks) % 2 == 0
        marks += len(places)
        beside = np.where(opens, places - 1, places + 1)
        edge = np.where(opens, places == begin, places + 1 == len(content))
        stray = ~edge & ~np.isin(content[np.clip(beside, 0, len(content) - 1)], ends)
        if stray.any():
            line = 1 + int((content[:places[stray.argmax()]] == ord("\n")).sum())
            raise DataError(f'{path}, line {line:,}: a quote (") stands inside a value; put the whole value into '
                            'quotes and double those inside: "5"" pipe"')
    if marks % 2:
        raise DataError(f'{path} has an odd number of quotes ("): one is opened and never closed')
