"""Requirements are changed on the page: looked back on, proposed, signed, and then they stand in the file."""

from __future__ import annotations

import dataclasses
import datetime
import getpass
import re
import shlex
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
import pyarrow as pa
import pytest

import shall
from shall.api.shown import subsets
from shall.api.shown.evidence import Evidence
from shall.bundle import keys
from shall.core.errors import InputError, Unknown
from shall.core.responses import ended
from shall.page import editing, proposed, requirement, trail
from shall.page.site import Asked, Moved, Page, Shown, Site, Who
from shall.reports._tree import element, html
from shall.stores import open_store

FILE = '''# who may pass?
shall = 1

[subject]
name = "loans"
target = "label"
positive = "1"

[requirements]
right = "accuracy >= 0.60"   # by the board
'''
HOSTILE = '<script>alert(1)</script>"\'&\u202e'


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.delenv("SHALL_STORE", raising=False)
    monkeypatch.setattr(proposed, "PATIENCE", 60.0)         # a busy machine gets more time than a person
    path = tmp_path / "shall.toml"
    path.write_text(FILE)
    chance = np.random.default_rng(1)
    label = chance.integers(0, 2, 2_000)
    shall.check(path, pa.table({"label": label, "decision": np.where(chance.random(2_000) < 0.7, label, 1 - label)}))
    store = open_store(tmp_path / ".shall" / "shall.db")
    evidence = Evidence(store)
    evidence.refresh()
    yield Site(evidence, file=str(path))
    store.close()


def asked(may="read propose sign trail", who="reg", **said) -> Asked:
    return Asked(Page("", editing.view, "read"), {"name": "loans"}, {}, {key: [value] for key, value in said.items()},
                 Who(who, "regulator", (), frozenset(may.split())), "word", datetime.datetime.now(datetime.UTC))


def text_of(shown: Shown | Moved) -> str:
    assert isinstance(shown, Shown)
    return html(element("main", *shown.top, *shown.main))


def test_the_lines_and_what_another_would_have_meant(site):
    text = text_of(editing.view(site, asked()))
    assert "accuracy &gt;= 0.60" in text and "change right" in text
    text = text_of(editing.view(site, asked(requirement="right", line="accuracy >= 0.80", why="complaints")))
    assert "Of 1 verdict it would have changed 1: 1 broken (loans, check)" in text
    assert '<ins>+right = "accuracy &gt;= 0.80"   # by the board' in text
    assert "Propose this" in text
    without = text_of(editing.view(site, asked(requirement="right", line="accuracy >= 0.80")))
    assert "Propose this" not in without and "Say why" in without


def test_from_a_proposal_to_the_file(site):
    done = editing.propose(site, asked(requirement="right", line="accuracy >= 0.80", why="complaints", who="ana"))
    assert done == Moved("/page/models/loans/edit?proposed=4")
    text = text_of(editing.view(site, asked(proposed="4")))
    assert "Proposed by ana: <code>right = accuracy &gt;= 0.80, was accuracy &gt;= 0.60</code>" in text
    assert "Of 1 verdict it would have changed 1: 1 broken (loans, check)." in text, "those who sign see what it means"
    number = re.search(r'name="number" value="(\d+)"', text)[1]
    assert "Sign, and put it in the file" in text and "Proposed by ana" in text
    assert "Sign, and put it in the file" not in text_of(editing.view(site, asked(may="read propose")))
    assert editing.sign(site, asked(number=number)) == Moved("/page/models/loans/edit?signed=4")
    told = text_of(editing.view(site, asked(signed=number)))
    assert "Signed by reg: <code>right = accuracy &gt;= 0.80" in told and f"stands in <code>{site.file}</code>" in told
    assert Path(site.file).read_text() == FILE.replace("0.60", "0.80")
    assert "signed by reg" in text_of(editing.view(site, asked()))
    rows = text_of(trail.view(site, asked()))
    assert "proposed" in rows and "signed a proposal" not in rows and "ana" in rows and "reg" in rows


