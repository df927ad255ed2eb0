"""Parquet files and folders."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall.adapters import open_log, shared
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
    with pytest.raises(DataError, match=r"column score is double in .*1.parquet and string in .*2.parquet: write"):
        rows(tmp_path, "score")
    pq.write_table(TABLE.drop_columns(["score"]), tmp_path / "2.parquet")
    with pytest.raises(DataError, match=r"2.parquet has no column score, and .*1.parquet has one: write it into every"):
        rows(tmp_path, "score")


def test_types_that_hold_the_values_of_each_other_are_read_as_the_wider_one(tmp_path: Path) -> None:
    narrow = pa.table({"n": pa.array([1, None], pa.int32()), "x": pa.array([0.5, 0.1], pa.float32()),
                       "code": pa.array([5, 7], pa.int64()).dictionary_encode()})
    wide = pa.table({"x": pa.array([0.1, None], pa.float64()), "code": pa.array([5, None], pa.float64()),
                     "n": pa.array([2**40, 3], pa.int64())})
    pq.write_table(narrow, tmp_path / "1.parquet")
    pq.write_table(wide, tmp_path / "2.parquet")
    log = open_log(tmp_path)
    assert log.schema == pa.schema([("n", pa.int64()), ("x", pa.float64()), ("code", pa.float64())])
    assert rows(tmp_path, "n", "code", "x") == [
        {"n": 1, "code": 5.0, "x": 0.5}, {"n": None, "code": 7.0, "x": narrow["x"][1].as_py()},
        {"n": 2**40, "code": 5.0, "x": 0.1}, {"n": 3, "code": None, "x": None}]


def test_a_whole_number_that_a_wider_type_cannot_hold_is_told_and_not_rounded(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": [2**53 + 1]}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"n": [0.5]}), tmp_path / "2.parquet")
    with pytest.raises(DataError, match=r"column n of .*1.parquet is int64 and has to be read as double.*900719925"):
        rows(tmp_path, "n")


def test_shared_columns_are_read_where_files_differ_in_others(tmp_path: Path) -> None:
    """A column in front of the others or behind, and one of another type, matter to none who does not name them."""
    first = TABLE.append_column("zip", [["1", "2", "3"]])
    pq.write_table(first, tmp_path / "1.parquet")
    pq.write_table(TABLE.append_column("zip", [[1, 2, 3]]).add_column(0, "new", [[0, 0, 0]]), tmp_path / "2.parquet")
    log = shared(open_log(tmp_path, {"a.b": "integer"}))
    assert log.schema.names == ["a.b", "sex", "score"] and [*log.apart] == ["zip", "new"]
    assert pa.Table.from_batches(log.batches(log.schema.names)).to_pylist() == 2 * TABLE.to_pylist()
    for name, why in (("new", "1.parquet has no column new, and .*2"), ("zip", "zip is string in .*1.parquet and int")):
        with pytest.raises(DataError, match=why):
            [*log.batches(["sex", name])]
        with pytest.raises(DataError, match="write"):
            _ = open_log(tmp_path).schema
    assert log.digest() == open_log(tmp_path).digest()


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
