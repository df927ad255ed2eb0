"""Verdicts come back from the store as they were: the same JSON again, and the same objects."""

from __future__ import annotations

import dataclasses

import pytest

from shall.api.shown.as_recorded import verdict_of
from shall.core.errors import StoreError
from shall.core.verdict import Finding
from shall.reports import json
from tests.page import made


def verdicts():
    return [*made.checked().verdicts, *(one for window in made.watched().windows for one in window.verdicts)]


def test_the_same_json_again():
    for verdict in verdicts():
        said = json.of_verdict(verdict)
        assert json.of_verdict(verdict_of(said)) == said


def test_the_same_verdict_but_for_what_json_does_not_say():
    for verdict in verdicts():
        found = verdict_of(json.of_verdict(verdict))
        assert str(found.requirement) == str(verdict.requirement) and found.verdict is verdict.verdict
        assert [part.better for part in found.evidence] == [part.better for part in verdict.evidence]
        assert found.deciding.groups == verdict.deciding.groups and found.limit == verdict.limit
        assert (found.needs, found.phase, found.on, found.found) == (
            verdict.needs, verdict.phase, verdict.on, verdict.found)


def test_reports_made_by_hand(findings):
    for verdict in findings:
        said = json.of_verdict(verdict)
        assert json.of_verdict(verdict_of(said)) == said
    assert {verdict.verdict for verdict in findings} == {*Finding}


@pytest.mark.parametrize("change", [
    {"requirement": "no line"}, {"verdict": "perhaps"}, {"on": "some day"}, {"groups": [{}]}, {"parts": [{}]},
    {"controls": None}, {"waived": {"until": "never"}}])
def test_what_is_no_verdict_is_said(change):
    said = json.of_verdict(made.checked().verdicts[0])
    with pytest.raises(StoreError, match="cannot be read"):
        verdict_of({**said, **change})
    with pytest.raises(StoreError):
        verdict_of({key: value for key, value in said.items() if key != "requirement"})


@pytest.fixture
def findings():
    """Of every kind: waived, two-sided, not available."""
    import datetime

    from shall.core.requirement import Waiver
    first = made.watched().windows[-1].verdicts
    broken = next(one for one in first if one.verdict is Finding.BROKEN)
    waiver = Waiver(datetime.date(2027, 1, 31), "risk committee", "retraining is planned")
    borne = dataclasses.replace(broken.requirement, waive=waiver, origin="four-fifths")
    waived = dataclasses.replace(broken, verdict=Finding.WAIVED, requirement=borne)
    undecided = next(one for one in first if one.verdict is Finding.UNDECIDED)
    return [waived, broken, undecided, made.checked().verdicts[0]]
