from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import metrics

from shall.measures.accuracy.pr_auc import estimate
from shall.testing import cells


def test_known_answer() -> None:
    found = estimate(cells(label=[1, 0, 1, 0, None], score=[0.9, 0.6, 0.5, 0.2, 0.95]))
    assert found.value[0] == pytest.approx((1 + 2 / 3) / 2) and found.n.tolist() == [4]


@pytest.mark.parametrize("seed", range(20))
def test_scores_that_are_apart_as_scikit_learn_has_them(seed: int) -> None:
    chance = np.random.default_rng(seed)
    score = (chance.permutation(900)[:200] + 50.5) / 1000
    label = (chance.random(200) < score).astype(int)
    found = estimate(cells(label=label.tolist(), score=score.tolist()))
    assert found.value[0] == pytest.approx(metrics.average_precision_score(label, score), rel=1e-12)


def test_ties_are_near_the_mean_of_their_orders() -> None:
    chance = np.random.default_rng(0)
    label = (np.arange(200) % 3 == 0).astype(int)
    score = chance.integers(1, 20, 200) / 20
    orders = [metrics.average_precision_score(label, score + chance.random(200) / 1000) for _ in range(400)]
    found = estimate(cells(label=label.tolist(), score=score.tolist()))
    assert found.value[0] == pytest.approx(np.mean(orders), abs=0.01)
    assert metrics.average_precision_score(label, score) < found.value[0]       # takes the last of each tie


def test_real_data(real: Any) -> None:
    wanted = [metrics.average_precision_score(rows["label"], rows["score"]) for rows in real.groups]
    assert estimate(real.cells("label", "score")).value == pytest.approx(wanted, abs=2e-4)


def test_one_class_is_not_available() -> None:
    for label in (0, 1):
        found = estimate(cells(label=[label] * 3, score=[0.2, 0.3, 0.4]))
        assert np.isnan(found.value[0]) and [end[0] for end in found.bounds(0.05)] == [0, 1]
