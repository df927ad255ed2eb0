"""The expressions of sums: read, bounded, exact."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shall.core.errors import InputError
from shall.tally.expressions import Quantity, bounded, evaluate, of_class, quantities

S = np.array([0.25, 1.0, math.nan])
Y = np.array([1.0, 0.0, 1.0])


def test_values() -> None:
    values = {Quantity("score"): S, Quantity("label"): Y}
    np.testing.assert_array_equal(evaluate("(score - label)**2", values), [0.5625, 1.0, math.nan])
    np.testing.assert_array_equal(evaluate("(score - label)**3", values), [-0.421875, 1.0, math.nan])
    np.testing.assert_array_equal(evaluate("score * label - 0.5", values), [-0.25, -0.5, math.nan])
    np.testing.assert_array_equal(evaluate("abs(score - label)", values), [0.75, 1.0, math.nan])
    np.testing.assert_array_equal(evaluate("max(0.9 * (score - label), 0.1 * (label - score))", values),
                                  [0.1 * 0.75, 0.9, math.nan])
    np.testing.assert_array_equal(evaluate("known(score * label)", values), [1.0, 1.0, math.nan])
    assert quantities("(score - label)**2") == (Quantity("label"), Quantity("score"))


def test_any_column_and_one_class_of_several() -> None:
    assert quantities("column['a b'] - target") == (Quantity("column", "a b"), Quantity("target"))
    assert quantities(of_class("(score - label)**2", "it's")) == (Quantity("label", "it's"), Quantity("score", "it's"))
    assert of_class("prediction - target", "cat") == "prediction - target"


def test_infinite_and_huge_numbers_are_not_known() -> None:
    values = {Quantity("target"): np.array([math.inf, 1e70, 1e20])}
    np.testing.assert_array_equal(evaluate("known(target)", values), [math.nan, math.nan, 1.0])
    np.testing.assert_array_equal(evaluate("finite(target)", values), [math.nan, 1.0, 1.0])


@pytest.mark.parametrize("text", [
    "", "score +", "__import__('os')", "score.real", "scores", "score ** label", "score ** 9", "score ** 0",
    "score / 2", "lambda: 1", "[score]", "score if label else 1", "'a'", "True * score", "-score", "score\0",
    "weight['a']", "column[1]", "column", "abs(score, label)", "max(score)", "known(x=score)", "abs(*score)",
    "score" + " + score" * 99,
    "(" * 250 + "score" + ")" * 250,
])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        quantities(text)


@pytest.mark.parametrize(("text", "within"), [
    ("score", True), ("(score - label)**4", True), ("score + label", False), ("score * 2", False),
    ("(score + label - 0.5)**2", False), ("label - 1.5", False), ("weight", False), ("known(weight)", True),
    ("min(abs(target), 1)", True), ("max(score, target)", False), ("weight * (score)", False),
])
def test_what_stays_between_minus_1_and_1(text: str, within: bool) -> None:
    assert bounded(text) is within
