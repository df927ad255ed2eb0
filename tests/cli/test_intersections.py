"""The audit of all intersections on a command line."""

from __future__ import annotations

import json
from importlib.resources import files
from xml.etree import ElementTree

import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))
FILE = """\
shall = 1
[subject]
name = "jobs"
target = "employed"
positive = "1"
[data]
log = "{log}"
[columns]
decision = "prediction"
[groups]
sex = "sex"
race = "race"
age = {{ column = "AGEP", cut = [25, 45] }}
[requirements]
missed = "false_negative_rate <= 10%"
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "shall.toml"
    path.write_text(FILE.format(log=fetch("employment") / "2015.parquet"))
    return path


def test_what_is_printed_and_written(shall, file, tmp_path):
    reports = [tmp_path / f"audit.{suffix}" for suffix in ("svg", "html", "json", "txt")]
    ran = shall("intersections", str(file), "--measure", "missed", "--at-least", "100",
                *(part for path in reports for part in ("-o", str(path))))
    assert ran.code == 0 and "sex by race by age" in ran.out
    assert "sex = women, race = asian, age = below 25" in " ".join(ran.out.split())
    picture = ElementTree.parse(reports[0]).getroot()
    dots = [one for one in picture.iter("{http://www.w3.org/2000/svg}circle") if one.get("r") == "4.5"]
    found = json.loads(reports[2].read_text())
    judged = [cell for one in found["groupings"] for cell in one["groups"] if cell["found"] != "set aside"]
    legend = {one.get("class") for one in dots}
    assert len(dots) - len(legend) == len(judged) > 30
    assert "<script" not in reports[1].read_text() and "women" in reports[1].read_text()
    assert reports[3].read_text().splitlines()[-1] == ran.out.splitlines()[-1] or "set aside" in reports[3].read_text()


def test_as_json_with_some_groups(shall, file):
    ran = shall("intersections", str(file), "--over", "sex, age", "--order", "1", "--json")
    found = json.loads(ran.out)
    jsonschema.validate(found, SCHEMA)
    assert found["verb"] == "intersections" and [one["over"] for one in found["groupings"]] == [["sex"], ["age"]]
    assert found["measure"] == "accuracy" and found["whole"]["n"] == found["rows"] == 43348


def test_every_group_where_it_is_asked_for(shall, file):
    short, whole = shall("intersections", str(file)), shall("intersections", str(file), "--groups")
    assert "more groups; --groups shows all" in short.out and "--groups" not in whole.out
    assert "ROWS" in short.out and "✗: surely worse" in short.out and "N is how many rows of a group" in short.out


def test_a_page_has_every_group_and_says_what_marks_mean(shall, file, tmp_path):
    page = tmp_path / "audit.html"
    ran = shall("intersections", str(file), "-o", str(page), "-o", str(tmp_path / "audit.json"))
    found = json.loads((tmp_path / "audit.json").read_text())
    judged = [cell for one in found["groupings"] for cell in one["groups"] if cell["found"] != "set aside"]
    text = page.read_text(encoding="utf-8")
    assert ran.code == 0 and len(judged) > 48 and f"<summary>{len(judged) - 48} more groups</summary>" in text
    assert text.count('<th scope="row">') >= len(judged) and "✓: surely better; ·: perhaps by chance" in text


def test_a_log_without_labels_is_an_error(shall, tmp_path):
    table = pq.read_table(fetch("employment") / "2015.parquet").slice(0, 500)
    place = table.schema.get_field_index("employed")
    pq.write_table(table.set_column(place, "employed", pa.nulls(500, table.schema.field(place).type)),
                   tmp_path / "rows.parquet")
    (tmp_path / "shall.toml").write_text(FILE.format(log=tmp_path / "rows.parquet"))
    ran = shall("intersections", str(tmp_path / "shall.toml"))
    assert ran.code == 2 and "cannot be measured" in ran.err and not ran.out
    (tmp_path / "shall.toml").write_text(FILE.format(log=fetch("employment") / "2015.parquet"))
    ran = shall("intersections", str(tmp_path / "shall.toml"), "--at-least", "1000000")
    assert ran.code == 2 and "no group can be judged" in ran.err


def test_what_is_asked_wrongly(shall, file, tmp_path):
    ran = shall("intersections", str(file), "--over", "sex,creed")
    assert ran.code == 2 and "there is no group creed; the file declares: sex, race, age" in ran.err
    assert "there is no group rase; did you mean `race`?" in shall("intersections", str(file), "--over", "rase").err
    assert shall("intersections", str(file), "-o", str(tmp_path / "audit.docx")).code == 2
