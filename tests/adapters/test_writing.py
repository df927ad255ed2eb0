"""Rows into a file: the same bytes however they come, all or none."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest

from shall.adapters.writing import GROUP, VALUES, Seen, write
from shall.core.errors import DataError, InputError


def table(rows):
    chance = np.random.default_rng(0)
    return pa.table({"n": np.arange(rows), "x": np.where(chance.random(rows) < 0.1, np.nan, chance.random(rows)),
                     "t": pa.array(chance.choice(["a", "b"], rows), mask=chance.random(rows) < 0.2).dictionary_encode(),
                     "b": chance.random(rows) < 0.5})


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".arrow", ".PARQUET"])
def test_the_same_bytes_for_any_batches(suffix, tmp_path):
    rows = table(GROUP * 2 + 17)
    found = []
    for size in (10**9, 50_001):
        out = tmp_path / f"{size}{suffix}"
        seen = write(iter(rows.to_batches(max_chunksize=size)), rows.schema, out, ("x", "t", "b"))
        found.append(out.read_bytes())
        assert seen.rows == len(rows)
        assert seen.missing["x"] == int(np.isnan(rows["x"].to_numpy()).sum())
        assert seen.missing["t"] == rows["t"].null_count
        assert seen.values["b"]["true"] + seen.values["b"]["false"] == len(rows)
        assert {*seen.values["t"]} == {"a", "b"} and "x" not in seen.values
    assert found[0] == found[1] or suffix == ".arrow"      # Arrow keeps maps of what is missing as they came


def test_what_is_written_is_read_again(tmp_path):
    rows = table(1000)
    plain = rows.set_column(2, "t", rows["t"].cast(pa.string()))
    write(rows.to_batches(), rows.schema, tmp_path / "a.parquet")
    assert pq.read_table(tmp_path / "a.parquet").equals(plain) or np.array_equal(
        pq.read_table(tmp_path / "a.parquet")["x"].to_numpy(), plain["x"].to_numpy(), equal_nan=True)
    write(rows.to_batches(), rows.schema, tmp_path / "a.csv")
    assert csv.read_csv(tmp_path / "a.csv")["n"].to_pylist() == rows["n"].to_pylist()
    write(rows.to_batches(), rows.schema, tmp_path / "a.arrow")
    assert pa.ipc.open_file(tmp_path / "a.arrow").read_all()["t"].to_pylist() == plain["t"].to_pylist()


def test_dictionaries_that_differ_by_batch(tmp_path):
    batches = [pa.record_batch({"t": pa.array(values).dictionary_encode()}) for values in (["a", "b"], ["c", None])]
    write(batches, batches[0].schema, tmp_path / "a.parquet")
    assert pq.read_table(tmp_path / "a.parquet")["t"].to_pylist() == ["a", "b", "c", None]


def test_no_rows(tmp_path):
    assert write([], table(1).schema, tmp_path / "a.parquet", ("x",)).rows == 0
    assert pq.read_table(tmp_path / "a.parquet").column_names == ["n", "x", "t", "b"]


@pytest.mark.parametrize("error", [DataError("row 7"), KeyboardInterrupt(), MemoryError()])
def test_what_goes_wrong_leaves_what_was_there(error, tmp_path):
    def broken():
        yield from table(GROUP + 5).to_batches()
        raise error

    (tmp_path / "a.parquet").write_bytes(b"before")
    with pytest.raises(type(error)):
        write(broken(), table(1).schema, tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]


def test_where_nothing_can_be_written(tmp_path):
    with pytest.raises(InputError, match="the suffix says the format"):
        write([], table(1).schema, tmp_path / "a.txt")
    with pytest.raises(InputError, match="its folder is not there"):
        write([], table(1).schema, tmp_path / "none" / "a.csv")
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(InputError, match="it is a folder"):
        write([], table(1).schema, tmp_path / "a.csv")


def test_many_values_are_not_told_apart():
    seen = Seen()
    seen.add(pa.table({"t": [str(number) for number in range(VALUES + 1)]}), ("t",))
    assert seen.values == {} and seen.missing == {"t": 0}


def test_parts_add_up():
    parts = [Seen(), Seen()]
    for part, rows in zip(parts, (table(10), table(20)), strict=True):
        part.add(rows, ("x", "b"))
    both = Seen.added(part.plain() for part in parts)
    assert both.rows == 30
    assert both.missing["x"] == parts[0].missing["x"] + parts[1].missing["x"]
    assert sum(both.values["b"].values()) == 30
