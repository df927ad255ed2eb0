from __future__ import annotations

import numpy as np
import pytest

from shall.measures.calibration.top_label_calibration_error import AXES, SUMS, estimate
from shall.testing import cells


def log(confidence: float, right: float, rows: int = 2000):
    chance = np.random.default_rng(0)
    label = np.where(chance.random(rows) < right, "a", "b").tolist()
    rest = (1 - confidence) / 2
    return cells(label=label, decision=["a"] * rows, score_a=[confidence] * rows, score_b=[rest] * rows,
                 score_c=[rest] * rows, classes=["a", "b", "c"], axes=AXES, sums=SUMS)


@pytest.mark.parametrize(("confidence", "right"), [(0.95, 0.7), (0.6, 0.9)])
def test_what_was_put_in_is_found(confidence: float, right: float) -> None:
    found = estimate(log(confidence, right))
    low, high = found.bounds(0.05)
    assert found.value[0] == pytest.approx(abs(confidence - right), abs=0.03)
    assert low[0] <= abs(confidence - right) <= high[0]


def test_a_score_that_means_what_it_says_is_not_off() -> None:
    assert estimate(log(0.8, 0.8)).bounds(0.05)[0][0] < 0.01
