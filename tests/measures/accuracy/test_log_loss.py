from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import metrics

from shall.measures.accuracy.log_loss import estimate
from shall.testing import cells


def test_known_answer() -> None:
    found = estimate(cells(label=[1, 0, None, 1], score=[0.25, 0.5, 0.5, None]))
    assert found.value[0] == pytest.approx((np.log(4) + np.log(2)) / 2, rel=1e-12) and found.n.tolist() == [2]


@pytest.mark.parametrize("seed", range(10))
def test_few_scores_as_scikit_learn_has_them(seed: int) -> None:
    chance = np.random.default_rng(seed)
    score = chance.choice(np.concatenate([chance.permutation(900)[:30] / 1000 + 0.0501, [1e-5, 0.9999]]), 500)
    label = (chance.random(500) < score).astype(int)
    found = estimate(cells(label=label.tolist(), score=score.tolist()))
    assert found.value[0] == pytest.approx(metrics.log_loss(label, score), rel=1e-12)


def test_real_data(real: Any) -> None:
    wanted = [metrics.log_loss(rows["label"], rows["score"]) for rows in real.groups]
    assert estimate(real.cells("label", "score")).value == pytest.approx(wanted, abs=3e-5)


def test_a_sure_score_that_is_wrong_costs_much_but_not_everything() -> None:
    found = estimate(cells(label=[0, 1], score=[1.0, 0.0]))
    assert found.value[0] == pytest.approx(21 * np.log(2))
    low, high = found.bounds(0.05)
    assert low[0] < 10 and found.value[0] <= high[0] < np.inf


def test_without_a_row_to_stand_on() -> None:
    found = estimate(cells(label=[None, 1], score=[0.5, None]))
    assert np.isnan(found.value[0]) and [end[0] for end in found.bounds(0.05)] == [0, np.inf]
