"""A version is recalled on the page, and lifted with the regulator's key alone."""

from __future__ import annotations

import datetime

import pytest

from shall.api.life.recalling import lifting, standing
from shall.api.shown.evidence import Evidence
from shall.bundle import keys
from shall.page import versions
from shall.page.site import Asked, Moved, Page, Shown, Site, Who
from shall.reports._tree import element, html
from tests.page import made

KEY = keys.new()


@pytest.fixture
def site(tmp_path):
    with made.store_at(tmp_path / "shall.db") as store:
        evidence = Evidence(store, lifting([KEY.public]))
        evidence.refresh()
        yield Site(evidence, key=KEY)


def asked(may="read recall sign", **said) -> Asked:
    return Asked(Page("", versions.view, "read"), {"name": "income"}, {}, {key: [one] for key, one in said.items()},
                 Who("ana", "regulator", (), frozenset(may.split())), "word", datetime.datetime.now(datetime.UTC))


def text_of(shown: Shown | Moved) -> str:
    assert isinstance(shown, Shown)
    return html(element("main", *shown.main))


def test_a_version_is_recalled_with_a_reason(site):
    text = text_of(versions.view(site, asked()))
    assert "recalled by ana: labels of March were swapped" in text and ">answers<" in text
    assert versions.recall(site, asked(version="7", why="wrong for women")) == Moved("/page/models/income/versions")
    site.evidence.refresh()
    assert {*standing(site.evidence.store, [KEY.public])} == {"income@6", "income@7"}
    assert "wrong for women" in text_of(versions.view(site, asked()))
    assert "Recall a version" not in text_of(versions.view(site, asked()))      # none is left


def test_a_version_says_since_when_its_bundle_is_in_service_also_one_that_was_never_in_charge(site):
    for version, digest in (("7", "a"), ("9", "b")):
        site.evidence.store.append("in service", f"income@{version}", {"digest": digest}, key=digest)
    site.evidence.refresh()
    rows = [["".join(cell.itertext()) for cell in row] for row in
            element("main", *versions.view(site, asked()).main).iter("tr")][1:]
    assert [(row[0], bool(row[2])) for row in rows] == [("6", False), ("7", True), ("9", True)]
    assert isinstance(versions.recall(site, asked(version="9", why="wrong for women")), Moved)


def test_without_a_reason_or_for_what_nobody_knows_nothing_happens(site):
    for said in ({"version": "7"}, {"version": "9", "why": "x"}, {"version": "7@<b>", "why": "x"}, {}):
        shown = versions.recall(site, asked(**said))
        assert isinstance(shown, Shown) and shown.status == 422 and "<b>" not in text_of(shown)
    assert {*standing(site.evidence.store, [])} == {"income@6"}


def test_a_recall_is_lifted_with_the_key_of_the_page(site):
    bare = Site(site.evidence)
    refused = versions.lift(bare, asked(version="6", why="trained again"))
    assert isinstance(refused, Shown) and "--lift" in text_of(refused)
    assert isinstance(versions.lift(site, asked(version="6", why="trained again")), Moved)
    assert standing(site.evidence.store, [KEY.public]) == {}
    site.evidence.refresh()
    assert "Let 6 answer again" not in text_of(versions.view(site, asked()))


def test_who_may_not_sees_no_form(site):
    text = text_of(versions.view(site, asked(may="read")))
    assert "<form" not in text and "Every version" in text
