"""The list of suspicious labels on a command line."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest

from tests.api.test_suspecting import tumours  # noqa: F401

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))


@pytest.fixture
def rows(tumours, tmp_path):  # noqa: F811
    pq.write_table(tumours[0], tmp_path / "rows.parquet")
    return tmp_path / "rows.parquet"


def test_the_list_is_printed_and_written(shall, rows, tmp_path):
    ran = shall("suspects", "--data", str(rows), "--target", "label", "-o", str(tmp_path / "again.csv"))
    assert ran.code == 0 and ran.out.splitlines()[0].split() == ["row", "id", "given", "likelier", "wrong"]
    assert "of 569 labels are suspicious" in ran.out and "more in" in ran.out
    assert ran.err == f"written to {tmp_path / 'again.csv'}\n"
    written = csv.read_csv(tmp_path / "again.csv")
    assert f"{written.num_rows} of 569 labels" in ran.out


def test_as_json(shall, rows):
    ran = shall("suspects", "--data", str(rows), "--target", "label", "--most", "3", "--json")
    found = json.loads(ran.out)
    jsonschema.validate(found, SCHEMA)
    assert ran.code == 0 and found["verb"] == "suspects" and len(found["labels"]) == 3 and found["rows"] == 569


def test_what_is_asked_wrongly(shall, rows):
    assert shall("suspects", "--target", "label").code == 2
    ran = shall("suspects", "--data", str(rows), "--target", "label", "--keep", "nothing")
    assert ran.code == 2 and "there is no column nothing to keep" in ran.err
