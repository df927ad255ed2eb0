"""Whatever holds rows, as a log: a path, an address of a database, a frame, or a log already."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from shall.adapters.addresses import Address, absent, address_of
from shall.adapters.csv import CsvLog
from shall.adapters.decisions import logged
from shall.adapters.declared import NONE, Types, hold
from shall.adapters.duckdb import DuckDbLog
from shall.adapters.files import ParquetLog
from shall.adapters.folders import parquet_files
from shall.adapters.frames import TableLog, table_of
from shall.adapters.ipc import IpcLog
from shall.adapters.jsonlines import JsonLinesLog
from shall.adapters.postgresql import postgresql_log
from shall.adapters.spark import SparkLog, is_spark
from shall.adapters.sqlite import SqliteLog
from shall.core.errors import DataError
from shall.core.log import Log
from shall.journal.layout import is_log

EMPTY: Final = "the path of the rows is empty: name a file, a folder or an address"
FILES: Final[dict[str, Callable[[Path, Types], Log]]] = {
    ".csv": CsvLog, ".tsv": CsvLog,
    ".arrow": IpcLog, ".arrows": IpcLog, ".feather": IpcLog, ".ipc": IpcLog,
    ".jsonl": JsonLinesLog, ".ndjson": JsonLinesLog,
}
DATABASES: Final[dict[str, Callable[[Address, Types], Log]]] = {
    "duckdb": DuckDbLog, "sqlite": SqliteLog, "postgresql": postgresql_log, "postgres": postgresql_log,
}
ELSEWHERE: Final = {
    ".json": "write one object a line, as .jsonl", ".gz": "unpack it", ".zip": "unpack it",
    ".xlsx": "save it as CSV UTF-8", ".xls": "save it as CSV UTF-8", ".orc": "write it as Parquet",
    ".pkl": "a pickle is never loaded; write the frame with to_parquet", ".avro": "write it as Parquet",
}


def open_log(source: Any, types: Types = NONE) -> Log:
    """A log from a path or an address, a frame, or a log.

    Args:
        source: a Parquet file or a folder of them, a log of decisions in service (also while it is written), CSV,
            Arrow IPC, JSON lines, a DuckDB or SQLite database (`warehouse.duckdb?table=decisions`, `?sql=…`),
            `postgresql://…?table=…`; or anything with ``__arrow_c_stream__`` (pyarrow, polars, duckdb, pandas) or
            that narwhals knows; or a log. A data frame of Spark is counted where it lies.
        types: what columns hold, by name: string, integer, number, boolean, date, timestamp.

    Raises DataError for anything else, and where a column is not of its type.
    """
    if isinstance(source, str) and not source.strip():
        raise DataError(EMPTY)
    if isinstance(source, str | Path):
        address = address_of(str(source))
        return _of_path(Path(source), types) if address is None else _of_address(address, types)
    if all(hasattr(source, part) for part in ("batches", "digest", "schema", "name")):
        log: Log = source
    else:
        log = SparkLog(source) if is_spark(source) else TableLog(table_of(source))
    hold(log.schema, types, log.name)
    return log


def _of_address(address: Address, types: Types) -> Log:
    if address.engine not in DATABASES:
        raise DataError(f"{address.engine}://… is no address of a log; there are {', '.join(DATABASES)}")
    return DATABASES[address.engine](address, types)


def _of_path(path: Path, types: Types) -> Log:
    if not path.exists():
        raise absent(path, "file or folder")
    suffix = path.suffix.lower()
    if suffix in FILES and not path.is_dir():
        return FILES[suffix](path, types)
    if suffix in ELSEWHERE and not path.is_dir():
        raise DataError(f"{path} cannot be read: {ELSEWHERE[suffix]}")
    if path.is_dir() and is_log(path):
        log: Log = logged(path)
        hold(log.schema, types, log.name)
        return log
    log = ParquetLog(parquet_files(path) if path.is_dir() else (path,), str(path))
    if types:                                       # opening alone reads nothing
        hold(log.every, types, log.name)
    return log
