"""A log in JSON lines: `.jsonl`, `.ndjson`; one object a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from pyarrow import json

from shall.adapters.declared import NONE, Types
from shall.adapters.files import CHUNK, digest_of_files, first_line
from shall.adapters.frames import bare, is_text, require_columns
from shall.adapters.shown import Shown
from shall.core.errors import DataError

LONGEST: Final = 2**24                      # bytes of a line
DEEPEST: Final = 32                         # levels of objects and lists
OPEN, CLOSE, NEWLINE = [*b"{["], [*b"}]"], ord("\n")
WIDE: Final = re.compile(rb'[:\[,]\s*(-?\d{19,})\s*[,}\]]')
KINDS: Final = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(),
                "date": pa.date32(), "timestamp": pa.timestamp("us", "UTC")}


class JsonLinesLog(Shown):
    """One JSON object a line, read in blocks; an object inside becomes columns `user.age`.

    The types are those of all lines: whole numbers and others together are numbers, and any other mixture
    is an error with its line. A text that is a time in every line is one. A key that a line lacks is
    missing there. Raises DataError for a broken line, a key twice, or a whole number of more than 64 bits.
    """

    def __init__(self, path: Path, types: Types = NONE) -> None:
        self._path, self._types = path, types
        self.name = str(path)

    @cached_property
    def schema(self) -> pa.Schema:
        """Names and types."""
        return _flat(self._seen[0].empty_table()).schema

    @property
    def rows(self) -> int:
        """How many there are."""
        return self._seen[1]

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns, in this order."""
        require_columns(columns, self.schema.names, self.name)
        nested, rows = self._seen
        done = 0
        for block, first in self._blocks():
            table = self._read(block, first, nested)
            done += len(table)
            if not columns:
                yield bare(len(table))
            else:
                yield from _flat(table).select(list(columns)).combine_chunks().to_batches()
        if done != rows:
            raise DataError(f"{self.name} was changed while it was read: start again")

    def digest(self) -> str:
        """SHA-256 of the bytes of the file."""
        return digest_of_files((self._path,))

    @cached_property
    def _seen(self) -> tuple[pa.Schema, int]:
        """The schema of all lines, objects inside one another, and the number of rows."""
        found: dict[str, pa.Field] = {}
        rows = 0
        for block, first in self._blocks():
            table = self._read(block, first, None)
            for field in table.schema:
                known = found.get(field.name)
                found[field.name] = field if known is None else self._wider(known, field, first)
            rows += len(table)
        schema = pa.schema([pa.field(name, KINDS[self._types[name]]) if name in self._types else field
                            for name, field in found.items()])
        flat = _flat(schema.empty_table()).column_names
        if twice := [name for name in flat if flat.count(name) > 1]:
            raise DataError(f"{self._path} has two columns called {twice[0]}")
        return schema, rows

    def _wider(self, one: pa.Field, other: pa.Field, line: int) -> pa.Field:
        try:
            return pa.unify_schemas([pa.schema([_soft(one, other)]), pa.schema([_soft(other, one)])],
                                    promote_options="permissive").field(0)
        except pa.ArrowException as error:
            raise DataError(f"{self._path}: column {one.name} is {one.type} at first and {other.type} after line "
                            f"{line:,}: write one type, or declare it under [columns.types]") from error

    def _blocks(self) -> Iterator[tuple[bytes, int]]:
        """Whole lines, some megabytes at a time, and the number of the first of them."""
        line, rest = 1, b""
        try:
            with self._path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    whole, newline, rest = (rest + chunk).rpartition(b"\n")
                    if not newline and len(rest) > LONGEST:
                        raise DataError(f"{self._path}, line {line:,}: longer than {LONGEST:,} bytes")
                    if newline:
                        yield whole + newline, line
                        line += whole.count(b"\n") + 1
            if rest:
                yield rest, line
        except OSError as error:
            raise DataError(f"{self._path} cannot be read as JSON lines: {first_line(error)}") from error

    def _read(self, block: bytes, first: int, schema: pa.Schema | None) -> pa.Table:
        block = block.removeprefix(b"\xef\xbb\xbf") if first == 1 else block
        lines = sum(1 for text in block.split(b"\n") if text.strip())
        if not lines:
            return (schema or pa.schema([])).empty_table()
        self._check_depth(block, first, lines)
        try:
            table = json.read_json(
                BytesIO(block), read_options=json.ReadOptions(use_threads=False, block_size=len(block) + 1),
                parse_options=json.ParseOptions(explicit_schema=schema or None,
                                                unexpected_field_behavior="error" if schema else "infer"))
            table.validate(full=True)
        except (pa.ArrowException, UnicodeDecodeError) as error:
            raise self._error(error, block, first) from error
        if len(table) != lines:
            raise DataError(f"{self._path}, after line {first:,}: {lines:,} lines hold {len(table):,} objects: "
                            "write one object a line")
        self._check_whole(table, block, first)
        return table

    def _error(self, error: Exception, block: bytes, first: int) -> DataError:
        said = re.sub(r"^JSON parse error: ", "", first_line(error))
        row = re.search(r"\.? in row (\d+)", said)
        if row:
            filled = [number for number, text in enumerate(block.split(b"\n"), first) if text.strip()]
            line = filled[min(int(row[1]), len(filled) - 1)]
            return DataError(f"{self._path}, line {line:,}: {said[:row.start()]}")
        return DataError(f"{self._path}, after line {first:,}, cannot be read as JSON lines: {said}")

    def _check_depth(self, block: bytes, first: int, lines: int) -> None:
        """The parser calls itself for each level, until there is no stack left."""
        if block.count(b"{") + block.count(b"[") <= lines + DEEPEST:       # flat, as nearly all are
            return
        letters = np.frombuffer(block, dtype=np.uint8)
        steps = np.isin(letters, OPEN).astype(np.int32) - np.isin(letters, CLOSE)
        for number, part in enumerate(np.split(steps, np.flatnonzero(letters == NEWLINE)), first):
            if len(part) and part.cumsum().max() > DEEPEST:
                raise DataError(f"{self._path}, line {number:,}: nested deeper than {DEEPEST} levels")

    def _check_whole(self, table: pa.Table, block: bytes, first: int) -> None:
        """A whole number of more than 64 bits would become the nearest float: another id."""
        if not any(pa.types.is_floating(column.type) for column in _flat(table).columns):
            return
        for found in WIDE.finditer(block):
            if not -2**63 <= int(found[1]) < 2**63:
                line = first + block.count(b"\n", 0, found.start())
                raise DataError(f"{self._path}, line {line:,}: {found[1][:40].decode()} is larger than 64 bits: "
                                "write it as text, in quotes")


def _soft(field: pa.Field, other: pa.Field) -> pa.Field:
    """A time that elsewhere is text is text."""
    time = pa.types.is_timestamp(field.type) and is_text(other.type)
    return pa.field(field.name, pa.string()) if time else field


def _flat(table: pa.Table) -> pa.Table:
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table
