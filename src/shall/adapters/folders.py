"""Folders of Parquet files, also partitioned ones: `date=2026-11-01/part-0.parquet`."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pyarrow as pa

from shall.core.errors import DataError

NULL: Final = "__HIVE_DEFAULT_PARTITION__"  # how Hive and Spark write a missing value into a path
WHOLE: Final = re.compile(r"0|-?[1-9]\d{0,17}")
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
Values = dict[str, str | None]              # what the path of a file says of all its rows


def parquet_files(folder: Path) -> dict[Path, Values]:
    """The Parquet files of a folder in the order of their paths, each with the values that its path states.

    Names that begin with `_` or `.` are passed over, as Spark does. Raises DataError where there is no
    file, or where files lie in sub-folders that are not all of one form `column=value`.
    """
    try:
        files = {path: _values(path, folder) for path in sorted(_walk(folder))}
    except OSError as error:
        raise DataError(f"the folder {folder} cannot be listed: {error}") from error
    if not files:
        raise DataError(f"the folder {folder} holds no .parquet file")
    first, *others = files
    for path in others:
        if [*files[path]] != [*files[first]]:
            raise DataError(f"{folder} is not partitioned in one way: {first.relative_to(folder)} and "
                            f"{path.relative_to(folder)} lie under different columns")
    return files


class PathColumns:
    """Columns that stand in the paths of the files: whole numbers, days (YYYY-MM-DD), else text."""

    def __init__(self, files: Mapping[Path, Values], schema: pa.Schema | None = None) -> None:
        self._files = files
        names = next(iter(files.values()), {})
        self.fields = [schema.field(name) if schema is not None
                       else pa.field(name, _kind([values[name] for values in files.values()])) for name in names]

    def __bool__(self) -> bool:
        return bool(self.fields)

    def of(self, path: Path) -> Values:
        """The values of a file."""
        return self._files[path]

    def stated(self, path: Path) -> str:
        """What the path of a file states, as one text."""
        return "/".join(f"{name}={value}" for name, value in self._files[path].items())

    def added(self, batch: pa.RecordBatch, path: Path, columns: Sequence[str]) -> pa.RecordBatch:
        """A batch of the file with these columns, in this order."""
        fields = {field.name: field for field in self.fields}
        arrays = [_constant(self._files[path][name], fields[name].type, batch.num_rows) if name in fields
                  else batch.column(name) for name in columns]
        return pa.RecordBatch.from_arrays(arrays, names=list(columns))


def _walk(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        seen = [entry for entry in entries if not entry.name.startswith((".", "_"))]
    for entry in seen:
        if entry.is_dir():
            yield from _walk(Path(entry.path))
        elif entry.name.endswith(".parquet"):
            yield Path(entry.path)


def _values(path: Path, folder: Path) -> Values:
    values: Values = {}
    for part in path.relative_to(folder).parts[:-1]:
        name, equals, value = part.partition("=")
        if not equals or not name or unquote(name) in values:
            raise DataError(f"{path} lies in the sub-folder {part}, and only sub-folders called column=value are read: "
                            f"name the folder that holds the files, or move them")
        values[unquote(name)] = None if value == NULL else unquote(value)
    return values


def _kind(values: Sequence[str | None]) -> pa.DataType:
    known = [value for value in values if value is not None]
    if known and all(WHOLE.fullmatch(value) for value in known):
        return pa.int64()
    if known and all(_is_day(value) for value in known):
        return pa.date32()
    return pa.dictionary(pa.int32(), pa.string())


def _is_day(value: str) -> bool:
    try:
        return bool(DAY.fullmatch(value) and datetime.date.fromisoformat(value))
    except ValueError:
        return False


def _constant(value: str | None, kind: pa.DataType, rows: int) -> pa.Array:
    if value is None:
        return pa.nulls(rows, kind)
    if pa.types.is_dictionary(kind):
        return pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), rows), [value])
    typed = int(value) if pa.types.is_integer(kind) else datetime.date.fromisoformat(value)
    return pa.repeat(pa.scalar(typed, kind), rows)
