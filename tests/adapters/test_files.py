"""Parquet files and folders."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall.adapters import open_log
from shall.core.errors import DataError

TABLE = pa.table({"a.b": [1, 2, 3], "sex": ["F", None, "M"], "score": [0.1, 0.2, None]})


def rows(path: Path, *columns: str) -> list[dict]:
    return pa.Table.from_batches(open_log(path).batches(columns)).to_pylist()


def test_a_file_by_columns_in_the_order_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    pq.write_table(TABLE, path, row_group_size=2)
    assert rows(path, "score", "a.b") == TABLE.select(["score", "a.b"]).to_pylist()
    log = open_log(str(path))
    assert log.digest() == hashlib.sha256(path.read_bytes()).hexdigest()
    assert sum(batch.num_rows for batch in log.batches([])) == 3
    assert all(pa.types.is_dictionary(batch.schema.field("sex").type) for batch in log.batches(["sex"]))


def test_a_folder_in_the_order_of_names(tmp_path: Path) -> None:
    for number in (2, 1):
        pq.write_table(TABLE.set_column(0, "a.b", [[number] * 3]), tmp_path / f"{number}.parquet")
    (tmp_path / "notes.txt").write_text("not rows")
    assert [row["a.b"] for row in rows(tmp_path, "a.b")] == [1, 1, 1, 2, 2, 2]
    first = open_log(tmp_path).digest()
    pq.write_table(TABLE, tmp_path / "3.parquet")
    assert open_log(tmp_path).digest() != first


def test_columns_in_another_order_and_text_stored_otherwise_are_the_same_schema(tmp_path: Path) -> None:
    pq.write_table(TABLE, tmp_path / "1.parquet")
    other = TABLE.set_column(1, "sex", TABLE.column("sex").cast(pa.large_string())).select(["score", "sex", "a.b"])
    pq.write_table(other, tmp_path / "2.parquet")
    coded = TABLE.set_column(1, "sex", TABLE.column("sex").dictionary_encode())
    pq.write_table(coded, tmp_path / "3.parquet")
    assert rows(tmp_path, "sex", "a.b") == 3 * TABLE.select(["sex", "a.b"]).to_pylist()


def test_a_column_without_a_value_fits_every_type(tmp_path: Path) -> None:
    pq.write_table(TABLE.set_column(1, "sex", pa.nulls(3)), tmp_path / "1.parquet")
    pq.write_table(TABLE, tmp_path / "2.parquet")
    assert [row["sex"] for row in rows(tmp_path, "sex")] == [None, None, None, "F", None, "M"]


def test_files_that_differ_are_named(tmp_path: Path) -> None:
    pq.write_table(TABLE, tmp_path / "1.parquet")
    pq.write_table(TABLE.set_column(2, "score", [["x", "y", "z"]]), tmp_path / "2.parquet")
    with pytest.raises(DataError, match=r"2.parquet and 1.parquet in .* differ: column score is string in the first"):
        rows(tmp_path, "score")
    pq.write_table(TABLE.drop_columns(["score"]), tmp_path / "2.parquet")
    with pytest.raises(DataError, match="only one has the column score"):
        rows(tmp_path, "score")


def test_what_is_no_log_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no file or folder"):
        open_log(tmp_path / "none.parquet")
    with pytest.raises(DataError, match=r"holds no \.parquet file"):
        open_log(tmp_path)
    bad = tmp_path / "bad.parquet"
    for content in (b"", b"hello", b"PAR1" + bytes(100) + b"PAR1"):
        bad.write_bytes(content)
        with pytest.raises(DataError, match="cannot be read as Parquet"):
            rows(bad, "a")
    good = tmp_path / "good.parquet"
    pq.write_table(TABLE, good)
    with pytest.raises(DataError, match=r"has no column wrong; it has a.b, sex, score"):
        rows(good, "wrong")
    with pytest.raises(DataError, match="a int is no log"):
        open_log(3)
