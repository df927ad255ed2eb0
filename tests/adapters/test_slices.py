"""Slices are whole row groups, each row in one of them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall.adapters import open_log
from shall.adapters.slices import slices_of, stamps_of


@pytest.mark.parametrize(("most", "number"), [(1, 8), (10, 8), (11, 4), (1000, 2)])
def test_each_row_is_in_one_slice(most, number, tmp_path):
    for day in (1, 2):
        path = tmp_path / f"day={day}" / "a.parquet"
        path.parent.mkdir()
        pq.write_table(pa.table({"n": range(day * 100, day * 100 + 40)}), path, row_group_size=10)
    log = open_log(str(tmp_path))
    found = [*slices_of(log, most)]
    assert len(found) == number
    rows = [row for part in found for batch in part.log(log.schema).batches_of(
        log.files[0] if "day=1" in part.path else log.files[1], ["n", "day"], range(part.begin, part.end))
        for row in batch.to_pylist()]
    assert [row["n"] for row in rows] == [*range(100, 140), *range(200, 240)]
    assert {str(row["day"]) for row in rows} == {"1", "2"}


def test_a_file_that_changes_shows(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": range(10)}), path)
    log = open_log(str(path))
    before = stamps_of(log)
    assert stamps_of(log) == before
    pq.write_table(pa.table({"n": range(11)}), path)
    assert stamps_of(log) != before
