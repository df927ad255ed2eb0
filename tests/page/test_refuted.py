"""What labels refute of an estimate is told wherever its verdict stands, until something newer is found."""

from __future__ import annotations

import pytest

from shall.core.refuted import Refuted
from shall.page import addresses
from shall.stores.sqlite import open_store
from tests.page import made
from tests.page.test_views import page, shown

WHY = "labels of 2 windows (1,000 rows) say that scores mean something else now than in `tested`"
TOLD = (": equal was met by an estimate, before labels came, and that stays recorded; " + WHY).replace("`", "")
PAGES = ("/page", "/page/live", "/page/models/income", addresses.requirement("income", "equal"))


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "shall.db") as kept:
        yield made.story(kept)


def refute(store, window) -> int:
    body = {"window": window, "rows": 500, "labelled": 500, "verdicts": [], "alarms": [], "life": made.LIFE,
            "refuted": [Refuted("equal", "met", WHY)._asdict()]}
    return store.append("verdicts", "income@7", body, key=f"{made.LIFE} {window} labels").sequence


def test_it_is_told_where_the_verdict_stands_and_in_the_life_of_its_model(tmp_path, store):
    last = made.watched().windows[-1].label
    number = refute(store, last)
    with shown(tmp_path, store) as get:
        for path in PAGES:
            read = page(get, path)
            assert "labels refute" in read.text, path
            assert f"{last}{TOLD}" in read.text or path == "/page"
        assert "broken, undecided, or refuted by labels" in page(get, "/page").text
        assert f"/page/records/{number}" in page(get, "/page/models/income").values("href")
        assert page(get, PAGES[-1]).text.count("✓ met, labels refute it") == 1, "the row of that very window says so"
        assert f"{last}{TOLD}" in page(get, f"/page/records/{number}").text
        assert "labels refute" not in page(get, addresses.requirement("income", "fair")).text


def test_what_was_found_since_stands_and_the_life_remembers(tmp_path, store):
    """The window before the newest was refuted, and a newer one was judged with those labels."""
    *_, before, last = made.watched().windows
    refute(store, before.label)
    (again,) = [body for kind, body, _ in made.windows_of(made.watched()) if kind == "verdicts"
                and body["window"] == last.label]
    store.append("verdicts", "income@7", again, key="judged since")
    with shown(tmp_path, store) as get:
        for path in PAGES[:2]:
            assert "labels refute" not in page(get, path).text
        told = page(get, PAGES[2]).text
        assert "labels refute an estimate: equal" not in told and f"{before.label}{TOLD}" in told
        assert "Labels refuted an estimate of it." in page(get, PAGES[3]).text


def test_one_of_another_version_says_nothing_of_the_one_in_charge(tmp_path, store):
    refute(store, made.watched().windows[-1].label)
    store.append("in charge", "income", {"version": "8", "digest": "8" * 64})
    with shown(tmp_path, store) as get:
        for path in PAGES[:2]:
            assert "labels refute" not in page(get, path).text
