"""The whole way on real rows: a tumour's size as the score of a classifier, no stand-in anywhere.

Wisconsin breast cancer data (Street, Wolberg and Mangasarian 1993), as it comes with scikit-learn.
"""

from __future__ import annotations

import json
from importlib.resources import files
from xml.etree import ElementTree

import jsonschema
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import load_breast_cancer

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))
FILE = """
shall = 1
[subject]
name = "tumours"
kind = "classifier"
target = "malignant"
positive = "1"
threshold = 0.5
[data]
log = "log.parquet"
[columns]
score = "score"
[groups]
texture = { column = "texture", cut = [18.0] }
[requirements]
useful = "roc_auc >= 0.80"
wide = "ratio of selection_rate over texture >= 0.80"
enough = "rows >= 500"
few = "precision >= 0.90 where texture >= 30"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = load_breast_cancer()
    radius, texture = data.data[:, 0], data.data[:, 1]
    log = pa.table({"id": np.arange(len(radius)), "score": np.clip((radius - 6) / 18, 0, 1), "texture": texture,
                    "malignant": 1 - data.target})
    pq.write_table(log, tmp_path / "log.parquet")
    (tmp_path / "shall.toml").write_text(FILE, encoding="utf-8")
    return tmp_path


def test_check_decides_and_says_why(shall, folder):
    ran = shall("check", "--report", "check.svg")
    assert ran.code == 1, ran.err
    assert "4 requirements: 2 met, 1 broken, 1 undecided" in ran.out
    assert "worst pair: texture=" in ran.out
    assert "to settle it: about " in ran.out
    assert (folder / ".shall").is_dir()
    ElementTree.parse(folder / "check.svg")


def test_the_numbers_are_the_same_in_every_form(shall, folder):
    report = json.loads(shall("check", "--json").out)
    jsonschema.validate(report, SCHEMA)
    again = json.loads(shall("check", "--json", "--no-record").out)
    assert again == report
    assert {verdict["name"]: verdict["verdict"] for verdict in report["verdicts"]} == {
        "useful": "met", "wide": "broken", "enough": "met", "few": "undecided"}


def test_watch_goes_window_by_window(shall, folder):
    ran = shall("watch", "--window", "100 rows", "--json")
    report = json.loads(ran.out)
    jsonschema.validate(report, SCHEMA)
    assert [window["rows"] for window in report["windows"]] == [100] * 5 + [69]
    assert "alarm" in shall("watch", "--window", "100 rows").out
    drawn = shall("watch", "--window", "100 rows", "-o", "life.svg", "-o", "life.html", "-o", "life.json")
    assert drawn.code == ran.code
    assert ElementTree.parse(folder / "life.svg").getroot().get("class") == "life"
    for verdict in report["windows"][0]["verdicts"]:
        assert f"{verdict['name']}, window by window" in (folder / "life.html").read_text(encoding="utf-8")
    assert json.loads((folder / "life.json").read_text(encoding="utf-8"))["windows"] == report["windows"]


def test_a_wrong_column_is_named(shall, folder):
    (folder / "shall.toml").write_text(FILE.replace('score = "score"', 'score = "scor"'), encoding="utf-8")
    ran = shall("check")
    assert (ran.code, ran.out) == (2, "")
    assert "scor" in ran.err
