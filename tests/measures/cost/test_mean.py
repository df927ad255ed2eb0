from __future__ import annotations

import math

import numpy as np
import pytest

from shall.measures.cost.mean import SUMS, estimate
from shall.testing import cells


def of(values: list[float | None]) -> object:
    return estimate(cells(cost=values, axes=[], sums=[text.format(column="cost") for text in SUMS]), "cost")


def test_known_answer_and_bounds() -> None:
    values = np.random.default_rng(0).gamma(2, 3, 400)
    found = of([*values.tolist(), None])
    assert found.value[0] == pytest.approx(values.mean(), rel=1e-12)
    low, high = found.bounds(0.05)
    assert low[0] == pytest.approx(values.mean() - 1.65 * values.std() / 20, rel=0.02)
    assert high[0] > values.mean() + 1.645 * values.std() / 20


def test_large_numbers_keep_their_digits() -> None:
    assert of([1e15, 1.0, -1e15, 2.0]).value.tolist() == [0.75]


def test_a_number_that_cannot_be_added_makes_it_not_available() -> None:
    assert math.isnan(of([1.0, 1e300]).value[0])
    assert of([1.0, math.inf]).value.tolist() == [1.0], "infinite is no number, as missing is none"
