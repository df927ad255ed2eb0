"""`shall predict`: arguments to the library, and what is said of the result."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pyarrow.parquet as pq
import pytest

from shall import bundle
from tests.runtimes import made

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    compiled = made.loans()
    bundle.write({"graph.onnx": compiled.onnx, "graph.json": compiled.json}, {}, "loans.zip")
    pq.write_table(made.rows(500), "rows.parquet")
    return tmp_path


def test_rows_are_scored(shall, home):
    found = shall("predict", "loans.zip", "rows.parquet", "-o", "out.parquet", "--keep", "city", "-k", "age")
    assert found.code == 0, found.err
    assert "500 rows" in found.out and "decision: " in found.out and "decision is missing in" in found.out
    table = pq.read_table("out.parquet")
    assert table.column_names == ["city", "age", "score", "decision", "capped"]
    assert shall("predict", "loans.zip", "rows.parquet", "-o", "out.parquet", "--no-keep").code == 0
    assert pq.read_table("out.parquet").column_names == ["score", "decision", "capped"]


def test_a_summary_for_programs(shall, home):
    told = json.loads(shall("predict", "loans.zip", "rows.parquet", "-o", "out.csv", "--json").out)
    jsonschema.validate(told, SCHEMA)
    assert told["verb"] == "predict" and told["rows"] == 500 and told["columns"][0] == "id"
    assert sum(told["values"]["decision"].values()) + told["missing"]["decision"] == 500
    assert told["bundle"] == bundle.read("loans.zip").digest


def test_what_is_wrong_is_2_and_a_refused_bundle_1(shall, home):
    assert shall("predict", "loans.zip", "none.parquet", "-o", "out.parquet").code == 2
    assert shall("predict", "none.zip", "rows.parquet", "-o", "out.parquet").code == 2
    assert shall("predict", "loans.zip", "rows.parquet", "-o", "out.txt").code == 2
    assert shall("predict", "loans.zip", "rows.parquet").code == 2
    assert shall("predict", "loans.zip", "rows.parquet", "-o", "o.csv", "--no-keep", "--keep", "id").code == 2
    shall("keys", "new", "-o", "ana")
    assert shall("predict", "loans.zip", "rows.parquet", "-o", "out.parquet", "--key", "ana.pub").code == 1
    assert not (home / "out.parquet").exists()
