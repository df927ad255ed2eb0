"""Who was right before and is wrong now."""

from __future__ import annotations

import numpy as np

from shall.probes import churn, flips

LABEL = np.array([1, 1, 1, 1, 0, 2, -1, 1, 1])
NOW = np.array([1, 0, 1, 0, 1, 0, 1, -1, 1])
BEFORE = np.array([1, 1, 0, 0, 2, 2, 1, 1, -1])


def test_known_answer():
    found = flips.answers(LABEL, NOW, BEFORE)
    assert found[:6].tolist() == [0, 1, 2, 0, 0, 1] and np.isnan(found[6:]).all()


def test_flips_are_the_difference_of_accuracies():
    chance = np.random.default_rng(0)
    label, now, before = chance.integers(0, 3, (3, 2000))
    found = flips.answers(label, now, before)
    won = (found == 2).sum() - (found == 1).sum()
    assert won == (now == label).sum() - (before == label).sum()


def test_the_other_way_round():
    found, back = flips.answers(LABEL, NOW, BEFORE), flips.answers(LABEL, BEFORE, NOW)
    assert ((found == 1) == (back == 2)).all() and ((found == 2) == (back == 1)).all()


def test_churn_needs_no_label():
    found = churn.answers(NOW, BEFORE)
    assert found[:7].tolist() == [0, 1, 1, 0, 1, 1, 0] and np.isnan(found[7:]).all()
