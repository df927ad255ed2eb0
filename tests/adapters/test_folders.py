"""Folders of Parquet files, and columns that stand in their paths."""

from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from shall.adapters import open_log
from shall.core.errors import DataError

TABLE = pa.table({"score": [0.1, 0.2, None], "sex": ["F", None, "M"]})


def put(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(TABLE, folder / path)


def rows(path: Path, *columns: str) -> list[dict]:
    log = open_log(path)
    table = pa.Table.from_batches(log.batches(columns))
    assert table.schema.equals(pa.schema([log.schema.field(name) for name in columns]))
    return table.to_pylist()


def test_columns_of_the_path_by_their_kind(tmp_path: Path) -> None:
    put(tmp_path, "day=2026-11-01/n=7/where=a b/x.parquet", "day=2026-11-02/n=-10/where=a%2Fb/x.parquet",
        "day=2026-11-03/n=0/where=__HIVE_DEFAULT_PARTITION__/x.parquet")
    found = rows(tmp_path, "where", "score", "n", "day")[::3]
    assert found == [
        {"where": "a b", "score": 0.1, "n": 7, "day": datetime.date(2026, 11, 1)},
        {"where": "a/b", "score": 0.1, "n": -10, "day": datetime.date(2026, 11, 2)},
        {"where": None, "score": 0.1, "n": 0, "day": datetime.date(2026, 11, 3)},
    ]
    assert [row["n"] for row in rows(tmp_path, "n")] == [7] * 3 + [-10] * 3 + [0] * 3
    assert sum(batch.num_rows for batch in open_log(tmp_path).batches([])) == 9


@pytest.mark.parametrize(("values", "kind"), [
    (("01", "02"), str), (("1", "2"), int), (("1", "x"), str), (("2026-02-30", "2026-02-28"), str),
    (("2026-02-28", "2026-03-01"), datetime.date), (("9" * 19, "1"), str), (("-0", "1"), str),
])
def test_a_value_keeps_every_letter_unless_it_is_a_number_or_a_day(tmp_path: Path, values: tuple[str, ...],
                                                                   kind: type) -> None:
    put(tmp_path, *(f"p={value}/x.parquet" for value in values))
    found = {row["p"] for row in rows(tmp_path, "p")}
    assert {type(value) for value in found} == {kind}
    assert {str(value) for value in found} == {*values}


def test_what_pyarrow_writes_is_read_back(tmp_path: Path) -> None:
    table = pa.table({"sex": ["F", "M", "F", None], "n": [1, 2, 3, 4]})
    ds.write_dataset(table, tmp_path / "log", format="parquet",
                     partitioning=ds.partitioning(pa.schema([("sex", pa.string())]), flavor="hive"))
    found = sorted(rows(tmp_path / "log", "n", "sex"), key=lambda row: row["n"])
    assert found == table.select(["n", "sex"]).to_pylist()


def test_the_digest_tells_paths_that_state_something_and_no_others(tmp_path: Path) -> None:
    put(tmp_path / "a", "p=1/x.parquet", "p=2/x.parquet")
    put(tmp_path / "b", "p=1/x.parquet", "p=3/x.parquet")
    put(tmp_path / "c", "p=1/renamed.parquet", "p=2/x.parquet")
    digests = [open_log(tmp_path / name).digest() for name in "abc"]
    assert digests[0] == digests[2] != digests[1]


def test_names_that_spark_passes_over(tmp_path: Path) -> None:
    put(tmp_path, "x.parquet", "_temporary/0/y.parquet", ".hidden/z.parquet", "_y.parquet", ".x.parquet")
    (tmp_path / "_SUCCESS").touch()
    assert len(rows(tmp_path, "score")) == 3


def test_other_sub_folders_are_refused_not_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "x.parquet", "old/y.parquet")
    with pytest.raises(DataError, match=r"lies in the sub-folder old, and only sub-folders called column="):
        open_log(tmp_path)
    put(tmp_path / "two", "p=1/p=2/x.parquet")
    with pytest.raises(DataError, match="only sub-folders called column=value"):
        open_log(tmp_path / "two")


def test_two_ways_of_parting_are_refused(tmp_path: Path) -> None:
    put(tmp_path, "x.parquet", "p=1/y.parquet")
    with pytest.raises(DataError, match=r"is not partitioned in one way: p=1/y.parquet and x.parquet"):
        open_log(tmp_path)


def test_a_column_in_the_path_and_in_the_file_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "sex=F/x.parquet")
    with pytest.raises(DataError, match=r"the column sex of .* is both in the files and in their paths"):
        rows(tmp_path, "score")
