"""`shall review`: the queue on a terminal, and two who agree."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import jsonschema
import pytest

from shall.core.decisions import Field, Record
from shall.stores import open_store
from shall.stores.decisions import open_log

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))
FIELDS = (Field("age", "number"), *(Field(name, "text") for name in ("job", "decision", "code", "why")))


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHALL_STORE", raising=False)
    open_store(tmp_path / ".shall" / "shall.db").close()
    with open_log(tmp_path / "decisions" / "income", FIELDS) as log:
        log.write([Record(log.next_id(), 1_700_000_000_000_000, "", "income@7", "ab" * 32, "live",
                          (41.0, None, None, "unsure", "near the threshold"))])
    (tmp_path / "decisions" / "income" / "labels.json").write_text('{"number": false, "classes": ["0", "1"]}')
    return tmp_path


def test_the_queue_and_two_words(shall, here):
    ran = shall("review", "decisions/income", "--by", "ana")
    assert ran.code == 0 and "near the threshold" in ran.out and "age 41" in ran.out
    found = json.loads(shall("review", "decisions/income", "--by", "ana", "--json").out)
    jsonschema.validate(found, SCHEMA)
    decision = found["cases"][0]["decision"]
    said = ("review", "decisions/income", "--decision", decision, "--label", "1")
    assert "one more person" in shall(*said, "--by", "ana").out
    assert "no case waits" in shall("review", "decisions/income", "--by", "ana").out
    assert "two agree: 1 is its label" in shall(*said, "--by", "ben").out
    assert shall(*said, "--by", "eve").code == 2
    jsonschema.validate(json.loads(shall("review", "decisions/income", "--json").out), SCHEMA)


def test_a_log_whose_classes_nobody_knows_takes_no_label(shall, here):
    (here / "decisions" / "income" / "labels.json").unlink()
    ran = shall("review", "decisions/income", "--by", "ana")
    assert ran.code == 0 and "near the threshold" in ran.out and "nobody knows which classes there are" in ran.out
    decision = json.loads(shall("review", "decisions/income", "--json").out)["cases"][0]["decision"]
    refused = shall("review", "decisions/income", "--decision", decision, "--label", "anything", "--by", "ana")
    assert refused.code == 2 and "nobody knows which classes there are" in refused.err


def test_what_is_missing_is_a_dash(shall, here):
    out = shall("review", "decisions/income", "--by", "ana").out
    assert "age 41, job –" in out and re.search(r"near the threshold +– +age 41", out)


def test_what_is_asked_wrongly(shall, here):
    for wrong in (("review",), ("review", "nowhere"), ("review", "decisions/income", "--label", "1"),
                  ("review", "decisions/income", "--label", "1", "--decision", "nobody-1")):
        ran = shall(*wrong)
        assert ran.code == 2 and ran.err and "Traceback" not in ran.err
