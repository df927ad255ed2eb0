"""`shall responses`: what stands, and that a person ends it."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

from shall.api.life.lifting import ending
from shall.api.life.responding import Responding
from shall.api.opening import file_of
from shall.api.service.beside_log import FILE
from shall.api.shown.happening import event_of
from shall.bundle.keys import public
from shall.core.alarm import Alarm
from shall.core.responses import Response
from shall.stores import open_store

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHALL_STORE", raising=False)
    file = file_of({"groups": {"sex": "sex"}, "requirements": {
        "fair": {"that": "selection_rate over sex >= 0.5", "on_broken": ["abstain", "alert"]}}})
    with open_store(tmp_path / ".shall" / "shall.db") as store:
        Responding(file, "income@8", store).of([Alarm("fair", "…", 7, "", "2026-11", "sex = \x1b[31mF")])
    return tmp_path


def as_json(ran):
    found = json.loads(ran.out)
    jsonschema.validate(found, SCHEMA)
    return found


def test_what_stands_is_listed_and_ended(shall, here):
    told = shall("responses")
    assert told.code == 0 and "income@8" in told.out and "abstain" in told.out and "\x1b" not in told.out
    assert [one["response"] for one in as_json(shall("responses", "--json"))["responses"]] == ["abstain", "alert"]
    ran = shall("responses", "--end", "income@8", "fair", "--why", "the feed is mended", "--by", "ana")
    assert ran.code == 0 and "abstain, alert: ended for fair of income@8" in ran.out
    assert "nothing stands" in shall("responses").out
    assert as_json(shall("responses", "--json"))["responses"] == []
    with open_store(here / ".shall" / "shall.db") as store:
        told = store.latest("response").body
        assert (told["by"], told["why"]) == ("ana", "the feed is mended")
        assert event_of(store.latest("response")).words == (
            "What was done about fair (abstain, alert) was ended by ana: the feed is mended")
        store.verify()
    assert "Nobody signed it" in ran.out


def test_the_end_is_signed(shall, here):
    assert shall("keys", "new", "-o", "user").code == 0
    ran = shall("responses", "--end", "income@8", "fair", "--why", "mended", "--key", "user.key")
    assert ran.code == 0 and "Nobody signed it" not in ran.out and "nothing stands" in shall("responses").out
    with open_store(here / ".shall" / "shall.db") as store:
        assert ending((public("user.pub"),))(store.latest("response"))


def test_an_end_that_no_trusted_key_has_signed_does_not_count(shall, here):
    """As the record of the response says of the server that made it."""
    for name in ("regulator", "ana"):
        assert shall("keys", "new", "-o", name).code == 0
    text, hers = (public(f"{name}.pub").id for name in ("regulator", "ana"))
    with open_store(here / ".shall" / "shall.db") as store:
        stands = Response("income@8", "stop", "fair", "…", "all rows", "it answers no more",
                          enders=(("regulator", text),))
        store.append("response", "income@8", stands.body, key="stop")
    end = ("responses", "--end", "income@8", "fair", "--why", "mended", "--by", "ana")
    ran = shall(*end)
    assert "not ended for fair of income@8 where it is served: nobody signed it" in ran.out and ran.code == 1
    ran = shall(*end, "--key", "ana.key")
    assert ran.code == 1 and f"its key is not trusted, and the regulator's key {text} has to sign it" in ran.out
    assert "goes on responding" in ran.out and "responded to again" not in ran.out
    told = shall("responses").out
    assert "income@8" in told and f"by ana with the key {hers}: its key is not trusted" in told
    assert told.count("so it still stands") == 2
    found = as_json(shall("responses", "--json"))["responses"]
    assert [one["key"] for one in found[-1]["ends"]] == ["", hers]
    ran = shall(*end, "--json")
    assert ran.code == 1 and as_json(ran)["lacks"].startswith("nobody signed it")
    ran = shall(*end, "--key", "regulator.key")
    assert ran.code == 0 and "abstain, alert, stop: ended" in ran.out and "nothing stands" in shall("responses").out


@pytest.mark.parametrize(("given", "said"), [
    (("income@8", "fair"), "what has changed since: --why \"the feed"),
    (("income@8", "right", "--why", "x"), "there is income@8 fair"),
    (("income@", "fair", "--why", "x"), "NAME@VERSION")])
def test_what_cannot_be_ended(shall, here, given, said):
    ran = shall("responses", "--end", *given)
    assert ran.code == 2 and said in ran.err
    assert len(as_json(shall("responses", "--json"))["responses"]) == 2


def test_json_of_the_end(shall, here):
    assert len(as_json(shall("responses", "--end", "income@8", "fair", "--why", "x", "--json"))["ended"]) == 2


def test_beside_a_served_log_its_store_is_meant(shall, here):
    (here / "kept").mkdir()
    (here / ".shall" / "shall.db").rename(here / "kept" / "shall.db")
    told = shall("responses", "--store", "kept/shall.db").out
    assert told.endswith("Store: kept/shall.db\n") and "income@8" in told
    log = here / "decisions" / "income"
    log.mkdir(parents=True)
    note = '{"store": "../../%s", "target": "", "positive": "", "columns": {}}'
    (log / FILE).write_text(note % "kept/shall.db")
    assert shall("responses").out == told and as_json(shall("responses", "--json"))["store"] == "kept/shall.db"
    (here / "decisions" / "loans").mkdir()
    (here / "decisions" / "loans" / FILE).write_text(note % "other.db")
    open_store(here / "other.db").close()
    ran = shall("responses")
    assert ran.code == 2 and "name one with --store, kept/shall.db or other.db" in ran.err
    (here / "decisions" / "loans" / FILE).unlink()
    ran = shall("responses", "--end", "income@8", "fair", "--why", "mended")
    assert ran.code == 0 and ran.out.endswith("\nKept in kept/shall.db.\n")
    told = shall("responses").out
    assert told.startswith("nothing stands") and told.endswith("\nStore: kept/shall.db\n")


def test_no_store(shall, here):
    ran = shall("responses", "--store", "nowhere.db")
    assert ran.code == 2 and "there is no store" in ran.err
