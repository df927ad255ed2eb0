"""Whatever holds rows, as a log: a path, a frame, or a log already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shall.adapters.csv import CsvLog
from shall.adapters.files import ParquetLog
from shall.adapters.frames import TableLog, table_of
from shall.core.errors import DataError
from shall.core.log import Log


def open_log(source: Any) -> Log:
    """A log from a path (Parquet file or folder of them, CSV), a frame, or a log.

    A frame is anything with ``__arrow_c_stream__`` (pyarrow, polars, duckdb, pandas) or that narwhals
    knows. Raises DataError for anything else.
    """
    if isinstance(source, str | Path):
        return _of_path(Path(source))
    if all(hasattr(source, part) for part in ("batches", "digest", "schema", "name")):
        log: Log = source
        return log
    return TableLog(table_of(source))


def _of_path(path: Path) -> Log:
    if not path.exists():
        raise DataError(f"there is no file or folder {path}")
    if path.is_dir():
        files = tuple(sorted(path.glob("*.parquet")))
        if not files:
            raise DataError(f"the folder {path} holds no .parquet file")
        return ParquetLog(files, str(path))
    if path.suffix.lower() in (".csv", ".tsv"):
        return CsvLog(path)
    return ParquetLog((path,), str(path))
