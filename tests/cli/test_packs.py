"""Packs at the command line: listed, described, and told of by lint."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

from shall import spec

FILE = """shall = 1
extends = ["four-fifths", "readiness"]
[subject]
positive = "1"
[groups]
sex = "SEX"
[packs.four-fifths]
without = { four_fifths_race = "race is not collected" }
[packs.readiness.without]
ready_conflicts = "no labels yet"
ready_leakage = "no labels yet"
ready_imbalance = "no labels yet"
ready_labels = "no labels yet"
[requirements]
ready_rows = "rows >= 50"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shall.toml").write_text(FILE, encoding="utf-8")
    return tmp_path


def valid(text: str) -> dict:
    report = json.loads(text)
    jsonschema.validate(report, json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text()))
    return report


def test_they_are_listed(shall):
    ran = shall("list")
    for name in spec.shipped():
        assert f"\n  {name}\n" in ran.out
    assert [pack["name"] for pack in valid(shall("list", "--json").out)["packs"]] == list(spec.shipped())


@pytest.mark.parametrize("name", spec.shipped())
def test_one_is_described(name, shall):
    ran = shall("describe", name)
    assert ran.code == 0 and max(map(len, ran.out.splitlines())) <= 160
    for word in ("Source:", "Date:", f'extends = ["{name}"]', "Requirements"):
        assert word in ran.out
    assert valid(shall("describe", name, "--json").out)["packs"][0]["date"]


def test_lint_tells_what_the_file_says_otherwise(shall, folder):
    ran = shall("lint")
    assert (ran.code, ran.err) == (0, "")
    pack = spec.shipped_pack("readiness")
    left = len(pack.requirements) - 5
    assert ran.out.startswith("shall.toml: ") and ran.out.splitlines()[1:] == [
        "  four-fifths (1978-08-25): 1 requirement",
        "    four_fifths_race is left out: race is not collected",
        f"  readiness ({pack.date}): {left} requirement{'' if left == 1 else 's'}",
        "    ready_rows is in the words of the file, not of the pack",
        *(f"    ready_{name} is left out: no labels yet" for name in ("conflicts", "leakage", "imbalance", "labels"))]


def test_a_file_shows_where_its_lines_come_from(shall, folder):
    ran = shall("list", "shall.toml")
    assert "four_fifths_sex\n" in ran.out and "from the pack four-fifths" in ran.out
    report = valid(shall("list", "shall.toml", "--json").out)
    assert report["packs"][1]["replaced"] == ["ready_rows"]
    assert [line.get("pack") for line in report["requirements"]][:2] == [None, "four-fifths"]


def test_a_missing_group_is_told_at_the_pack(shall, folder):
    (folder / "shall.toml").write_text(FILE.replace("without", "groups").replace("four_fifths_race =", "sex ="),
                                       encoding="utf-8")
    ran = shall("lint")
    assert ran.code == 2 and "shall.toml:2:12: the pack \"four-fifths\" needs the group `race`" in ran.err


def test_verdicts_say_which_pack_they_come_from(shall, folder):
    rows = "".join(f"{sex},{decision}\n" for sex, decided in (("F", 520), ("M", 560)) for decision in
                   ["1"] * decided + ["0"] * (1000 - decided))
    (folder / "decisions.csv").write_text("SEX,decision\n" + rows, encoding="utf-8")
    text = FILE.replace("[groups]", '[data]\nlog = "decisions.csv"\n[groups]')
    (folder / "shall.toml").write_text(text + 'ratio = "selection_rate >= 0.9"\n', encoding="utf-8")
    ran = shall("check", "shall.toml")
    assert ran.code == 1 and ran.out.count("from the pack four-fifths") == 1
    verdicts = {verdict["name"]: verdict for verdict in valid(shall("check", "shall.toml", "--json").out)["verdicts"]}
    assert verdicts["four_fifths_sex"]["verdict"] == "met" and verdicts["four_fifths_sex"]["pack"] == "four-fifths"
    assert "pack" not in verdicts["ready_rows"] and verdicts["ready_rows"]["verdict"] == "met"
