"""Databases: what is named is read, nothing is written, and no other file is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from shall.adapters import open_log
from shall.adapters.addresses import address_of
from shall.adapters.postgresql import SpooledLog
from shall.core.errors import DataError
from shall.testing.logs import check_log

duckdb = pytest.importorskip("duckdb")
TABLE = pa.table({"id": [3, 1, 2], "g": ["a", None, "b"], "score": [0.5, None, 1.0],
                  "no": pa.array([None] * 3, pa.string())})


@pytest.fixture(params=["duckdb", "sqlite"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"a log.{request.param}"
    connect: Any = duckdb.connect if request.param == "duckdb" else sqlite3.connect
    connection = connect(str(path))
    for name in ("decisions", 'odd "name"'):
        quoted = name.replace('"', '""')
        connection.execute(f'CREATE TABLE "{quoted}" (id BIGINT, g VARCHAR, score DOUBLE, no VARCHAR)')
        for row in zip(*(column.to_pylist() for column in TABLE.columns), strict=True):
            connection.execute(f'INSERT INTO "{quoted}" VALUES (?, ?, ?, ?)', row)
    connection.commit()
    connection.close()
    return path


def rows(log: Any) -> list[dict[str, Any]]:
    return pa.Table.from_batches(log.batches(log.schema.names)).to_pylist()


def test_tables_and_queries(place: Path) -> None:
    for asked in ("?table=decisions", '?table=odd "name"', "?table=odd%20%22name%22",
                  "?sql=select * from decisions -- x", "?sql=SELECT+%2A+FROM+decisions%3B"):
        log = open_log(f"{place}{asked}")
        assert rows(log) == TABLE.to_pylist()
        check_log(log, 3)
        assert log.rows == 3
    scheme = place.suffix[1:]
    assert rows(open_log(f"{scheme}://{str(place).replace(' ', '%20')}?sql=select id from decisions order by id")) == [
        {"id": 1}, {"id": 2}, {"id": 3}]
    one, same, other = (open_log(f"{place}?{asked}").digest() for asked in (
        "table=decisions", "sql=select * from decisions", "sql=select * from decisions limit 2"))
    assert one == same != other


@pytest.mark.parametrize(("asked", "message"), [
    ("", 'has the tables decisions, odd "name": say which'), ("?table=none", "cannot be read: .*none"),
    ("?sql=select * from", "cannot be read"), ("?sql=delete from decisions", "cannot be read"),
    ("?sql=select 1); drop table decisions; select (1", "cannot be read"), ("?tabel=x", "tabel is not known there"),
    ("?table=a&sql=b", "names both a table and a query"),
])
def test_what_cannot_be_read_is_told(place: Path, asked: str, message: str) -> None:
    before = place.read_bytes()
    with pytest.raises(DataError, match=message):
        rows(open_log(f"{place}{asked}"))
    assert place.read_bytes() == before


def test_no_other_file_is_opened(place: Path, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a\n1\n")
    for query in (f"select * from read_csv('{tmp_path}/other.csv')", f"select * from '{tmp_path}/other.csv'",
                  "select readfile('/etc/hostname')", "select load_extension('x')"):
        with pytest.raises(DataError, match="cannot be read"):
            rows(open_log(f"{place}?sql={query}"))


def test_one_table_needs_no_name_and_a_database_is_known_by_its_content(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "log.db") as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.executemany("INSERT INTO t VALUES (?)", [(1,), (2.5,)])
    assert rows(open_log(tmp_path / "log.db")) == [{"a": 1.0}, {"a": 2.5}]
    (tmp_path / "no.db").write_bytes(b"hello")
    with pytest.raises(DataError, match="neither a DuckDB nor a SQLite database"):
        open_log(tmp_path / "no.db")
    with pytest.raises(DataError, match="there is no file"):
        open_log(f"{tmp_path}/none.duckdb?table=t")


def test_numbers_and_text_in_one_column_of_sqlite(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "log.db") as connection:
        connection.execute("CREATE TABLE t (zip, flag)")
        connection.executemany("INSERT INTO t VALUES (?, ?)", [(10001, 1), ("00501", 0), (None, None)])
    with pytest.raises(DataError, match=r'column zip .* holds integer and text: .* \[columns.types\] zip = "string"'):
        open_log(tmp_path / "log.db").schema  # noqa: B018
    log = open_log(tmp_path / "log.db", {"zip": "string", "flag": "boolean"})
    assert rows(log) == [{"zip": "10001", "flag": True}, {"zip": "00501", "flag": False}, {"zip": None, "flag": None}]


def test_addresses() -> None:
    assert address_of("folder/log.parquet") is None
    assert address_of("log.csv?x=1") is None
    found = address_of("postgresql://me:secret@host:5432/db?sslmode=require&table=public.decisions")
    assert found is not None and (found.engine, found.table) == ("postgresql", "public.decisions")
    assert found.place == "postgresql://me:secret@host:5432/db?sslmode=require"
    assert "secret" not in found.name
    with pytest.raises(DataError, match=r"ftp://… is no address of a log; there are duckdb, sqlite, postgresql"):
        open_log("ftp://host/log.parquet")


def test_rows_of_a_server_are_asked_for_once(tmp_path: Path) -> None:
    batches = iter(TABLE.to_batches(max_chunksize=2))
    log = SpooledLog(pa.RecordBatchReader.from_batches(TABLE.schema, batches), "the server")
    check_log(log, 3)
    assert rows(log) == TABLE.to_pylist()
    assert log.digest() == open_log(TABLE).digest()
    folder = Path(log._folder.name)
    del log
    assert not folder.exists()


def test_a_server_that_is_not_there() -> None:
    pytest.importorskip("adbc_driver_postgresql")
    with pytest.raises(DataError, match=r"postgresql://me:…@127.0.0.1:1/db \(x\) cannot be read: .*refused"):
        open_log("postgresql://me:secret@127.0.0.1:1/db?table=x")
    with pytest.raises(DataError, match="names no table"):
        open_log("postgresql://127.0.0.1:1/db")
