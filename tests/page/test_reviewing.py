"""Cases on the page: blind for each reviewer, a label for two who agree, and nothing of what came in unescaped."""

from __future__ import annotations

import dataclasses
import datetime
import json
from contextlib import closing

import pytest

from shall.adapters.decisions import logged
from shall.api.service import beside_log
from shall.api.service.labelling import FILE
from shall.api.shown.evidence import Evidence
from shall.core.decisions import Field, Record
from shall.page import records, reviewing, trail
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


def as_role(role, path=None) -> Asked:
    return Asked(Page("", records.view, "see"), path or {"name": "income"}, {}, {},
                 Who("who" if role else "", role, (), frozenset(("see", "trail"))), "word",
                 datetime.datetime.now(datetime.UTC))


def cards_of(shown) -> str:
    """The cases that wait, without what was said already."""
    return text_of(shown).partition('id="said"')[0]


def first(site, who="ana") -> str:
    shown = reviewing.view(site, asked(who))
    return next(one.get("value") for one in element("main", *shown.main).iter("input") if one.get("name") == "decision")


def test_two_words_make_a_label_and_the_first_is_not_shown(site, tmp_path):
    decision = first(site)
    assert isinstance(reviewing.answer(site, asked(decision=decision, label="yes")), Moved)
    assert decision not in cards_of(reviewing.view(site, asked()))
    theirs = text_of(reviewing.view(site, asked("ben")))
    assert decision in theirs and "Somebody has said something" in theirs and "ana" not in theirs
    reviewing.answer(site, asked("ben", decision=decision, label="yes"))
    assert next(logged(tmp_path / "decisions/income/labels").batches(["label"])).to_pylist() == [{"label": "yes"}]
    seen = text_of(reviewing.view(site, asked("eve")))
    assert "Agreement so far: 1 of 1 case." in seen and "11 cases for you" in seen
    told = text_of(trail.view(site, asked()))
    assert "ana (reviewer)" in told and "ben (reviewer)" in told and "reviewed" in told
    kept = text_of(reviewing.view(site, asked("ben", said=decision)))
    assert f"<code>{decision}</code> is kept: two agree: yes is its label." in kept


@pytest.mark.parametrize("role", ["", "viewer", "reviewer", "producer", "user", "regulator"])
def test_a_word_is_withheld_until_its_case_is_settled(site, role):
    decision = first(site)
    reviewing.answer(site, asked(decision=decision, label="yes"))
    number = str(site.evidence.store.latest("review").sequence)
    digest = site.evidence.store.latest("review").hash

    def seen() -> tuple[str, str]:
        site.evidence.refresh()
        return text_of(records.view(site, as_role(role, {"record": number}))), text_of(trail.view(site, as_role(role)))

    closed, listed = seen()
    assert decision in closed and "ana" in closed and "ana (reviewer)" in listed
    shown = role == "regulator"
    assert ("yes" in closed, digest in closed, f"{decision}: yes" in listed) == (shown, shown, shown)
    assert shown or ("withheld" in closed and f"{decision}: what was said is withheld" in listed)
    reviewing.answer(site, asked("ben", decision=decision, label="no"))
    assert ("yes" in seen()[0]) == shown, "the third is not to know it either"
    reviewing.answer(site, asked("eve", decision=decision, label="yes"))
    opened, listed = seen()
    assert "yes" in opened and digest in opened and f"{decision}: yes" in listed and "withheld" not in opened


def test_more_cases_than_one_page_has(site):
    text = text_of(reviewing.view(site, asked()))
    assert "1 to 10 of 12 cases for you" in text and ">Next<" in text and ">Previous<" not in text
    last = text_of(reviewing.view(site, asked(**{"from": "11"})))
    assert "11 to 12 of 12 cases for you" in last and last.count("<article") == 2 and ">Next<" not in last
    assert 'href="/page/models/income/review?from=1">Previous<' in last
    for wrong in ("99", "-1", "x", "9" * 30, "\u0663"):
        assert " of 12 cases for you" in text_of(reviewing.view(site, asked(**{"from": wrong})))


def test_what_somebody_said_may_be_changed_and_is_told_in_the_words_of_the_terminal(site):
    decision = first(site)
    reviewing.answer(site, asked(decision=decision, label="yes"))
    mine = text_of(reviewing.view(site, asked(said=decision)))
    assert "is kept: one more person is to say so." in mine and "What you said (1)" in mine
    assert "What you said" not in text_of(reviewing.view(site, asked("ben")))
    moved = reviewing.answer(site, asked("Ana", decision=decision, label="yes"))
    assert moved == Moved(f"/page/models/income/review?said={decision}&how=already")
    told = text_of(reviewing.view(site, asked(said=decision, how="already")))
    assert "is kept: you said so already: one more person is to say so." in told
    moved = reviewing.answer(site, asked(decision=decision, label="no", **{"from": "11"}))
    assert moved == Moved(f"/page/models/income/review?said={decision}&how=changed&from=11")
    assert "your word is no now" in text_of(reviewing.view(site, asked(said=decision, how="changed")))
    reviewing.answer(site, asked("ben", decision=decision, label="yes"))
    after = text_of(reviewing.view(site, asked())).partition('id="said"')[2]
    assert "two differ: a third decides" in after and "<form" not in after


def test_a_class_has_its_meaning_on_the_button(site, tmp_path):
    (tmp_path / "decisions" / "income" / beside_log.FILE).write_text(json.dumps(
        {"store": "", "target": "paid", "positive": "yes", "columns": {}}))
    text = text_of(reviewing.view(site, asked()))
    assert ">paid = yes, the positive class<" in text and ">paid = no<" in text
    assert reviewing.view(site, asked()).title == "Review of income"


def test_what_the_page_of_a_server_with_another_store_keeps(site, tmp_path):
    with closing(open_store(tmp_path / "server.db")) as store:
        beside = dataclasses.replace(site, reviews={"income": Evidence(store)}, reviewed={"income": "server.db"})
        reviewing.answer(beside, asked(decision=first(site), label="yes"))
        assert [one.body["by"] for one in store.records("review")] == ["ana"]
        assert "kept in server.db, the store of the server" in text_of(reviewing.view(beside, asked()))
        assert "Reviews of income are kept in server.db" in text_of(trail.view(beside, asked()))
    assert site.evidence.store.records("review") == ()


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
