"""`shall retrain`: what comes of it is told, and recorded where a store is named."""

from __future__ import annotations

import json
import os
from importlib.resources import files

import jsonschema

from shall.api.life.trainer import RETRAINED
from shall.stores import open_store
from tests.api.life.test_retraining import logged
from tests.http.process import packed

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))


def test_what_is_told(shall, tmp_path, monkeypatch):
    """Too few rows are the quickest end; `tests/api/life/test_retraining.py` has the others."""
    lowered = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHALL_STORE", raising=False)
    monkeypatch.setattr(os, "nice", lowered.append)
    logged(tmp_path, rows=50).close()
    asked = ("retrain", "7.zip", "--log", "decisions/loans", "--as", "loans@7")
    ran = shall(*asked, "--nice", "19")
    assert ran.code == 1 and "nothing is proposed: 50 decisions have a label" in ran.out and lowered == [19]
    with open_store("shall.db") as store:
        assert store.records(RETRAINED) == ()
    monkeypatch.setenv("SHALL_STORE", "shall.db")
    ran = shall(*asked, "--json", "--trials", "1")
    told = json.loads(ran.out)
    jsonschema.validate(told, SCHEMA)
    assert (ran.code, told["found"], told["model"]) == (1, False, "loans@7")
    with open_store("shall.db") as store:
        assert [record.subject for record in store.records(RETRAINED)] == ["loans@7"]


def test_what_is_not_there(shall, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = shall("retrain", "7.zip", "--log", "decisions/loans", "--as", "loans@7")
    assert ran.code == 2 and "there is no bundle at '7.zip'" in ran.err
    packed(tmp_path, "7.zip")
    ran = shall("retrain", "7.zip", "--log", "decisions/loans", "--as", "loans@7")
    assert ran.code == 2 and "there is no file or folder decisions/loans" in ran.err
    assert not (tmp_path / "retrained").exists()
    assert shall("retrain", "7.zip", "--log", "x").code == 2
