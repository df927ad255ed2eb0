"""What a log shows in a notebook: it costs nothing, and never fails."""

from __future__ import annotations

import importlib
import json
import re
import sqlite3
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall import adapters
from shall.adapters import files
from shall.adapters.shown import SHOWN, Shown

TABLE = pa.table({"a": [1, 2, 3], "b": ["x", "y", None]})


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pq.write_table(TABLE, "log.parquet")
    (tmp_path / "folder").mkdir()
    for place in range(3):
        pq.write_table(TABLE, f"folder/{place}.parquet")
    (tmp_path / "log.csv").write_text("a,b\n1,x\n2,y\n3,\n")
    (tmp_path / "log.jsonl").write_text("\n".join(json.dumps(row) for row in TABLE.to_pylist()))
    with pa.OSFile("log.arrow", "wb") as file, pa.ipc.new_file(file, TABLE.schema) as writer:
        writer.write_table(TABLE)
    base = sqlite3.connect("log.sqlite")
    base.execute("CREATE TABLE t (a INTEGER, b TEXT)")
    base.executemany("INSERT INTO t VALUES (?, ?)", [(1, "x"), (2, "y"), (3, None)])
    base.commit()
    base.close()
    with duckdb.connect("log.duckdb") as base:
        base.sql("CREATE TABLE t AS SELECT 1 AS a, 'x' AS b FROM range(3)")
    return tmp_path


@pytest.mark.parametrize(("place", "before", "after"), [
    ("log.parquet", "ParquetLog('log.parquet': 3 rows; a, b)", "ParquetLog('log.parquet': 3 rows; a, b)"),
    ("folder", "ParquetLog('folder': 9 rows; a, b)", "ParquetLog('folder': 9 rows; a, b)"),
    ("log.csv", "CsvLog('log.csv': a, b)", "CsvLog('log.csv': 3 rows; a, b)"),
    ("log.jsonl", "JsonLinesLog('log.jsonl': not read yet)", "JsonLinesLog('log.jsonl': 3 rows; a, b)"),
    ("log.arrow", "IpcLog('log.arrow': a, b)", "IpcLog('log.arrow': a, b)"),
    ("log.sqlite", "SqliteLog('log.sqlite (t)': a, b)", "SqliteLog('log.sqlite (t)': a, b)"),
    ("log.duckdb", "DuckDbLog('log.duckdb (t)': a, b)", "DuckDbLog('log.duckdb (t)': a, b)")])
def test_a_log_shows_what_is_known(here, place, before, after):
    log = adapters.open_log(place)
    assert repr(log) == before
    assert sum(batch.num_rows for batch in log.batches(log.schema.names)) in (3, 9)
    assert repr(log) == after
    rows = log.rows
    assert f"{rows:,} rows; a, b" in repr(log)


def test_a_table_and_a_guarded_file_and_a_wider_log(here):
    log = adapters.open_log(TABLE.slice(0, 1))
    assert repr(log) == "TableLog('the frame': 1 row; a, b)"
    wider = adapters.WiderLog(log, pa.table({"c": [1.0]}), "digest", "wider")
    assert repr(wider) == "WiderLog('wider': 1 row; a, b, c)"
    assert repr(adapters.GuardedLog("log.csv")) == "GuardedLog('log.csv': a, b)"


def test_many_columns_are_told_in_part(here):
    table = pa.table({f"c{place}": [1] for place in range(SHOWN + 3)})
    assert repr(adapters.open_log(table)).endswith(f"c{SHOWN - 1}, … 3 more)")
    assert repr(adapters.open_log(pa.table({}))) == "TableLog('the frame': 0 rows; no columns)"


def test_what_is_damaged_or_gone_shows_its_name(here):
    log = files.ParquetLog([here / "log.parquet"], "log.parquet")
    (here / "log.parquet").write_bytes(b"no parquet")
    assert repr(log) == "ParquetLog('log.parquet': not read yet)"
    (here / "log.parquet").unlink()
    assert repr(log) == "ParquetLog('log.parquet': not read yet)"


def test_the_footers_of_many_files_are_not_read(here, monkeypatch):
    monkeypatch.setattr(files, "FEW", 2)
    log = adapters.open_log("folder")
    seen = repr(log)
    assert seen in ("ParquetLog('folder': not read yet)", "ParquetLog('folder': a, b)")
    assert log.rows == 9 and "9 rows" in repr(log)


def test_every_log_is_shown():
    for file in Path(adapters.__file__).parent.glob("*.py"):
        for name in re.findall(r"^class (\w+Log)\b", file.read_text(encoding="utf-8"), re.MULTILINE):
            assert issubclass(getattr(importlib.import_module(f"shall.adapters.{file.stem}"), name), Shown), name
