"""A log in a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from shall.adapters.files import CHUNK, digest_of_files, first_line
from shall.adapters.frames import TableLog
from shall.core.errors import DataError

LARGEST: Final = 2**31 - 2**16              # bytes: the types are taken from all rows, so all are read at once


class CsvLog(TableLog):
    """A CSV file with a header: comma, semicolon or tab, whichever its header has.

    A type is taken from all rows, never from the first ones. An empty text is a missing value. Raises
    DataError for a row with more or fewer values than the header, an open quote, or bytes that are no UTF-8.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        super().__init__(_read(path), str(path))

    def digest(self) -> str:
        """SHA-256 of the bytes of the file."""
        return digest_of_files((self._path,))


def _read(path: Path) -> pa.Table:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise DataError(f"{path} has {size / 1e9:.1f} GB, too much for CSV: write it as Parquet")
        separator, names = _header(path)
        _quotes(path)
        table = csv.read_csv(
            path, read_options=csv.ReadOptions(block_size=max(size + 1, CHUNK)),
            parse_options=csv.ParseOptions(delimiter=separator, newlines_in_values=True,
                                           ignore_empty_lines=len(names) > 1))
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path} cannot be read as CSV: {first_line(error)}") from error
    if binary := [field.name for field in table.schema if pa.types.is_binary(field.type)]:
        raise DataError(f"column {binary[0]} of {path} is not written in UTF-8: save the file as UTF-8")
    return _without_empty_text(table)


def _header(path: Path) -> tuple[str, list[str]]:
    with path.open("rb") as file:
        line = file.readline(CHUNK).decode("utf-8-sig", errors="replace")
    separator = next((mark for mark in (",", ";", "\t") if mark in line), ",")
    return separator, line.split(separator)


def _quotes(path: Path) -> None:
    """An open quote would swallow all rows that follow it."""
    marks = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            marks += chunk.count(b'"')
    if marks % 2:
        raise DataError(f'{path} has an odd number of quotes ("): one is opened and never closed')


def _without_empty_text(table: pa.Table) -> pa.Table:
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            column = table.column(place)
            empty = pc.equal(column, "")
            if pc.any(empty).as_py():
                column = pc.if_else(empty, pa.scalar(None, pa.string()), column)
                table = table.set_column(place, field.name, column)
    return table
