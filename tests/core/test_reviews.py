"""Whose word counts of a case: one person is one, those who differ are heard no more, and what is not settled."""

from __future__ import annotations

import pytest

from shall.core.reviews import REVIEW, body, person, reviews, unsettled
from shall.core.store import Record


def said(*words: str, model: str = "income") -> list[Record]:
    """Records of `name=label`, all of one case."""
    pairs = [one.rsplit("=", 1) for one in words]
    return [Record(number, REVIEW, model, None, body("d-1", label, by), f"2026-01-0{number}T00:00:00+00:00", "", "")
            for number, (by, label) in enumerate(pairs, start=1)]


@pytest.mark.parametrize("other", ["Ana ", "ANA", " ana", "\uff21\uff4e\uff41", "a\u200bna", "ana\ufeff"])
def test_a_name_is_one_person_however_it_is_written(other):
    assert person(other) == person("ana") == "ana"
    one = reviews(said(f"{other}=1", "ana=1"))["d-1"]
    assert one.state == "waits" and len(one.opinions) == 1
    assert reviews(said(f"{other}=1", "ben=1"))["d-1"].of("ana") == "1"


def test_two_names_are_two_people():
    assert len({person(one) for one in ("ana", "anna", "an a", "ana b", "ana  b ")}) == 4
    assert person("Stra\u00dfe") == person("STRASSE") and person("\u200b \u2060") == ""


@pytest.mark.parametrize(("words", "state", "label"), [
    (("ana=1",), "waits", ""), (("ana=1", "ana=0"), "waits", ""), (("ana=1", "ana=0", "ben=0"), "agreed", "0"),
    (("ana=1", "ben=0"), "differ", ""), (("ana=1", "ben=0", "eve=0"), "agreed", "0"),
    (("ana=a", "ben=b", "eve=c"), "differ", ""), (("ana=a", "ben=b", "eve=c", "kim=b"), "agreed", "b"),
    (("ana=1", "ben=0", "ben=1"), "differ", ""),            # ben knows by then what ana said
    (("ana=1", "ben=0", "ben=1", "eve=0"), "agreed", "0"),
    (("ana=1", "ben=1", "ana=0", "eve=0"), "agreed", "1")])
def test_what_becomes_of_a_case(words, state, label):
    one = reviews(said(*words))["d-1"]
    assert (one.state, one.label) == (state, label)
    assert unsettled(said(*words)) == (frozenset() if state == "agreed" else {("income", "d-1")})


def test_cases_of_two_models_are_two():
    assert unsettled([*said("ana=1"), *said("ben=1", model="other")]) == {("income", "d-1"), ("other", "d-1")}