def test_who_did_what_is_told_once_and_in_plain_words(site, monkeypatch):
    me = getpass.getuser()
    monkeypatch.setattr(getpass, "getuser", lambda: "eva")
    for by in ({}, {"by": ""}):             # the second: a server by itself
        site.evidence.store.append("in charge", "loans", {"version": "7", "digest": "d", **by})
    site.evidence.store.append("shipped", "loans", {"version": "6", "by": ""})      # from before it said who
    subsets.save(site.evidence.store, "loans", "elders", "AGEP >= 60")
    subsets.save(site.evidence.store, "loans", "elders", "")
    site.evidence.store.append("done", "ana", {"what": "signed in", "by": "ana", "role": "viewer"})
    site.evidence.store.append("response", "loans@1", ended("fair", "another model", "ben"))
    site.evidence.store.append("response", "loans@1", {"response": "alert", "name": "fair", "did": "an alert"})
    rows = [["".join(cell.itertext()) for cell in row][1:5]
            for row in element("main", *trail.view(site, asked()).main).iter("tr")][1:]
    assert rows == [
        ["ben", "ended the response", "loans@1", "fair; another model"], ["ana (viewer)", "signed in", "", ""],
        ["somebody on this machine", "dropped a slice", "loans", "elders"],
        ["somebody on this machine", "named a slice", "loans", "elders: AGEP >= 60"],
        ["not recorded", "packed", "loans@6", "Packed as version 6."],
        ["eva", "put in charge", "loans@7", "Version 7 answers from now on."],
        [me, "checked", "loans", "Checked: 1 met."]]
    assert "Sign-ins that failed are no records" in text_of(trail.view(site, asked()))


def test_without_the_key_that_a_file_asks_for_there_is_no_button_that_can_only_fail(site):
    Path(site.file).write_text(FILE + '\n[trust]\nregulator = "regulator.pub"\n')
    key = keys.new()
    keys.save(key, Path(site.file).parent / "regulator")
    editing.propose(site, asked(requirement="right", line="accuracy >= 0.80", why="complaints", who="ana"))
    text = text_of(editing.view(site, asked()))
    assert "Sign, and put it in the file" not in text and "It waits for somebody" not in text
    file = shlex.quote(str(site.file))
    assert f"shall propose --sign 4 --file {file} --key REGULATOR.key" in text
    assert f"shall page --file {file} --key REGULATOR.key" in text and "Decline" in text
    assert "--key" not in text_of(editing.view(site, asked(may="read propose")))
    assert "Sign, and put it in the file" in text_of(editing.view(dataclasses.replace(site, key=key), asked()))


def test_a_proposal_is_declined_with_a_reason(site):
    editing.propose(site, asked(requirement="sure", line="brier <= 0.2", why="better"))
    number = re.search(r'name="number" value="(\d+)"', text_of(editing.view(site, asked())))[1]
    refused = editing.decline(site, asked(number=number))
    assert isinstance(refused, Shown) and refused.status == 422 and "Say why, for those who sign" in text_of(refused)
    assert isinstance(editing.decline(site, asked(number=number, why="not now")), Moved)
    shown = editing.view(site, asked())
    assert "declined by reg" in text_of(shown) and shown.title == "Requirements of loans"
    (ended,) = [one for one in element("main", *shown.main).iter("section") if one.get("id") == "ended"]
    heads = ["".join(one.itertext()) for one in ended.iter("th") if one.get("scope") == "col"]
    assert len(heads) == len(set(heads)), "no two columns have one name"


@pytest.mark.parametrize("said", [
    {"requirement": "right", "line": "nothing >= 1", "why": "x"}, {"requirement": "right", "line": "accuracy >= 0.60"},
    {"requirement": HOSTILE, "line": "accuracy >= 0.1", "why": HOSTILE}, {"requirement": "right", "line": HOSTILE},
    {"requirement": "new requirement"}, {"requirement": "", "line": ""}])
