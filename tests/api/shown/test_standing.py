"""What is known of a line as it stands in a file: never the verdict of another line of its name."""

from __future__ import annotations

import pytest

from shall.api.shown.evidence import Evidence
from shall.api.shown.standing import Standing, elsewhere, standing
from shall.core.requirement import Requirement
from shall.reports import json
from shall.stores.sqlite import open_store
from tests.page import made

LINES = {one.name: one.requirement for one in made.checked().verdicts}


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "shall.db") as opened:
        yield opened


def evidence_of(store, *lines):
    """A record for each line of the requirement `useful`, oldest first."""
    said = json.of_verdict(next(one for one in made.checked().verdicts if one.name == "useful"))
    for line in lines:
        store.append("build", "income", {"verdicts": [{**said, "requirement": line}], "found": True})
    found = Evidence(store)
    found.refresh()
    return found


def test_a_line_that_was_judged_has_its_own_newest_verdict(store):
    evidence = evidence_of(store, "accuracy >= 0.70", "accuracy >= 0.90", "accuracy >= 0.70")
    found = standing(evidence, "income", "useful", LINES["useful"])
    assert found.judged is not None and found.judged.record == 3 and found.other is None
    assert elsewhere(evidence, "income", "useful", [LINES["useful"]]) is None


def test_a_changed_line_was_not_judged_and_the_old_verdict_is_that_of_the_old_line(store):
    evidence = evidence_of(store, "accuracy >= 0.70")
    found = standing(evidence, "income", "useful", Requirement.parse("accuracy >= 0.75"))
    assert found.judged is None and found.other is not None
    assert (found.other.record, found.line) == (1, "accuracy >= 0.70")


def test_a_line_that_was_judged_before_a_version_with_another_one(store):
    evidence = evidence_of(store, "accuracy >= 0.75", "accuracy >= 0.70")
    found = standing(evidence, "income", "useful", Requirement.parse("accuracy >= 0.75"))
    assert found.judged is not None and found.other is not None
    assert (found.judged.record, found.other.record) == (1, 2)


def test_the_verdict_of_another_version_is_none_on_the_line_of_this_one(store):
    made.packed(store, "1", "met")
    made.packed(store, "2", "broken")
    store.append("in charge", "income", {"version": "1"})
    evidence = evidence_of(store)
    found = standing(evidence, "income", "useful", LINES["useful"], "1")
    assert found.judged is not None and (found.judged.version, found.judged.verdict) == ("1", "met")
    assert standing(evidence, "income", "useful", LINES["useful"], "3") == Standing()


def test_what_nobody_judged(store):
    evidence = evidence_of(store, "accuracy >= 0.70")
    assert standing(evidence, "income", "never", LINES["useful"]) == Standing()
    assert standing(evidence, "nobody", "useful", LINES["useful"]) == Standing()
    assert elsewhere(evidence, "income", "useful", []) is None
