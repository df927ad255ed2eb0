"""The same rows from any source give the same tally."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from shall.adapters import open_log
from shall.core.errors import DataError
from shall.core.log import Binding, Column, GroupDef
from shall.tally import Need, Tally, accumulate, compile_plan
from shall.testing.logs import check_log

ROWS = 200
TABLE = pa.table({
    "score": [None if n % 17 == 0 else n / ROWS for n in range(ROWS)],
    "label": [None if n % 13 == 0 else n % 2 for n in range(ROWS)],
    "sex": [None if n % 11 == 0 else "FM"[n % 2] for n in range(ROWS)],
    "age": [20 + n % 50 for n in range(ROWS)],
})
BINDING = Binding(roles=(("score", Column("score")), ("label", Column("label"))), threshold=0.5,
                  groups=(GroupDef("sex", "sex"), GroupDef("age", "age")))
PLAN = compile_plan([Need(groups=("sex", "age"), axes=("label", "decision")),
                     Need(groups=("sex",), axes=("score",), sums=("score",))], BINDING)


def tally(source: Any) -> Tally:
    log = open_log(source)
    check_log(log, ROWS)
    return accumulate(PLAN, log.batches(PLAN.columns))


def file_of(folder: Path) -> Path:
    pq.write_table(TABLE, folder / "log.parquet", row_group_size=64)
    return folder / "log.parquet"


def folder_of(folder: Path) -> Path:
    for part, start in enumerate((0, 50, 90)):
        pq.write_table(TABLE.slice(start, (50, 40, 110)[part]), folder / f"{part}.parquet")
    return folder


def csv_of(folder: Path, separator: str = ",") -> Path:
    pa.csv.write_csv(TABLE, folder / "log.csv", pa.csv.WriteOptions(delimiter=separator))
    return folder / "log.csv"


SOURCES = {
    "parquet file": file_of, "parquet folder": folder_of, "csv": csv_of,
    "csv with semicolons": lambda folder: csv_of(folder, ";"), "csv with tabs": lambda folder: csv_of(folder, "\t"),
    "text path": lambda folder: str(file_of(folder)),
    "table": lambda _: TABLE, "reader": lambda _: TABLE.to_reader(), "small batches": lambda _: pa.Table.from_batches(
        TABLE.to_batches(max_chunksize=3)),
    "record batch": lambda _: TABLE.to_batches()[0],
    "pandas": lambda _: TABLE.to_pandas(), "pandas, nullable": lambda _: TABLE.to_pandas().convert_dtypes(),
    "pandas, categorical": lambda _: TABLE.to_pandas().astype({"sex": "category", "age": "category"}),
    "pandas, arrow": lambda _: TABLE.to_pandas(types_mapper=pd.ArrowDtype),
    "pandas, filtered": lambda _: pd.concat([TABLE.to_pandas()] * 2).iloc[:ROWS],
    "polars": lambda _: pl.from_arrow(TABLE), "polars, lazy": lambda _: pl.from_arrow(TABLE).lazy(),
    "polars, categorical": lambda _: pl.from_arrow(TABLE).with_columns(pl.col("sex").cast(pl.Categorical)),
    "duckdb": lambda _: duckdb.connect().from_arrow(TABLE),
}


@pytest.mark.parametrize("source", SOURCES)
def test_the_same_rows_give_the_same_tally(source: str, tmp_path: Path) -> None:
    assert tally(SOURCES[source](tmp_path)).to_bytes() == tally(TABLE).to_bytes()


@pytest.mark.parametrize("source", ["small batches", "reader", "polars", "duckdb"])
def test_the_same_rows_have_the_same_digest(source: str, tmp_path: Path) -> None:
    assert open_log(SOURCES[source](tmp_path)).digest() == open_log(TABLE).digest()
    assert open_log(TABLE.slice(1)).digest() != open_log(TABLE).digest()


def test_the_digest_of_a_log_of_files_is_that_of_its_bytes(tmp_path: Path) -> None:
    first, second = (file_of(_made(tmp_path / name)) for name in "ab")
    assert open_log(first).digest() == open_log(second).digest()
    content = bytearray(first.read_bytes())
    content[50] ^= 1
    first.write_bytes(content)
    assert open_log(first).digest() != open_log(second).digest()


@pytest.mark.parametrize("source", [7, None, object(), {"a": [1]}])
def test_what_is_no_log_is_refused(source: Any) -> None:
    with pytest.raises(DataError, match="is no log"):
        open_log(source)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no file or folder"):
        open_log(tmp_path / "none.parquet")
    with pytest.raises(DataError, match=r"holds no \.parquet file"):
        open_log(tmp_path)


def test_two_columns_of_one_name() -> None:
    twice = pa.table([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pytest.raises(DataError, match="two columns called a"):
        open_log(twice)
    with pytest.raises(DataError, match="the DataFrame cannot be read: Duplicate column names"):
        open_log(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
