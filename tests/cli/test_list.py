"""`shall list`: every measure in two lines."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema

from shall import registry


def test_every_measure_is_listed(shall):
    ran = shall("list")
    assert ran.code == 0
    for measure in registry.ids("measures"):
        assert f"\n  {measure} " in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_a_narrow_terminal_shows_them_whole(shall, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    out = shall("list").out
    assert [line for line in out.splitlines() if len(line) > 60] == [] and "  maximum_calibration_error\n" in out


def test_json_follows_the_schema(shall):
    report = json.loads(shall("list", "--json").out)
    jsonschema.validate(report, json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text()))
    assert {measure["id"] for measure in report["measures"]} == set(registry.ids("measures"))
