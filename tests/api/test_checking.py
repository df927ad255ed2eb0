"""What a check compares with: another log of the file, of which only what is compared is counted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall.core.errors import InputError
from shall.core.verdict import Finding
from shall.stores import open_store


def test_a_line_with_a_reference_stands_beside_lines_that_ask_probes(tmp_path):
    """Probes add columns to the log alone: the reference has none of them, and needs none."""
    random = np.random.default_rng(0)
    for name in ("train", "log"):
        pq.write_table(pa.table({"size": random.normal(size=500), "price": random.normal(size=500),
                                 "sold": random.integers(0, 2, 500)}), tmp_path / f"{name}.parquet")
    report = shall.check({
        "subject": {"kind": "dataset", "target": "sold"},
        "data": {name: str(tmp_path / f"{name}.parquet") for name in ("train", "log")},
        "requirements": {"steady": "population_stability over feature against train <= 0.2",
                         "fresh": "shared_rows against train <= 0", "single": "duplicate_rate <= 1%"}})
    assert [(one.name, str(one.verdict)) for one in report.verdicts] == [
        ("steady", "met"), ("fresh", "met"), ("single", "met")]
    alone = shall.check({
        "subject": {"kind": "dataset", "target": "sold"},
        "data": {name: str(tmp_path / f"{name}.parquet") for name in ("train", "log")},
        "requirements": {"steady": "population_stability over feature against train <= 0.2"}})
    assert alone.verdicts[0].evidence == report.verdicts[0].evidence


@pytest.mark.parametrize("unit, of_a_second", [("s", 1.0), ("ms", 1e3), ("us", 1e6)])
@pytest.mark.parametrize("line", ["p50(latency) <= 50 ms", "mean(latency) <= 0.05 s"])
def test_a_column_is_compared_in_its_unit(unit: str, of_a_second: float, line: str) -> None:
    taken = np.random.default_rng(0).uniform(0.029, 0.031, 2000)
    log = pa.table({"label": [0, 1] * 1000, "decision": [0, 1] * 1000, "latency": taken * of_a_second})
    file = {"columns": {"latency": {"unit": unit}}, "requirements": {"fast": line}}
    (verdict,) = shall.check(file, log).verdicts
    assert verdict.verdict is Finding.MET and verdict.deciding.value == pytest.approx(0.03, rel=0.01)
    slow = {**file, "requirements": {"fast": line.replace("50 ms", "20 ms").replace("0.05", "0.02")}}
    assert shall.check(slow, log).verdicts[0].verdict is Finding.BROKEN


def test_a_check_with_another_limit_is_another_record(tmp_path, monkeypatch):
    monkeypatch.delenv("SHALL_STORE", raising=False)
    path = tmp_path / "shall.toml"
    said = ('shall = 1\n[subject]\nname = "loans"\ntarget = "label"\npositive = "1"\n'
            '[requirements]\nright = "accuracy >= {}"\n')
    table = pa.table({"label": [1, 0] * 500, "decision": [1, 0, 0, 0] * 250})
    for limit in ("0.60", "0.90", "0.90"):
        path.write_text(said.format(limit))
        shall.check(path, table)
    with open_store(tmp_path / ".shall" / "shall.db") as store:
        verdicts = [json.loads(one.body["report"])["verdicts"][0]["verdict"] for one in store.records("check")]
    assert verdicts == ["met", "broken"]


def test_a_record_says_where_the_rows_of_a_check_lie_if_a_path_named_them(tmp_path, monkeypatch):
    monkeypatch.delenv("SHALL_STORE", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("shall.toml").write_text('shall = 1\n[subject]\nname = "loans"\ntarget = "label"\npositive = "1"\n'
                                  '[data]\nlog = "log.parquet"\n[requirements]\nright = "accuracy >= 0.60"\n')
    table = pa.table({"label": [1, 0] * 500, "decision": [1, 0, 0, 0] * 250})
    for rows, name in ((1_000, "log"), (800, "more")):
        pq.write_table(table.slice(0, rows), f"{name}.parquet")
    pq.write_table(pa.table({"id": [*range(600)], "label": [1, 0] * 300}), "labels.parquet")
    pq.write_table(pa.table({"id": [*range(600)], "decision": [1, 0] * 300}), "unlabelled.parquet")
    for data, labels in ((None, None), ("more.parquet", None), (table.slice(0, 700), None),
                         ("unlabelled.parquet", "labels.parquet"),
                         (table.slice(0, 600).append_column("id", pa.array([*range(600)])).drop_columns("label"),
                          "labels.parquet")):
        shall.check("shall.toml", data, labels=labels)
    with open_store(tmp_path / ".shall" / "shall.db") as store:
        said = [[one.body.get(name) for name in ("data", "labels")] for one in store.records("check")]
    at = tmp_path.resolve()
    assert said == [[None, None], [str(at / "more.parquet"), None], [None, None],
                    [str(at / "unlabelled.parquet"), str(at / "labels.parquet")], [None, None]]


def test_a_folder_that_keeps_no_evidence_is_told_with_the_way_round_it(tmp_path):
    (tmp_path / "shall.toml").write_text('shall = 1\n[subject]\nname = "loans"\n[requirements]\nenough = "rows >= 1"\n',
                                           encoding="utf-8")
    (tmp_path / ".shall").write_text("a file", encoding="utf-8")
    rows = pa.table({"decision": [1]})
    with pytest.raises(InputError, match=r"evidence is kept in .*\.shall, .*: File exists\. Give .*--no-record"):
        shall.check(tmp_path / "shall.toml", rows)
    assert shall.check(tmp_path / "shall.toml", rows, record=False).verdict == Finding.MET


def test_why_there_is_no_value_where_there_are_rows():
    """One class only, and groups that are all too small: the reason says so, and no table of everybody is shown."""
    rows = pa.table({"label": [1, 1, 1], "score": [0.4, 0.9, 0.2], "sex": ["m", "f", "f"]})
    found = shall.check({"groups": {"sex": "sex", "big": {"column": "sex", "at_least": 100, "rest": "pool"}},
                         "subject": {"target": "label", "positive": "1"}, "requirements": {
                             "all": "roc_auc >= 0.7", "each": "roc_auc over sex >= 0.7",
                             "fair": "ratio of selection_rate over big >= 0.8"}}, rows)
    assert [one.deciding.reason for one in found.verdicts] == [
        "roc_auc has no value in these rows: `shall describe roc_auc` says when it has none",
        "roc_auc has no value in any group: `shall describe roc_auc` says when it has none",
        "every group has fewer rows than its `at_least`, so none is judged"]
    below = str(found).partition("roc_auc over sex")[0]
    assert "decided on" not in below and "rows  n" not in below