def test_what_cannot_be_is_told_and_nothing_leaks(site, said):
    for act in (editing.view, editing.propose):
        shown = act(site, asked(**said))
        assert isinstance(shown, Moved) or "<script>alert" not in text_of(shown)
        assert isinstance(shown, Moved) or "\u202e" not in text_of(shown)
    assert isinstance(editing.sign(site, asked(number="9" * 30)), Shown)
    assert isinstance(editing.sign(site, asked(number="77")), Shown)


def test_another_model_and_a_page_without_a_file(site):
    with pytest.raises(Unknown):
        editing.view(site, Asked(Page("", editing.view, "read"), {"name": "other"}, {}, {}, Who(), "",
                                 datetime.datetime.now(datetime.UTC)))
    bare = Site(site.evidence)
    assert "has no shall file" in text_of(editing.view(bare, asked()))
    shown = editing.propose(bare, asked(requirement="a", line="brier <= 0.2", why="x"))
    assert isinstance(shown, Shown) and "has no shall file" in text_of(shown)


def test_headings_and_labels(site):
    shown = editing.view(site, asked(requirement="right", line="accuracy >= 0.80", why="complaints"))
    whole = element("main", *shown.main)
    fields = [one for one in whole.iter("input") if one.get("type") != "hidden"]
    labels = {one.get("for") for one in whole.iter("label")}
    assert fields and all(one.get("id") in labels for one in fields)
    ids = [one.get("id") for one in whole.iter() if isinstance(one, Element) and one.get("id")]
    assert len(ids) == len(set(ids))


def test_a_verdict_on_the_line_before_is_no_verdict_on_this_one(site):
    before = text_of(editing.view(site, asked()))
    assert "not judged yet" not in before and ">✓ met<" in before
    Path(site.file).write_text(FILE.replace("0.60", "0.80"))
    text = text_of(editing.view(site, asked()))
    assert ">not judged yet<" in text and "is on another line, <code>accuracy &gt;= 0.60</code>: " in text
    assert text.index("not judged yet") < text.index(">✓ met<"), "the old verdict is told as that of the old line"
    of = Asked(Page("", requirement.view, "read"), {"name": "loans", "requirement": "right"}, {}, {}, Who(), "",
               datetime.datetime.now(datetime.UTC))
    page = text_of(requirement.view(site, of))
    assert "accuracy &gt;= 0.80</code>, was not judged yet" in page
    Path(site.file).write_text(FILE)
    assert "not judged yet" not in text_of(requirement.view(site, of))


def test_a_fault_is_told_by_its_place_in_the_proposed_line(site):
    text = text_of(editing.view(site, asked(requirement="right", line="accuracy over colour >= 0.8", why="x")))
    assert "There is no group <code>colour</code>." in text and "In the line that you wrote, at character 15." in text
    assert 'accuracy over <strong class="broken">colour</strong> &gt;= 0.8' in text and "shall.toml:" not in text
    assert "What to do: Define it in [groups]: colour" in text
    two = text_of(editing.propose(site, asked(requirement="right", line="accuracyy over colour >= 0.8", why="x")))
    assert "2 faults, and nothing was changed" in two and two.count("<li><p>") == 2


def test_dropping_a_line_says_which_verdicts_nobody_would_ask_for(site):
    Path(site.file).write_text(FILE + 'sure = "brier <= 0.2"\n')
    text = text_of(editing.view(site, asked(requirement="right", line="", why="x")))
    assert "1 verdict would not be asked for any more: 1 met (loans, check)" in text and "cannot be told" not in text


def test_a_line_that_is_cut_is_none(site):
    line = f"accuracy >= 0.10 where a = '{'b' * 3_000}'"
    for act in (editing.view, editing.propose):
        with pytest.raises(InputError):
            act(site, asked(requirement="right", line=line, why="x"))
