"""Rows into a file, all of them or none: the file appears when its last row is written."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as pq

from shall.adapters.files import first_line
from shall.core.errors import InputError

GROUP: Final = 2**17                        # rows that are written at once, however they come
VALUES: Final = 50                          # different values of a column that are told apart
Writer = Callable[[str, pa.Schema], Any]
WRITERS: Final[dict[str, Writer]] = {
    ".parquet": lambda path, schema: pq.ParquetWriter(path, schema, compression="zstd"),
    ".csv": csv.CSVWriter,
    ".arrow": pa.ipc.new_file,
}


@dataclass
class Seen:
    """What was written: rows; by column those that are missing, and how often each value of a few comes."""

    rows: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    values: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, table: pa.Table, columns: Iterable[str]) -> None:
        """Count some rows more."""
        self.rows += len(table)
        for name in columns:
            column = table.column(name)
            floating = pa.types.is_floating(column.type)
            self.missing[name] += int(pc.sum(pc.is_null(column, nan_is_null=True)).as_py() or 0)
            if not floating:
                counts = pc.value_counts(column.combine_chunks()).to_pylist()
                found = self.values.setdefault(name, Counter())
                found.update({_written(one["values"]): one["counts"] for one in counts if one["values"] is not None})
                if len(found) > VALUES:
                    del self.values[name]

    def plain(self) -> dict[str, Any]:
        """As plain data."""
        return {"rows": self.rows, "missing": dict(self.missing),
                "values": {name: dict(found) for name, found in self.values.items()}}

    @staticmethod
    def added(parts: Iterable[dict[str, Any]]) -> Seen:
        """The sum of several, as `plain` gives them."""
        found = Seen()
        for part in parts:
            found.rows += part["rows"]
            found.missing.update(part["missing"])
            for name, values in part["values"].items():
                found.values.setdefault(name, Counter()).update(values)
        return found


def checked(out: Path) -> Path:
    """The path of a file to be written. InputError where its suffix says no format, or its folder does not exist."""
    if out.suffix.lower() not in WRITERS:
        raise InputError(f"{out} cannot be written: the suffix says the format, one of {', '.join(WRITERS)}")
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise InputError(f"{out} cannot be written: {'it is a folder' if out.is_dir() else 'its folder is not there'}")
    return out


def write(batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: Path, counted: Iterable[str] = ()) -> Seen:
    """Every row into a file; the bytes of Parquet and CSV depend on the rows only. InputError where it cannot be."""
    plain = pa.schema([pa.field(one.name, _plain(one.type)) for one in schema])
    seen, columns = Seen(), [*counted]
    making = WRITERS[checked(out).suffix.lower()]
    with _appearing(out) as temporary, _plainly(out), making(str(temporary), plain) as writer:
        for table in _groups(batches, plain):
            seen.add(table, columns)
            writer.write_table(table)
    return seen


@contextmanager
def _plainly(out: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{out} cannot be written: {first_line(error)}") from error


def _groups(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows in tables of `GROUP` rows, the last one with what is left."""
    waiting: list[pa.Table] = []
    rows = 0
    for batch in batches:
        waiting.append(pa.Table.from_batches([batch]).cast(schema))
        rows += batch.num_rows
        while rows >= GROUP:
            table = pa.concat_tables(waiting)
            yield table.slice(0, GROUP).combine_chunks()
            waiting, rows = [table.slice(GROUP)], rows - GROUP
    if rows:
        yield pa.concat_tables(waiting).combine_chunks()


@contextmanager
def _appearing(path: Path) -> Iterator[Path]:
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.stem}.", suffix=path.suffix, dir=path.absolute().parent)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    os.close(number)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
