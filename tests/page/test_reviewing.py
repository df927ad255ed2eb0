"""Cases on the page: blind for each reviewer, a label for two who agree, and nothing of what came in unescaped."""

from __future__ import annotations

import dataclasses
import datetime
import json

import pytest

from shall.adapters.decisions import logged
from shall.api.service.labelling import FILE
from shall.api.shown.evidence import Evidence
from shall.core.decisions import Field, Record
from shall.page import reviewing, trail
from shall.page.site import Asked, Moved, Page, Shown, Site, Who
from shall.reports._tree import element, html
from shall.stores import open_store
from shall.stores.decisions import open_log

FIELDS = tuple(Field(name, what) for name, what in (
    ("job", "text"), ("score", "number"), ("decision", "text"), ("abstained", "truth"), ("code", "text"),
    ("why", "text")))
NOON = int(datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC).timestamp() * 1e6)
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "decisions" / "income"
    with open_log(folder, FIELDS) as log:
        log.write([Record(log.next_id(), NOON + row, "", "income@7", "ab" * 32, "live",
                          (HOSTILE, 0.5, None, True, "unsure", HOSTILE)) for row in range(12)])
    (folder / FILE).write_text(json.dumps({"number": False, "classes": ["no", "yes"]}))
    store = open_store(tmp_path / "shall.db")
    store.append("in charge", "income", {"version": "7"})
    evidence = Evidence(store)
    evidence.refresh()
    yield Site(evidence, log=str(tmp_path))
    store.close()


def asked(who="ana", **said) -> Asked:
    return Asked(Page("", reviewing.view, "review"), {"name": "income"}, {}, {key: [one] for key, one in said.items()},
                 Who(who, "reviewer" if who else "", (), frozenset(("review", "trail"))), "word",
                 datetime.datetime.now(datetime.UTC))


def text_of(shown) -> str:
    assert isinstance(shown, Shown)
    return html(element("main", *shown.top, *shown.main))


def first(site, who="ana") -> str:
    shown = reviewing.view(site, asked(who))
    return next(one.get("value") for one in element("main", *shown.main).iter("input") if one.get("name") == "decision")


def test_two_words_make_a_label_and_the_first_is_not_shown(site, tmp_path):
    decision = first(site)
    assert isinstance(reviewing.answer(site, asked(decision=decision, label="yes")), Moved)
    assert decision not in text_of(reviewing.view(site, asked()))
    theirs = text_of(reviewing.view(site, asked("ben")))
    assert decision in theirs and "Somebody has said something" in theirs and "ana" not in theirs
    reviewing.answer(site, asked("ben", decision=decision, label="yes"))
    assert next(logged(tmp_path / "decisions/income/labels").batches(["label"])).to_pylist() == [{"label": "yes"}]
    seen = text_of(reviewing.view(site, asked("eve")))
    assert "Agreement so far: 1 of 1 case." in seen and "11 cases for you" in seen
    told = text_of(trail.view(site, asked()))
    assert "ana (reviewer)" in told and "ben (reviewer)" in told and "reviewed" in told


def test_what_came_in_is_shown_as_text(site):
    text = text_of(reviewing.view(site, asked()))
    assert "<img" not in text and "&lt;img src=x" in text and text.count("<article") == reviewing.AT_ONCE
    assert "12 cases for you" in text and ">no<" in text and ">yes<" in text


def test_without_tokens_people_say_who_they_are(site):
    decision = first(site)
    asks = text_of(reviewing.view(site, asked("")))
    assert asks.count("Your name") == 1 and decision not in asks, "once, before the cases"
    refused = reviewing.answer(site, asked("", decision=decision, label="yes"))
    assert isinstance(refused, Shown) and refused.status == 422 and "Say who you are" in text_of(refused)
    named = reviewing.view(site, asked("", by="ana"))
    assert named.called == "ana" and "You review as <strong>ana</strong>" in text_of(named)
    assert reviewing.answer(site, asked("", decision=decision, label="yes", by="ana")) == Moved(
        f"/page/models/income/review?said={decision}", "ana")
    again = dataclasses.replace(asked("", said=decision), called="ana")
    told = text_of(reviewing.view(site, again))
    assert "Your name" not in told and f"Your word on <code>{decision}</code> is kept" in told
    assert "Your name" in text_of(reviewing.view(site, dataclasses.replace(again, form={"other": ["yes"]})))
    assert "You review as <strong>ben</strong>" in text_of(reviewing.view(site, dataclasses.replace(asked("ben"),
                                                                                                    called="ana")))


def test_where_no_class_is_known_the_page_says_so(site, tmp_path):
    (tmp_path / "decisions" / "income" / FILE).unlink()
    text = text_of(reviewing.view(site, asked()))
    assert "Nobody knows which classes there are" in text and "Say so" not in text and "<form" not in text
    refused = reviewing.answer(site, asked(decision=first_of(site), label="anything"))
    assert refused.status == 422 and "Nobody knows which classes" in text_of(refused)


def first_of(site) -> str:
    return reviewing._queue(site, asked(), site.evidence.model("income")).cases[0].decision


def test_what_is_no_class_is_refused(site):
    refused = reviewing.answer(site, asked(decision=first(site), label=HOSTILE))
    assert isinstance(refused, Shown) and "<img" not in text_of(refused)


def test_all_models_at_a_glance_and_none(site):
    assert "income" in text_of(reviewing.overview(site, asked())) and ">12<" in text_of(
        reviewing.overview(site, asked()))
    assert "No log of decisions" in text_of(reviewing.overview(Site(site.evidence), asked()))
    assert "No decisions of this model" in text_of(reviewing.view(Site(site.evidence), asked()))
