"""The expressions of sums: read, bounded, exact."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shall.core.errors import InputError
from shall.tally.expressions import evaluate, joined, limbs, quantities

S = np.array([0.25, 1.0, math.nan])
Y = np.array([1.0, 0.0, 1.0])


def test_values() -> None:
    values = {"score": S, "label": Y}
    np.testing.assert_array_equal(evaluate("(score - label)**2", values), [0.5625, 1.0, math.nan])
    np.testing.assert_array_equal(evaluate("(score - label)**3", values), [-0.421875, 1.0, math.nan])
    np.testing.assert_array_equal(evaluate("score * label - 0.5", values), [-0.25, -0.5, math.nan])
    assert quantities("(score - label)**2") == ("label", "score")


@pytest.mark.parametrize("text", [
    "", "score +", "__import__('os')", "score.real", "scores", "score ** label", "score ** 9", "score ** 0",
    "score / 2",
    "lambda: 1", "[score]", "score if label else 1", "'a'", "True * score", "-score", "score\0",
    "score" + " + score" * 99,
    "(" * 150 + "score" + ")" * 150,
])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        quantities(text)


@pytest.mark.parametrize("text", ["score + label", "score * 2", "(score + label - 0.5)**2", "label - 1.5"])
def test_what_may_leave_the_range_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="between -1 and 1"):
        quantities(text)


@given(st.lists(st.floats(-1, 1), max_size=50), st.randoms(use_true_random=False))
def test_sums_are_exact_in_any_order(values: list[float], shuffle: object) -> None:
    high, low = limbs(np.array(values))
    total = joined(np.array([int(high.sum())]), np.array([int(low.sum())]))[0]
    wanted = sum((Fraction(round(Fraction(value) * 2**52), 2**52) for value in values), Fraction(0))
    assert total == pytest.approx(float(wanted), rel=2**-51, abs=0)
    assert abs(wanted - sum(map(Fraction, values))) <= Fraction(len(values), 2**53)


def test_missing_values_add_nothing() -> None:
    high, low = limbs(np.array([math.nan, 0.5]))
    assert joined(high.astype(np.int64), low.astype(np.int64)).tolist() == [0.0, 0.5]
