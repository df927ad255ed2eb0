"""`shall review`: the queue on a terminal, and two who agree."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import jsonschema
import pytest

from shall.api.service import beside_log
from shall.api.shown import reviewing
from shall.api.shown.evidence import Evidence
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
    assert "one more person is to say so\nKept in .shall/shall.db." in shall(*said, "--by", "ana").out
    out = shall("review", "decisions/income", "--by", "ANA ").out
    assert "no case waits" in out and f"You said 1 of {decision}: you may change it" in out
    assert "you said so already: one more person is to say so" in shall(*said, "--by", "Ana ").out
    told = json.loads(shall(*said, "--by", "ben", "--json").out)
    jsonschema.validate(told, SCHEMA)
    assert (told["state"], told["label"], told["store"]) == ("agreed", "1", ".shall/shall.db")
    assert shall(*said, "--by", "eve").code == 2
    jsonschema.validate(json.loads(shall("review", "decisions/income", "--json").out), SCHEMA)


def test_what_is_said_lies_in_the_store_of_the_server(shall, here):
    open_store(here / "served.db").close()
    (here / "decisions" / "income" / beside_log.FILE).write_text(
        '{"store": "../../served.db", "target": "paid", "positive": "1", "columns": {}}')
    found = json.loads(shall("review", "decisions/income", "--by", "ana", "--json").out)
    assert found["store"] == "served.db" and found["target"] == "paid"
    said = ("review", "decisions/income", "--decision", found["cases"][0]["decision"], "--label", "1")
    assert "Kept in served.db." in shall(*said, "--by", "ana").out
    assert "two agree" in shall(*said, "--by", "ben", "--store", "served.db").out
    (here / "served.db").rename(here / "moved.db")
    refused = shall(*said, "--by", "eve")
    assert refused.code == 2 and "name it with --store" in refused.err


def test_what_an_alarm_is_about_waits_as_on_the_page(shall, here):
    with open_log(here / "decisions" / "income", FIELDS) as log:
        log.write([Record(log.next_id(), 1_700_000_000_000_000, "", "income@7", "ab" * 32, "live",
                          (41.0, job, "1", "answered", None)) for job in ("clerk", "cook", "clerk")])
    with open_store(here / ".shall" / "shall.db") as store:
        line, about = "ratio of selection_rate over job >= 0.8", "job = clerk against job = cook"
        store.append("alarm", "income@7", {"name": "fair", "line": line, "about": about, "window": "1"})
        evidence = Evidence(store)
        page = reviewing.queue(here / "decisions" / "income", evidence.store, "ana", evidence=evidence)
    found = json.loads(shall("review", "decisions/income", "--by", "ana", "--json").out)
    jsonschema.validate(found, SCHEMA)
    assert [case["why"] for case in found["cases"]] == [case.why for case in page.cases]
    assert [case["why"] for case in found["cases"]].count(f"alarm: fair, {about}") == 2 and len(page.cases) == 3


def test_cases_are_as_wide_as_the_terminal_and_a_page_at_a_time(shall, here, monkeypatch):
    with open_log(here / "decisions" / "income", FIELDS) as log:
        log.write([Record(log.next_id(), 1_700_000_000_000_000, "", "income@7", "ab" * 32, "live",
                          (41.0, "clerk " * 40, None, "unsure", "near the threshold")) for _ in range(21)])
    monkeypatch.setenv("COLUMNS", "72")
    first = shall("review", "decisions/income", "--by", "ana").out
    assert max(map(len, first.splitlines())) <= 72 and first.count("near the threshold") == 20
    assert "1 to 20 of 22 cases for you, 22 in all\nThe next ones: --page 2" in first
    second = shall("review", "decisions/income", "--by", "ana", "--page", "2").out
    assert "21 to 22 of 22 cases" in second and "--page 3" not in second
    ran = shall("review", "decisions/income", "--by", "ana", "--page", "3")
    assert ran.code == 2 and "there are 2" in ran.err


def test_a_log_whose_classes_nobody_knows_takes_no_label(shall, here):
    (here / "decisions" / "income" / "labels.json").unlink()
    ran = shall("review", "decisions/income", "--by", "ana")
    assert ran.code == 0 and "near the threshold" in ran.out and "nobody knows which classes there are" in ran.out
    decision = json.loads(shall("review", "decisions/income", "--json").out)["cases"][0]["decision"]
    refused = shall("review", "decisions/income", "--decision", decision, "--label", "anything", "--by", "ana")
    assert refused.code == 2 and "nobody knows which classes there are" in refused.err


def test_what_is_missing_is_a_dash(shall, here):
    out = shall("review", "decisions/income", "--by", "ana").out
    assert re.search(r"near the threshold\n +The model does not decide\.\n +age 41, job –\n", out)


def test_what_is_asked_wrongly(shall, here):
    for wrong in (("review",), ("review", "nowhere"), ("review", "decisions/income", "--label", "1"),
                  ("review", "decisions/income", "--label", "1", "--decision", "nobody-1")):
        ran = shall(*wrong)
        assert ran.code == 2 and ran.err and "Traceback" not in ran.err
