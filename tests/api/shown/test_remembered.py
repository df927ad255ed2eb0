"""A store as a page asks it: what is remembered is what the store says, at once, also of what others wrote."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

import shall
from shall.api.shown import comparing
from shall.api.shown.evidence import Evidence
from shall.api.shown.previewing import preview
from shall.api.shown.proposing import proposals, propose
from shall.api.shown.remembered import SMALL, Bare, Remembered, by_number, newest
from shall.core.store import KINDS
from shall.reports.json import of_verdict
from shall.stores import open_store

FILE = """shall = 1
[subject]
name = "loans"
target = "label"
positive = "1"
[groups]
sex = "sex"
[requirements]
right = "accuracy >= 0.60"
fair = "ratio of selection_rate over sex >= 0.50"
"""


def log_of(right: float, rows: int = 400) -> pa.Table:
    label = [1, 0] * (rows // 2)
    return pa.table({"label": label, "sex": ["w", "w", "m", "m"] * (rows // 4),
                     "decision": [one if place < right * rows else 1 - one for place, one in enumerate(label)]})


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "shall.toml").write_text(FILE)
    for right in (0.95, 0.7, 0.62):
        shall.check(tmp_path / "shall.toml", log_of(right))
    return tmp_path


@pytest.fixture
def both(place: Path):
    """The store itself, and as it is remembered."""
    with open_store(place / ".shall" / "shall.db") as store:
        evidence = Evidence(store)
        assert isinstance(evidence.store, Remembered)
        yield store, evidence.store


def test_it_says_what_the_store_says(both):
    store, known = both
    assert {*KINDS} >= SMALL
    for kind in ("subset", "done", "proposal", "in charge"):
        for number in range(3):
            store.append(kind, f"a{number % 2}", {"number": number})
    for kind in KINDS:
        assert known.records(kind) == store.records(kind) and known.latest(kind) == store.latest(kind)
        assert known.records(kind, "a1") == store.records(kind, "a1")
        assert known.latest(kind, "loans") == store.latest(kind, "loans")
        assert newest(known, kind, "loans", 2) == newest(store, kind, "loans", 2)
    assert known.head() == store.head() and known.counts() == store.counts() and known.verify() == store.head()


def test_what_another_process_wrote_shows_at_once(both, place):
    _, known = both
    assert known.records("subset", "loans") == ()
    with open_store(place / ".shall" / "shall.db") as other:
        record = other.append("subset", "loans", {"name": "old"})
    assert known.records("subset", "loans") == (record,)
    with open_store(place / ".shall" / "shall.db") as other:
        propose(place / "shall.toml", "right", "accuracy >= 0.9", why="more", by="ana", store=other)
    assert [one.line for one in proposals(place / "shall.toml", known)] == ["accuracy >= 0.9"]


@pytest.mark.parametrize(("name", "line"), [
    ("right", "accuracy >= 0.80"), ("fair", "ratio of selection_rate over sex >= 0.99"), ("new", "accuracy >= 0.65"),
    ("right", "accuracy over sex >= 0.80"), ("right", ""), ("new", "precision >= 0.65")])
def test_a_preview_is_the_same_from_memory(both, place, name, line):
    store, known = both
    window = [of_verdict(one) for one in shall.check(place / "shall.toml", log_of(0.8)).verdicts]
    store.append("verdicts", "loans@1", {"window": "2026-01", "verdicts": window}, key="1")
    said = preview(place / "shall.toml", name, line, store)
    assert preview(place / "shall.toml", name, line, known) == said
    assert said.cases or line.startswith("precision")


def test_a_record_that_is_odd_hides_no_other(both):
    store, known = both
    for body in ({"verdicts": [{"name": "right", "parts": 7}]}, {"verdicts": "none"}, {}):
        store.append("verdicts", "loans@1", body)
    assert len([one for one in known.judged("loans") if one.kind == "check"]) == 3


def test_sides_are_read_by_their_number(both):
    store, known = both
    assert comparing.sides(known, "loans") == comparing.sides(store, "loans")
    one = comparing.sides(known, "loans")[1]
    assert comparing.sides(known, "loans", one.record) == (one,)
    assert by_number(known, "check", "loans", one.record).sequence == one.record
    assert by_number(known, "check", "other", one.record) is None and by_number(known, "check", "loans", 0) is None
    assert by_number(known, "check", "loans", 10**6) is None


def test_what_is_bare_has_no_groups():
    told = {"name": "a", "requirement": "accuracy >= 0.5", "verdict": "met", "groups": [1] * 50, "value": 0.5,
            "parts": [{"measure": "accuracy", "outcome": "measured", "groups": [1]}]}
    bare = Bare(told, lambda text: text)
    assert {*bare} == {"name", "requirement", "verdict", "value", "parts"} and len(bare) == 5
    assert dict(bare["parts"][0]) == {"measure": "accuracy", "outcome": "measured"}
    assert bare.get("found") is None and bare.get("found", "x") == "x"
    with pytest.raises(KeyError):
        bare["groups"]
