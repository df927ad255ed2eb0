"""The most accurate threshold, against trying every one."""

from __future__ import annotations

import numpy as np

from shall.methods.adjust.threshold import most_accurate


def test_no_other_threshold_is_more_accurate() -> None:
    generator = np.random.default_rng(0)
    for _ in range(50):
        score = generator.choice(np.linspace(0, 1, 21), 40)
        label = (generator.random(40) < score**2).astype(np.int64)
        found = most_accurate(score, label)
        right = {threshold: int(((score >= threshold) == label).sum()) for threshold in (*np.unique(score), 0.5)}
        nobody = int((label == 0).sum())                    # right decisions of a rule that decides nobody positive
        if max(right.values()) > nobody:
            assert right[found] == max(right.values())
            assert found == 0.5 or right[found] > right[0.5]
        else:
            assert found == 0.5


def test_one_half_stays_where_nothing_is_better() -> None:
    assert most_accurate(np.array([0.2, 0.8]), np.array([0, 1])) == 0.5
    assert most_accurate(np.array([0.2, 0.3]), np.array([0, 0])) == 0.5
    assert most_accurate(np.zeros(0), np.zeros(0, dtype=np.int64)) == 0.5
