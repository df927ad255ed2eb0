"""What is carried on by hand, and the promise for all hypotheses together by simulation."""

from __future__ import annotations

import numpy as np

from shall.stats.sequences import fallback


def test_a_rejected_one_hands_on_what_it_had_and_another_one_loses_it() -> None:
    level = np.array([0.01, 0.0, 0.02, 0.0, 0.02])
    assert fallback(np.array([0.005, 0.009, 0.029, 0.031, 0.019]), level).tolist() == [True, True, True, False, True]
    assert fallback(np.array([0.02, 0.009, 0.02, 0.02, 0.04]), level).tolist() == [False, False, True, True, True]
    assert fallback(np.array([]), np.array([])).tolist() == []


def test_any_true_hypothesis_is_rejected_no_more_often_than_promised() -> None:
    chance, false, level = np.random.default_rng(0), 0, np.array([0.02, 0.0, 0.03, 0.0])
    for _ in range(4000):
        p = chance.random(4)
        p[[0, 2]] /= 1000                   # false ones, rejected nearly always: the true ones get all that there is
        false += int(fallback(p, level)[[1, 3]].any())
    assert false / 4000 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)
    assert false / 4000 >= 0.04
