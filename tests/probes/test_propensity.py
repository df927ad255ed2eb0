"""Known effects in worlds with a common cause; overlap; what has no answer."""

from __future__ import annotations

import numpy as np
import pytest

from shall.core.errors import DataError
from shall.methods.learn import lightgbm
from shall.probes import propensity


def learn(X, y, classes):
    return lightgbm.fit(X, y, [0] * X.shape[1], classes=classes, settings={"rounds": 40}).probabilities


def learn_number(X, y):
    return lightgbm.fit(X, y, [0] * X.shape[1], classes=0, settings={"rounds": 40}).values


def world(seed, rows, pull=0.8, effect=2.0):
    """The first feature makes the action likelier and the outcome larger; the effect grows with the second."""
    chance = np.random.default_rng(seed)
    X = chance.normal(size=(rows, 3))
    action = (chance.random(rows) < 1 / (1 + np.exp(-pull * X[:, 0]))).astype(np.int64)
    return X, action, 3 * X[:, 0] + action * (effect + X[:, 1]) + chance.normal(size=rows)


def test_the_effect_and_not_the_difference_of_means():
    X, action, outcome = world(0, 4000)
    found = propensity.answers(X, action, outcome, learn, learn_number)
    error = found.std() / np.sqrt(len(found))
    assert outcome[action == 1].mean() - outcome[action == 0].mean() > 3.5
    assert found.mean() == pytest.approx(2.0, abs=3 * error) and error < 0.1
    high = X[:, 1] > 0
    assert found[high].mean() - found[~high].mean() == pytest.approx(2 * np.sqrt(2 / np.pi), abs=6 * error)


def test_coverage_of_bounds():
    """95 in 100 intervals have the true effect; of 25 worlds fewer than 21 in 1 of 100 runs."""
    covered = 0
    for seed in range(25):
        found = propensity.answers(*world(seed, 500), learn, learn_number, seed)
        covered += abs(found.mean() - 2.0) < 1.96 * found.std() / np.sqrt(500)
    assert covered >= 21


def test_missing_actions_and_outcomes_have_no_answer():
    X, action, outcome = world(1, 600)
    action[:10], outcome[10:30] = -1, np.nan
    found = propensity.answers(X, action, outcome, learn, learn_number)
    assert np.isnan(found[:30]).all() and np.isfinite(found[30:]).all()


def test_no_overlap_is_refused():
    X, action, outcome = world(2, 2000, pull=8.0)
    with pytest.raises(DataError, match=r"rows with(out)? the action cannot stand for all rows: there is no overlap"):
        propensity.answers(X, action, outcome, learn, learn_number)


def test_too_few_rows_with_the_action():
    X, action, outcome = world(3, 300)
    action[np.flatnonzero(action == 1)[20:]] = -1
    with pytest.raises(DataError, match=r"50 rows with the action and 50 without, .* there are 20 and"):
        propensity.answers(X, action, outcome, learn, learn_number)
