"""What each option came to beside the plain one, and why trials came to nothing."""

from __future__ import annotations

import pytest

from shall.phases.building.bought import bought_of, grouped, in_words
from shall.phases.building.candidates import Tried

EVENTS = {"events": [[[True], None, 0.5]]}


def one(objective: float, shortfall: float, rule: dict | None = None, **config: str) -> Tried:
    return Tried("a", objective, (0.5,), (shortfall <= 0,), (shortfall <= 1,), shortfall,
                 made={"config": {"learner": "lightgbm", **config}, "rule": rule or {}})


def test_each_mitigation_stands_beside_none_at_its_best() -> None:
    tried = [one(0.90, 5.0), one(0.70, 4.0), one(0.85, 0.0, EVENTS), one(0.80, 0.0, EVENTS),
             one(0.88, 2.0, mitigate="reweighing"), one(0.86, 0.0, EVENTS, mitigate="reweighing")]
    mitigation, rule = bought_of(tried, 0.5)
    assert mitigation.part == "mitigation"
    assert [(option.name, option.best.objective, option.candidates) for option in mitigation.options] == [
        ("none", 0.90, 2), ("reweighing + plug-in", 0.86, 1), ("plug-in", 0.85, 2), ("reweighing", 0.88, 1)]
    assert mitigation.options[0].gain is None
    assert mitigation.options[1].gain == pytest.approx(-0.04)
    assert [option.name for option in rule.options] == ["one threshold", "plug-in"]


def test_a_part_without_a_choice_has_no_table() -> None:
    assert bought_of([one(0.9, 0.0), one(0.8, 0.0)], 0.5) == ()
    assert bought_of([], 0.5) == ()


def test_learners_have_no_plain_one() -> None:
    tried = [one(0.9, 0.0), one(0.8, 0.0, learner="logistic_regression"), one(0.7, 0.0, calibrate="platt")]
    by_part = {bought.part: bought for bought in bought_of(tried, 0.5)}
    assert [(option.name, option.gain) for option in by_part["learner"].options] == [
        ("lightgbm", None), ("logistic regression", None)]
    assert [option.name for option in by_part["calibration"].options] == ["none", "platt"]


def test_reasons_are_told_once_in_plain_words() -> None:
    failed = [("trial 1", "the time was over"), ("trial 2", "ValueError: Input contains 3 NaN.\n\nLong advice"),
              ("trial 3", "ValueError: Input contains 14 NaN."), ("trial 4", "MemoryError: ")]
    found = grouped(failed)
    assert [(fault.reason, fault.trials) for fault in found] == [
        ("Input contains 3 NaN.", ("trial 2", "trial 3")), ("the time was over", ("trial 1",)),
        ("there was not enough memory", ("trial 4",))]
    assert in_words("LinAlgError: Singular matrix") == "the equations have no solution: Singular matrix"
    assert in_words("MissingExtra: xgboost is not installed") == "xgboost is not installed"
