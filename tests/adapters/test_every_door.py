"""The same 100,000 rows through every door: the rules of a log are kept, and the tally has the same bits."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from shall.adapters import open_log
from shall.core.log import Binding, Column, GroupDef
from shall.tally import Need, Tally, accumulate, compile_plan
from shall.testing.logs import check_log

ROWS = 100_000
ROLES = tuple((role, Column(role)) for role in ("unit", "score", "decision", "label"))
PLAN = compile_plan(
    [Need(groups=("sex", "band"), axes=("label", "decision")), Need(axes=("label", "score"), sums=("score",)),
     Need(axes=("category:zip",)), Need(axes=("value:age",))],
    Binding(ROLES, groups=(GroupDef("sex", "sex"), GroupDef("band", "age", (25.0, 45.0)))))


def _table(rows: int = ROWS) -> pa.Table:
    chance = np.random.default_rng(3)
    score = chance.random(rows)
    return pa.table({
        "id": np.arange(rows),
        "unit": pa.array(chance.integers(0, 500, rows), mask=chance.random(rows) < 0.1),
        "score": pa.array(score, mask=chance.random(rows) < 0.05),
        "decision": (score > 0.5).astype(np.int64),
        "label": pa.array(chance.integers(0, 2, rows), mask=chance.random(rows) < 0.2),
        "sex": pa.array(chance.choice(["F", "M", "NA", 'ü, "x"\n'], rows), mask=chance.random(rows) < 0.1),
        "zip": chance.choice(["00501", "10001", "99950"], rows),
        "age": pa.array(chance.integers(18, 90, rows), mask=chance.random(rows) < 0.1),
        "weight": chance.uniform(0.5, 2, rows),
    })


TABLE = _table()


def parquet(folder: Path) -> Path:
    pq.write_table(TABLE, folder / "log.parquet", row_group_size=30_000)
    return folder / "log.parquet"


def csv(folder: Path) -> Path:
    pa.csv.write_csv(TABLE, folder / "log.csv")
    return folder / "log.csv"


def ipc_file(folder: Path, suffix: str = "arrow") -> Path:
    path = folder / f"log.{suffix}"
    coded = TABLE.set_column(5, "sex", TABLE.column("sex").dictionary_encode())
    with pa.ipc.new_file(path, coded.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as out:
        out.write_table(coded, max_chunksize=40_000)
    return path


def ipc_stream(folder: Path) -> Path:
    with pa.ipc.new_stream(folder / "log.ipc", TABLE.schema) as out:
        out.write_table(TABLE, max_chunksize=7_000)
    return folder / "log.ipc"


def json_lines(folder: Path) -> Path:
    path = folder / "log.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in TABLE.to_pylist()))
    return path


def duckdb(folder: Path) -> str:
    library = pytest.importorskip("duckdb")
    with library.connect(str(folder / "log.duckdb")) as connection:
        connection.register("given", TABLE)
        connection.execute("CREATE TABLE decisions AS SELECT * FROM given")
    return f"{folder}/log.duckdb?table=decisions"


def duckdb_query(folder: Path) -> str:
    return duckdb(folder).replace("table=decisions", "sql=SELECT%20*%20FROM%20decisions%20ORDER%20BY%20id;")


def sqlite(folder: Path) -> str:
    path = folder / "log.db"
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE decisions ({', '.join(TABLE.column_names)})")
        rows = zip(*(column.to_pylist() for column in TABLE.columns), strict=True)
        connection.executemany(f"INSERT INTO decisions VALUES ({', '.join('?' * TABLE.num_columns)})", rows)
    return str(path)


def pandas(_: Path) -> Any:
    return TABLE.to_pandas()


def polars(_: Path) -> Any:
    return pytest.importorskip("polars").from_arrow(TABLE)


DOORS: list[Callable[[Path], Any]] = [
    parquet, csv, ipc_file, lambda folder: ipc_file(folder, "feather"), ipc_stream, json_lines, duckdb, duckdb_query,
    sqlite, pandas, polars]


@pytest.fixture(scope="module")
def wanted() -> Tally:
    return accumulate(PLAN, TABLE.to_batches())


@pytest.mark.parametrize("door", DOORS)
def test_the_same_rows_give_the_same_bits(door: Callable[[Path], Any], wanted: Tally, tmp_path: Path) -> None:
    log = open_log(door(tmp_path))
    assert accumulate(PLAN, log.batches(PLAN.columns)).to_bytes() == wanted.to_bytes()
    assert sum(batch.num_rows for batch in log.batches([])) == ROWS
    if door is not pandas:                          # whose numbers with holes are nan, which no nan equals
        check_log(log, ROWS)
    weights = pa.concat_tables(pa.Table.from_batches([batch]) for batch in log.batches(["weight"]))
    assert weights.column("weight").to_pylist() == TABLE.column("weight").to_pylist()


@pytest.mark.parametrize("door", [ipc_stream, duckdb, sqlite])
def test_a_log_can_be_opened_by_a_declared_schema(door: Callable[[Path], Any], tmp_path: Path) -> None:
    log = open_log(door(tmp_path), {"zip": "string", "id": "integer", "score": "number"})
    assert sum(batch.num_rows for batch in log.batches(["zip"])) == ROWS
