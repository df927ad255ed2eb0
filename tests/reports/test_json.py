"""What programs read: the schema holds, and the bytes are the same for the same findings."""

from __future__ import annotations

import json as standard
from dataclasses import replace
from importlib.resources import files

import jsonschema
import pytest

from shall.core.errors import Problem
from shall.reports import json

SCHEMA = standard.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))
FIELDS = "name measure verdict outcome value low high limit unit n groups confidence phase needs why"


def valid(written: str):
    def refuse(constant: str):
        raise AssertionError(f"{constant} is no JSON")
    report = standard.loads(written, parse_constant=refuse)
    jsonschema.validate(report, SCHEMA)
    return report


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_check_follows_the_schema(checked):
    report = valid(json.check(checked))
    assert report["shall_report"] == 1
    assert report["verdict"] == "broken"
    assert report["summary"] == {"met": 4, "broken": 2, "undecided": 2, "waived": 1}
    for verdict in report["verdicts"]:
        assert set(FIELDS.split()) <= set(verdict)


def test_watch_follows_the_schema(watched):
    report = valid(json.watch(watched))
    assert [window["label"] for window in report["windows"]] == ["2015", "2016", "2017", "2018"]
    assert report["windows"][-1]["alarms"][0]["name"] == "calibrated"


def test_windows_of_another_size_follow_it_too(beside):
    (further,) = valid(json.watch(beside))["further"]
    assert further["size"] == "90000 rows" and [one["label"] for one in further["windows"]][-1] == "rows 3"


def test_the_same_findings_are_the_same_bytes(checked):
    assert json.check(checked) == json.check(replace(checked))
    assert list(standard.loads(json.check(checked))) == sorted(standard.loads(json.check(checked)))


def test_floats_come_back_to_the_last_bit(checked):
    report = valid(json.check(checked))
    for verdict, written in zip(checked.verdicts, report["verdicts"], strict=True):
        assert verdict.deciding.value == written["value"]


def test_infinity_is_null(checked):
    by_name = {verdict["name"]: verdict for verdict in valid(json.check(checked))["verdicts"]}
    assert by_name["calibrated"]["high"] is None
    assert by_name["steady"]["value"] is None


def test_a_waived_one_keeps_what_was_found(checked):
    by_name = {verdict["name"]: verdict for verdict in valid(json.check(checked))["verdicts"]}
    assert by_name["elders"]["verdict"] == "waived"
    assert by_name["elders"]["found"] == "broken"
    assert by_name["elders"]["waived"]["by"] == "risk committee"
    assert "found" not in by_name["fair"]


def test_figures_are_in_base_units(checked):
    by_name = {verdict["name"]: verdict for verdict in valid(json.check(checked))["verdicts"]}
    assert (by_name["fast"]["limit"], by_name["fast"]["unit"], by_name["fast"]["limit_text"]) == (0.002, "s", "2 ms")
    assert (by_name["share"]["limit"], by_name["share"]["unit"]) == (0.2, "")


def test_each_part_of_a_line_is_there(checked):
    by_name = {verdict["name"]: verdict for verdict in valid(json.check(checked))["verdicts"]}
    assert [(part["measure"], part["found"]) for part in by_name["equal"]["parts"]] == [
        ("true_positive_rate", "met"), ("false_positive_rate", "broken")]
    assert by_name["equal"]["measure"] == "false_positive_rate"
    assert by_name["fair"]["parts"] == []


def test_problems_follow_the_schema():
    report = valid(json.problems([Problem("shall.toml", 3, 8, "there is no measure `aucc`", "did you mean `auc`?")]))
    assert report["problems"][0]["line"] == 3


def test_the_schema_refuses_what_it_does_not_know(checked):
    report = standard.loads(json.check(checked))
    report["verdicts"][0]["verdict"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, SCHEMA)


def test_build_follows_the_schema(built):
    report = valid(json.build(built))
    assert report["tried"][3]["values"] == [0.317, None]
    assert report["summary"]["met"] == 2
    assert report["frontier"]["best"] == 1
    assert report["frontier"]["price"] == pytest.approx(0.0168)
    assert report["chosen"]["rule"]["multipliers"] == [0.101, -0.066]
    mitigation = next(bought for bought in report["bought"] if bought["part"] == "mitigation")
    assert [(option["name"], option["best"]) for option in mitigation["options"]] == [
        ("none", 1), ("plug-in", 0), ("reweighing", 2)]
    assert [finding["severity"] for finding in report["readiness"]["findings"]] == ["high", "low"]
    assert report["failed"][0] == {"reason": "Input contains 3 infinite values",
                                   "trials": ["trial 4, xgboost", "trial 7, xgboost + impute"]}


def test_a_build_says_no_number_that_json_has_not(built):
    worst = replace(built.tried[3], shortfall=float("inf"), span=(float("-inf"), float("inf")), objective=float("nan"),
                    made={"rule": {"threshold": float("inf")}})
    built.tried = (*built.tried[:3], worst)
    told = valid(json.build(built))["tried"][3]
    assert (told["shortfall"], told["span"], told["objective"]) == (None, [None, None], None)


def test_plan_follows_the_schema(planned):
    assert [line["rows"] for line in valid(json.plan(planned))["lines"]] == [12_400, 600, None]
