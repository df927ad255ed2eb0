"""Every frame gives the tally of the Parquet file that holds the same rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall.adapters import open_log
from shall.adapters.frames import TableLog
from shall.core.errors import DataError
from shall.core.log import Binding, Column, GroupDef
from shall.tally import Need, Tally, accumulate, compile_plan

ROLES = tuple((role, Column(role)) for role in ("unit", "score", "decision", "label"))
PLAN = compile_plan(
    [Need(groups=("sex", "band"), axes=("label", "decision")), Need(axes=("label", "score"), sums=("score",)),
     Need(axes=("category:sex",)), Need(axes=("value:age",))],
    Binding(ROLES, groups=(GroupDef("sex", "sex"), GroupDef("band", "age", (25.0, 45.0)))))


def table(rows: int = 3000) -> pa.Table:
    chance = np.random.default_rng(2)
    missing = chance.random(rows) < 0.1
    score = chance.random(rows)
    return pa.table({
        "unit": pa.array(chance.integers(0, 500, rows), mask=missing),
        "score": pa.array(score, mask=chance.random(rows) < 0.05),
        "decision": (score > 0.5).astype(np.int8),
        "label": pa.array(chance.integers(0, 2, rows), mask=chance.random(rows) < 0.2),
        "sex": pa.array(chance.choice(["F", "M", "ü"], rows), mask=chance.random(rows) < 0.1),
        "age": pa.array(chance.integers(18, 90, rows).astype(float), mask=missing),
    })


def pandas(rows: pa.Table) -> Any:
    return rows.to_pandas()


def pandas_categorical(rows: pa.Table) -> Any:
    frame = rows.to_pandas()
    return frame.assign(sex=frame["sex"].astype("category"))


def polars(rows: pa.Table) -> Any:
    return pytest.importorskip("polars").from_arrow(rows)


def polars_lazy_categorical(rows: pa.Table) -> Any:
    pl = pytest.importorskip("polars")
    return pl.from_arrow(rows).lazy().with_columns(pl.col("sex").cast(pl.Categorical))


def duckdb(rows: pa.Table) -> Any:
    return pytest.importorskip("duckdb").from_arrow(rows)


FRAMES: list[Callable[[pa.Table], Any]] = [
    lambda rows: rows, lambda rows: rows.to_reader(100), lambda rows: rows.combine_chunks().to_batches()[0],
    lambda rows: pa.concat_tables([rows.slice(start, 7) for start in range(0, len(rows), 7)]),
    pandas, pandas_categorical, polars, polars_lazy_categorical, duckdb,
]


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Tally:
    path: Path = tmp_path_factory.mktemp("log") / "log.parquet"
    pq.write_table(table(), path, row_group_size=700)
    log = open_log(path)
    return accumulate(PLAN, log.batches(PLAN.columns))


@pytest.mark.parametrize("frame", FRAMES)
def test_the_same_rows_give_the_same_tally(frame: Callable[[pa.Table], Any], wanted: Tally) -> None:
    log = open_log(frame(table()))
    assert accumulate(PLAN, log.batches(PLAN.columns)) == wanted


def test_the_digest_is_of_rows_not_of_chunks_or_encodings() -> None:
    rows = table()
    cut = pa.concat_tables([rows.slice(0, 5), rows.slice(5)])
    coded = rows.set_column(4, "sex", rows.column("sex").dictionary_encode())
    assert TableLog(rows).digest() == TableLog(cut).digest() == TableLog(coded).digest()
    assert TableLog(rows).digest() != TableLog(rows.slice(1)).digest()


def test_rows_are_counted_without_a_column() -> None:
    assert sum(batch.num_rows for batch in open_log(table()).batches([])) == 3000


def test_a_log_is_a_log_and_other_things_are_none() -> None:
    log = open_log(table())
    assert open_log(log) is log
    with pytest.raises(DataError, match="a dict is no log"):
        open_log({"a": [1]})
    with pytest.raises(DataError, match="two columns called a"):
        TableLog(pa.table([[1], [2]], names=["a", "a"]))
    with pytest.raises(DataError, match="has no column b; it has unit"):
        list(log.batches(["b"]))


def test_a_log_is_shown_in_a_line():
    table = pa.table({f"c{place}": [0, 1] for place in range(10)})
    assert repr(TableLog(table, "digits")) == (
        "TableLog('digits': 2 rows; c0, c1, c2, c3, c4, c5, c6, c7, … 2 more)")
