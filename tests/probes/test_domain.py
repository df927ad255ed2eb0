"""Pairs of rows of two logs: the area is right, and no drift is found where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from shall.core.errors import DataError
from shall.methods.learn import lightgbm
from shall.probes import domain
from shall.stats import Proportions


def learn(X, y, classes):
    return lightgbm.fit(X, y, [0] * X.shape[1], classes=classes, settings={"rounds": 30}).probabilities


def knows(X, y, classes):
    """The true order, for a shift of the first feature."""
    return lambda Z: np.column_stack([1 - 1 / (1 + np.exp(-Z[:, 0])), 1 / (1 + np.exp(-Z[:, 0]))])


def test_known_area():
    """Two normal distributions one deviation apart: the area is Phi(1 / sqrt 2) = 0.760."""
    chance = np.random.default_rng(0)
    found = domain.answers(chance.normal(0, 1, (20_000, 1)), chance.normal(1, 1, (20_000, 1)), knows)
    assert np.nanmean(found) == pytest.approx(0.7602, abs=3 * 0.0043)


def test_of_the_larger_log_some_rows_have_no_partner():
    chance = np.random.default_rng(0)
    found = domain.answers(chance.normal(size=(500, 2)), chance.normal(size=(100, 2)), learn)
    assert np.isfinite(found).sum() == 50
    assert np.isfinite(domain.answers(chance.normal(size=(100, 2)), chance.normal(size=(500, 2)), learn)).sum() == 50


def test_no_false_alarms_beyond_alpha():
    """A limit of one half is broken without drift at most as often as 5 in 100, whatever a learner makes of noise."""
    alarms = 0
    for seed in range(200):
        chance = np.random.default_rng(seed)
        found = domain.answers(chance.normal(size=(200, 3)), chance.normal(size=(200, 3)), learn, seed)
        alarms += _low(found) > 0.5
    assert alarms <= 17                     # of 200: 10 at most are expected, more than 17 in 1 of 100 runs


def test_a_drift_of_half_a_deviation_is_found():
    """True area 0.638: found in nearly all of 20 logs of 600 rows."""
    alarms = 0
    for seed in range(20):
        chance = np.random.default_rng(seed)
        other = chance.normal(size=(600, 3)) + np.array([0.5, 0, 0])
        alarms += _low(domain.answers(chance.normal(size=(600, 3)), other, learn, seed)) > 0.5
    assert alarms >= 14


def _low(found):
    known = found[np.isfinite(found)]
    return Proportions(k=np.array([known.sum()]), n=np.array([len(known)])).bounds(0.05)[0][0]


def test_constant_rows_are_tossed_up():
    found = domain.answers(np.zeros((2000, 1)), np.zeros((2000, 1)), learn)
    assert np.nanmean(found) == pytest.approx(0.5, abs=0.05) and set(found[np.isfinite(found)]) == {0.0, 1.0}


def test_too_few_rows():
    with pytest.raises(DataError, match="from 50 rows each on; there are 20 here"):
        domain.answers(np.zeros((20, 1)), np.zeros((500, 1)), learn)
