"""Selection: the mutual information of scikit-learn, chance taken off, and noise left out of real rows."""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import mutual_info_score

from shall.methods.prepare import select

DATA = load_breast_cancer()
X, Y = DATA.data, DATA.target


def test_the_information_is_that_of_scikit_learn_without_chance() -> None:
    found = select.information(X, Y, (0,) * X.shape[1])
    bins = [select.binned(column) for column in X.T]
    degrees = np.array([len(np.unique(bin_)) - 1 for bin_ in bins])
    assert min(np.bincount(bin_).min() for bin_ in bins) >= select.FEW
    expected = [mutual_info_score(bin_, Y) for bin_ in bins] - (degrees + 2 * np.sqrt(2 * degrees)) / (2 * len(Y))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_noise_beside_real_features_is_left_out() -> None:
    chance = np.random.default_rng(0)
    numbers, codes = chance.normal(size=(len(Y), 15)), chance.integers(0, 200, (len(Y), 15))
    rows = np.column_stack([numbers, X, codes])
    step = select.fit(rows, Y, (*(0,) * 45, *(200,) * 15), settings={"share": 0.4})
    assert len(step.kept) == 24 and {*step.kept} <= {*range(15, 45)}
    np.testing.assert_array_equal(step(rows), rows[:, list(step.kept)])


def test_many_categories_do_not_seem_to_tell_much() -> None:
    chance = np.random.default_rng(1)
    many, some = chance.integers(0, 200, len(Y)).astype(float), chance.integers(0, 30, len(Y)).astype(float)
    assert mutual_info_score(many, Y) > 0.15                # as it is, more than some real features have
    assert select.information(np.column_stack([many, some]), Y, (200, 30)).max() <= 0


def test_missing_may_be_what_tells() -> None:
    rows = np.column_stack([np.zeros(len(Y)), np.where(Y == 1, np.nan, 1.0), np.ones(len(Y))])
    assert select.fit(rows, Y, (0, 0, 0), settings={"share": 0.3}).kept == (1,)


def test_a_number_is_told_of_too() -> None:
    chance = np.random.default_rng(2)
    rows = chance.normal(size=(500, 4))
    y = rows[:, 2] ** 2 + chance.normal(0, 0.1, 500)        # no correlation sees that
    assert select.fit(rows, y, (0, 3, 0, 0), classes=0, settings={"share": 0.25}).kept == (2,)


def test_all_may_stay_and_one_always_does() -> None:
    assert select.fit(X, Y, (0,) * 30, settings={"share": 1.0}).kept == tuple(range(30))
    assert len(select.fit(X[:, :2], Y, (0, 0), settings={"share": 0.2}).kept) == 1
