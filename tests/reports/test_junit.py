"""What CI systems read as test results."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from shall.reports import junit
from tests.reports.conftest import ON, required
from tests.reports.hostile import NAMES


def cases(report) -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(junit.check(report))
    return {case.get("name"): case for case in root.iter("testcase")}


def test_broken_and_undecided_fail_and_waived_is_skipped_with_its_reason(checked):
    found = cases(checked)
    assert list(found) == [verdict.name for verdict in checked.verdicts]
    kinds = {name: [child.tag for child in case if child.tag != "system-out"] for name, case in found.items()}
    assert kinds == {"useful": [], "fair": ["failure"], "equal": ["failure"], "calibrated": ["failure"],
                     "elders": ["skipped"], "fast": [], "steady": ["failure"], "share": [],
                     "no_worse_than_the_model_before": []}
    assert found["elders"][0].get("message") == "waived until 2027-01-31 by risk committee: retraining planned"


def test_a_failure_says_value_bounds_limit_and_what_would_settle_it(checked):
    fair, calibrated = (cases(checked)[name].find("failure") for name in ("fair", "calibrated"))
    assert (fair.get("type"), calibrated.get("type")) == ("broken", "undecided")
    assert fair.get("message") == "fair is broken: 0.645, 95% bounds [0.633, 0.658], limit >= 0.80"
    assert "worst pair: sex=F 0.310 / sex=M 0.480" in fair.text
    assert "to settle it: about 1,240 more rows of race = (rest)" in calibrated.text


def test_the_counts_are_those_of_the_cases(checked):
    root = ElementTree.fromstring(junit.check(checked))
    for counted in (root, root[0]):
        assert {name: counted.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
            "tests": "9", "failures": "4", "errors": "0", "skipped": "1"}
    assert root[0].get("timestamp") == "2026-11-21T00:00:00"


def test_a_case_stands_at_its_line(checked):
    found = cases(checked)
    assert (found["fair"].get("file"), found["fair"].get("line")) == ("shall.toml", "33")
    assert found["equal"].get("line") is None


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_hostile_name_is_only_a_name(checked, found, measured, name):
    verdict = found(required("accuracy >= 0.6", name, why=name), measured("accuracy", 0.4, 0.3, 0.5, settles=name))
    report = replace(checked, verdicts=(verdict,), subject=name, digests={name: name})
    root = ElementTree.fromstring(junit.check(report))
    assert {element.tag for element in root.iter()} == {"testsuites", "testsuite", "properties", "property", "testcase",
                                                        "failure"}


def test_nothing_decided_is_no_test(checked):
    assert ElementTree.fromstring(junit.check(replace(checked, verdicts=()))).get("tests") == "0"
    assert ON.isoformat() in junit.check(checked)
