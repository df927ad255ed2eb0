"""The pack `reliability`: every line of it resolves, and is judged on real data in a check and in a watch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from examples.fetch import fetch
from shall.core.decisions import Field, Record
from shall.core.verdict import Finding
from shall.spec.pack import shipped_pack
from shall.stores.decisions import open_log

ROWS = 20_000
FILE = """
shall = 1
extends = ["reliability"]

[subject]
name = "employment"
target = "employed"
positive = "1"

[columns]
score = "predicted_probability"
decision = "prediction"
id = "id"
time = "year"
abstained = "waits"

[groups]
sex = "sex"
age = { column = "AGEP", cut = [30, 45, 60] }

[watch]
windows = ["1 year"]
"""
LINES = {line.name: line for line in shipped_pack("reliability").requirements}


def year(number: int, rows: int = ROWS) -> pa.Table:
    table = pq.read_table(fetch("employment") / "decisions" / f"{number}.parquet")
    table = table.take(np.random.default_rng(number).permutation(len(table))[:rows])    # they lie sorted
    table = table.drop_columns(["household"])           # who lives together is no feature
    return table.append_column("waits", pa.array(abs(table["predicted_probability"].to_numpy() - 0.5) < 0.05))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "shall.toml").write_text(FILE, encoding="utf-8")
    return tmp_path / "shall.toml"


@pytest.fixture(scope="module")
def labels() -> pa.Table:
    return pq.read_table(fetch("employment") / "labels.parquet")


def test_every_line_is_of_check_and_watch_and_says_why() -> None:
    assert len(LINES) >= 10
    assert all(line.phases == ("check", "watch") and line.why and line.origin == "reliability"
               and "previous" in str(line) for line in LINES.values())


def test_each_line_is_judged_in_a_check_and_against_the_check_before(file: Path, labels: pa.Table) -> None:
    first = shall.check(file, year(2016), labels=labels)
    assert all("no `previous`" in verdict.deciding.reason for verdict in first.verdicts)
    second = shall.check(file, year(2017), labels=labels)
    assert {verdict.requirement.name: verdict.verdict for verdict in second.verdicts} == dict.fromkeys(
        LINES, Finding.MET)


def test_each_line_is_judged_in_a_watch_against_the_window_before(file: Path, labels: pa.Table) -> None:
    log = pa.concat_tables([year(2016), year(2017), year(2018)])
    windows = shall.watch(file, log, labels=labels).windows
    assert [{verdict.verdict for verdict in window.verdicts} for window in windows] == [
        {Finding.UNDECIDED}, {Finding.MET}, {Finding.MET}]
    assert windows[2].verdicts[0].requirement.name == "reliable_rows" and windows[2].verdicts[0].deciding.value == 1


def test_each_line_is_broken_by_what_it_is_there_for(file: Path, labels: pa.Table) -> None:
    """A year of which half is lost, a feature stopped coming, decisions turned and labels went missing."""
    bad = year(2018, ROWS // 2)
    chance = np.random.default_rng(0)
    score = 1 - bad["predicted_probability"].to_numpy()
    age = bad["AGEP"].to_numpy().astype(float)
    for name, values in {
        "predicted_probability": pa.array(score), "prediction": pa.array((score > 0.5).astype(np.int64)),
        "SCHL": pa.nulls(len(bad), bad.schema.field("SCHL").type), "AGEP": pa.array(np.minimum(age, 29)),
        "waits": pa.array(chance.random(len(bad)) < 0.5),
    }.items():
        bad = bad.set_column(bad.column_names.index(name), name, values)
    known = labels.filter(pa.array(chance.random(len(labels)) < 0.5))
    told = pa.concat_tables([labels.filter(of(labels, year(2017))), known.filter(of(known, bad))])
    now = shall.watch(file, pa.concat_tables([year(2017), bad], promote_options="permissive"), labels=told).windows[1]
    found = {verdict.requirement.name: verdict.verdict for verdict in now.verdicts}
    assert found == dict.fromkeys(LINES, Finding.BROKEN)


def of(labels: pa.Table, rows: pa.Table) -> pa.Array:
    return pa.array(np.isin(labels["id"].to_numpy(), rows["id"].to_numpy()))


def test_what_the_pack_does_not_say_is_said_in_the_same_words() -> None:
    """The lines of `not_covered` are lines of the language."""
    told = " ".join(shipped_pack("reliability").not_covered)
    for line in ("accuracy >= 0.8", "estimated_accuracy against tested >= 0.8", "churn against previous <= 5%",
                 "negative_flip_rate against previous <= 1%", "share(code != 'answered') <= previous + 0.01",
                 "population_stability over feature against train <= 0.2"):
        assert line in told and str(shall.Requirement.parse(line)) == line


def test_answers_that_failed_are_counted_by_reason_in_a_check_and_after_every_row(tmp_path: Path) -> None:
    """The line of `not_covered`, on a log as `shall serve` writes it."""
    fields = (Field("decision", "text"), Field("score", "number"), Field("abstained", "truth"), Field("code", "text"))
    with open_log(tmp_path / "log", fields) as log:
        for start in range(0, 1200, 200):
            failing = start >= 600                      # from here on a feature does not come
            codes = ["missing" if failing and place % 4 == 0 else "answered" for place in range(200)]
            log.write([Record(log.next_id(), (start + place) * 3_600_000_000, "", "income@7", "ab" * 32, "live",
                              (None if code != "answered" else "1", 0.7, code != "answered", code))
                       for place, code in enumerate(codes)])
    asked = {"columns": {"time": "time"}, "watch": {"windows": ["1 day"], "false_alarms": "1 per year"},
             "requirements": {"answers": "share(code != 'answered') <= 5%", "missing": "share(code = 'missing') <= 5%",
                              "other": "share(code = 'outside') <= 5%", "covered": "selective_coverage >= 0.95"}}
    found = shall.check(asked, tmp_path / "log")
    assert [verdict.verdict for verdict in found.verdicts] == [
        Finding.BROKEN, Finding.BROKEN, Finding.MET, Finding.BROKEN]
    sounded = {alarm.name: alarm.row for alarm in reversed(shall.watch(asked, tmp_path / "log").sounded)}
    assert {*sounded} == {"answers", "missing", "covered"} and all(600 < row < 700 for row in sounded.values())
