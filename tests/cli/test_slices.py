"""`shall slices`: arguments to the library, a report, a requirement in the file."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib.resources import files
from xml.etree import ElementTree

import jsonschema
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall as library

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))
SPEC = """# Who is asked back?
shall = 1
[subject]
name = "visits"
target = "label"
positive = "1"
[data]
log = "log.parquet"
[columns]
decision = "decision"
[requirements]
right = "accuracy >= 0.8"      # since 2024
sure  = "roc_auc >= 0.7"
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(1)
    age, sex = random.integers(18, 80, 3_000), random.choice(["F", "M|<b>"], 3_000)
    label = random.random(3_000) < 0.5
    wrong = random.random(3_000) < np.where((age >= 60) & (sex == "F"), 0.6, 0.1)
    pq.write_table(pa.table({"age": age, "sex": sex, "other": random.normal(size=3_000), "label": label.astype(int),
                             "decision": (label ^ wrong).astype(int), "score": random.random(3_000)}), "log.parquet")
    (tmp_path / "shall.toml").write_text(SPEC)
    return tmp_path


def test_slices_are_told(shall, home):
    found = shall("slices", "--top", "3", "--tree")
    assert found.code == 0, found.err
    assert "Where accuracy is lower" in found.out and "sex = 'F'" in found.out and "├ " in found.out


def test_all_rows_are_those_of_the_filter_of_the_requirement(shall, home):
    with (home / "shall.toml").open("a") as file:
        file.write('old = "accuracy >= 0.5 where age >= 40"\n[groups]\nsex = "sex"\n')
    told = shall("slices", "--measure", "old", "-o", "slices.html", "-o", "slices.md")
    assert ": of all rows where age >= 40 0." in told.out, told
    assert "of all rows where age &gt;= 40 0." in (home / "slices.html").read_text()
    assert "of all rows where age " in (home / "slices.md").read_text()
    told = shall("intersections", "--measure", "old", "-o", "audit.html")
    assert ": of all rows where age >= 40 0." in told.out, told
    assert "of all rows where age &gt;= 40 0." in (home / "audit.html").read_text()
    assert ": of all rows 0." in shall("intersections").out


def test_no_figure_is_cut_on_a_narrow_terminal(shall, home, monkeypatch):
    with (home / "shall.toml").open("a") as file:
        file.write('[groups]\nsex = "sex"\nyears = { column = "age", cut = [30, 60] }\n')
    asked = (("slices", "--top", "3"), ("intersections",), ("check", "--groups"))
    wide = [shall(*one).out for one in asked]
    monkeypatch.setenv("COLUMNS", "60")
    for one, before in zip(asked, wide, strict=True):
        out = shall(*one).out
        assert [line for line in out.splitlines() if len(line) > 60] == [], one
        assert Counter(re.findall(r"[\d.,]*\d", out)) == Counter(re.findall(r"[\d.,]*\d", before)), one


def test_json_keeps_its_schema(shall, home):
    found = shall("slices", "--json", "--over", "age, sex")
    told = json.loads(found.out)
    jsonschema.validate(told, SCHEMA)
    assert told["over"] == ["age", "sex"] and told["slices"][0]["evident"]
    assert told["slices"][0]["requirement"].startswith("accuracy >= 0.8 where age >= ")


def test_reports_are_written(shall, home):
    names = ["it.html", "it.svg", "it.md", "it.json", "it.txt"]
    found = shall("slices", *(part for name in names for part in ("-o", name)))
    assert found.code == 0, found.err
    drawn = ElementTree.parse(home / "it.svg").getroot()
    assert len(drawn.findall(".//{*}circle")) >= 1 and "Where accuracy is lower" in (home / "it.svg").read_text()
    page = (home / "it.html").read_text()
    assert "<script" not in page and "sex = 'F'" in page and "<b>" not in page
    assert "| worse |" in (home / "it.md").read_text()
    jsonschema.validate(json.loads((home / "it.json").read_text()), SCHEMA)


def test_a_slice_is_written_into_the_file(shall, home):
    found = shall("slices", "--write", "1", "--bound", ">= 0.70", "--over", "age,sex")
    assert found.code == 0, found.err
    text = (home / "shall.toml").read_text()
    assert "right = \"accuracy >= 0.8\"      # since 2024\n" in text and text.startswith("# Who is asked back?")
    name = "accuracy_where_age_from_66_sex_f"
    line = next(line for line in library.load("shall.toml").requirements if line.name == name)
    assert str(line).startswith("accuracy >= 0.70 where age >= ") and shall("check").code == 1


def test_what_cannot_be_is_refused(shall, home):
    assert "not a mean over rows" in shall("slices", "--measure", "sure").err
    told = shall("slices", "--over", "agee,sex")
    assert told.code == 2 and "no column and the file no group agee; did you mean `age`?" in told.err
    assert "no group nothing; there are: age, sex, " in shall("slices", "--over", "nothing").err
    assert shall("slices", "--bound", ">= 1").code == 2
    told = shall("slices", "--write", "900", "--top", "1000", "-o", "it.md")
    assert "there is no such slice, counted from 1" in told.err and "written to it.md" in told.err
    assert "nothing was written to shall.toml" in told.err and (home / "it.md").is_file()
    assert "a requirement right already" in shall("slices", "--write", "1", "--name", "right").err
    assert shall("slices", "-o", "it.xml").code == 2


def test_what_is_asked_of_write_is_looked_at_before_the_search(shall, home):
    (home / "log.parquet").unlink()         # a search would say so
    told = shall("slices", "--write", "99")
    assert told.code == 2 and "--write 99" in told.err and "counted from 1" in told.err
    told = shall("slices", "--write", "1", "--bound", "foo")
    assert told.code == 2 and "--bound" in told.err and "'foo' is no bound" in told.err


def test_a_line_that_is_there_is_not_written_again(shall, home):
    assert shall("slices", "--write", "1", "--over", "age,sex").code == 0
    text = (home / "shall.toml").read_text()
    told = shall("slices", "--write", "1", "--over", "age,sex")
    assert "has that very line already, accuracy_where_age_from_66_sex_f: nothing was written" in told.err
    assert (home / "shall.toml").read_text() == text


def test_a_perfect_model_has_no_slice_that_is_worse(shall, home):
    rows = pq.read_table("log.parquet")
    pq.write_table(rows.drop_columns("decision").append_column("decision", rows["label"]), "log.parquet")
    found = shall("slices", "-o", "it.html", "-o", "it.md", "-o", "it.svg")
    said = "no slice of 50 rows or more is worse than the rest"
    assert found.code == 0 and said in found.out
    assert said in (home / "it.html").read_text() and said in (home / "it.md").read_text()
    assert "nothing was written" in shall("slices", "--write", "1").err
