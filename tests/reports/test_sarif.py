"""What code scanning reads: the rules of SARIF 2.1.0 that its readers rely on."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from shall.reports import sarif
from tests.reports.conftest import required
from tests.reports.hostile import NAMES


def run_of(report, root: str = "") -> dict:
    whole = json.loads(sarif.check(report, root))
    assert (whole["version"], len(whole["runs"])) == ("2.1.0", 1)
    return whole["runs"][0]


def kept(run: dict) -> None:
    """The rules of the format that a reader relies on."""
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "shall"
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert len(set(rule["properties"]["tags"])) == len(rule["properties"]["tags"])
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
        for location in result.get("locations", ()):
            place = location["physicalLocation"]
            assert re.fullmatch(r"[\w%./~:-]*", place["artifactLocation"]["uri"], re.ASCII)
            assert all(number >= 1 for number in place["region"].values())


def test_what_is_not_met_is_a_result_at_its_line(checked):
    run = run_of(replace(checked, file="/work/here/sub dir/shall.toml"), "/work/here")
    kept(run)
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("fair", "error"), ("equal", "error"), ("calibrated", "warning"), ("elders", "error"), ("steady", "warning")]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "sub%20dir/shall.toml", "uriBaseId": "%SRCROOT%"},
                     "region": {"startLine": 33, "startColumn": 1}}
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == "file:///work/here/"


def test_every_requirement_is_a_rule(checked):
    rules = run_of(checked)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [verdict.name for verdict in checked.verdicts]
    assert rules[1]["fullDescription"]["text"] == "Why: the four-fifths rule"


def test_a_waived_one_is_suppressed_with_its_reason(checked):
    waived = {result["ruleId"]: result.get("suppressions") for result in run_of(checked)["results"]}
    assert waived.pop("elders") == [{"kind": "external", "status": "accepted", "justification":
                                     "waived until 2027-01-31 by risk committee: retraining planned"}]
    assert set(waived.values()) == {None}


def test_a_fingerprint_stays_when_a_line_moves(checked):
    moved = replace(checked, places={"fair": (99, 4)}, rows=1)
    assert [result["partialFingerprints"] for result in run_of(checked)["results"]] == [
        result["partialFingerprints"] for result in run_of(moved)["results"]]


@pytest.mark.parametrize(("file", "root", "uri"), [
    ("shall.toml", "", "shall.toml"), ("/else/shall.toml", "/work", "file:///else/shall.toml"), ("", "", None)])
def test_a_file_elsewhere_is_still_found(checked, file, root, uri):
    result = run_of(replace(checked, file=file), root)["results"][0]
    found = result.get("locations", [{"physicalLocation": {"artifactLocation": {"uri": None}}}])
    assert found[0]["physicalLocation"]["artifactLocation"]["uri"] == uri


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_hostile_name_is_only_a_name(checked, found, measured, name):
    verdict = found(required("accuracy >= 0.6", name, why=name, controls=(name, name)),
                    measured("accuracy", 0.4, 0.3, 0.5, settles=name))
    report = replace(checked, verdicts=(verdict,), subject=name, file=name, digests={name: name}, places={name: (3, 1)})
    written = sarif.check(report, "/work")
    written.encode("utf-8")
    assert all(char.isprintable() or char == "\n" for char in written)
    kept(run_of(report, "/work"))
