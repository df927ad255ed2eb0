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


@pytest.mark.parametrize("kinds", [0, 4])
def test_a_log_beside_itself_is_alike(kinds):
    """Rows of both logs are in one half: the learner cannot say the opposite of what it was shown."""
    chance = np.random.default_rng(0)
    X = chance.integers(0, kinds, (2000, 4)).astype(float) if kinds else chance.normal(size=(2000, 4))
    assert np.nanmean(domain.answers(X, chance.permutation(X), learn)) == pytest.approx(0.5, abs=0.04)


def test_half_of_the_rows_shared_and_half_drifted():
    """Identical rows told nothing of 0.49 here: the drift of the other half must be seen."""
    for seed in range(4):
        chance = np.random.default_rng(seed)
        X = chance.normal(size=(2000, 4))
        half = np.concatenate([X[:1000], chance.normal(size=(1000, 4)) + np.array([1, 0, 0, 0])])
        assert _low(domain.answers(half, X, learn, seed)) > 0.53


@pytest.mark.parametrize("world", ["shared", "discrete", "discrete of two sizes"])
def test_no_false_alarms_where_rows_are_equal(world):
    """Half of the rows in both logs, or equal by chance: alarms are no more frequent than 5 in 100."""
    alarms = 0
    for seed in range(200):
        chance = np.random.default_rng(seed)
        X = chance.normal(size=(200, 3)) if world == "shared" else chance.integers(0, 4, (200, 3)).astype(float)
        size = 400 if world == "discrete of two sizes" else 200
        other = (np.concatenate([X[:100], chance.normal(size=(100, 3))]) if world == "shared"
                 else chance.integers(0, 4, (size, 3)).astype(float))
        alarms += _low(domain.answers(X, other, learn, seed)) > 0.5
    assert alarms <= 17


def test_drift_of_few_values_is_found():
    """Of 30 values small ones have become more frequent: frequent rows are in both halves, so it can be learned."""
    chance = np.random.default_rng(0)
    X, other = chance.integers(0, 30, (1500, 1)).astype(float), np.floor(30 * chance.random((1500, 1)) ** 2)
    assert _low(domain.answers(X, other, learn)) > 0.5


def test_constant_rows_are_tossed_up():
    found = domain.answers(np.zeros((2000, 1)), np.zeros((2000, 1)), learn)
    assert np.nanmean(found) == pytest.approx(0.5, abs=0.05) and set(found[np.isfinite(found)]) == {0.0, 1.0}


def test_too_few_rows():
    with pytest.raises(DataError, match="from 50 rows each on; there are 20 here"):
        domain.answers(np.zeros((20, 1)), np.zeros((500, 1)), learn)
