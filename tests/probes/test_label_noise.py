"""Planted wrong labels in real data; the noise of theory; and what has no answer."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits

from shall.core.errors import DataError
from shall.methods.learn import lightgbm
from shall.probes import label_noise


def learn(X, y, classes):
    return lightgbm.fit(X, y, [0] * X.shape[1], classes=classes).probabilities


@pytest.fixture(scope="module")
def planted():
    """A tenth of the labels of the breast tumours is wrong."""
    X, y = load_breast_cancer(return_X_y=True)
    wrong = np.random.default_rng(0).random(len(y)) < 0.1
    return X, np.where(wrong, 1 - y, y), wrong


def test_planted_errors_are_found(planted):
    X, label, wrong = planted
    found = label_noise.answers(X, label, learn) > 0
    assert (found & wrong).sum() >= 0.7 * wrong.sum()
    assert (found & wrong).sum() >= 0.7 * found.sum()


def test_few_labels_are_suspicious_where_none_was_changed(planted):
    X, label, wrong = planted
    found = label_noise.answers(X, np.where(wrong, 1 - label, label), learn)
    assert found.mean() < 0.05


def test_twice_the_same_and_rows_without_a_label(planted):
    X, label, _ = planted
    label = np.where(np.arange(len(label)) % 7 == 0, -1, label)
    one, two = (label_noise.answers(X, label, learn) for _ in range(2))
    assert np.array_equal(one, two, equal_nan=True)
    assert np.isnan(one[::7]).all() and not np.isnan(np.delete(one, np.arange(0, len(one), 7))).any()


def test_of_ten_classes():
    X, y = load_digits(return_X_y=True)
    X, y = X[:600], y[:600]
    chance = np.random.default_rng(1)
    wrong = chance.random(len(y)) < 0.1
    found = label_noise.answers(X, np.where(wrong, (y + chance.integers(1, 10, len(y))) % 10, y), learn) > 0
    assert (found & wrong).sum() >= 0.7 * wrong.sum() and (found & wrong).sum() >= 0.7 * found.sum()


def test_noise_by_theory():
    """A world of known noise, chances as they truly are: the surest rows tell the noise."""
    chance = np.random.default_rng(2)
    x = chance.normal(0, 3, 50_000)
    true = (chance.random(50_000) < 1 / (1 + np.exp(-2 * x))).astype(int)
    label = np.where(chance.random(50_000) < np.where(true == 1, 0.1, 0.05), 1 - true, true)
    clean = 1 / (1 + np.exp(-2 * x))
    positive = clean * 0.9 + (1 - clean) * 0.05
    noise = label_noise.noise(np.column_stack([1 - positive, positive]), label)
    assert noise == pytest.approx(np.array([[0.95, 0.05], [0.1, 0.9]]), abs=0.01)
    doubts = label_noise.doubts(np.column_stack([1 - positive, positive]), label)
    for low, high in ((0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.0)):
        some = (doubts >= low) & (doubts < high)
        assert (label != true)[some].mean() == pytest.approx(doubts[some].mean(), abs=0.1)


@pytest.mark.parametrize("label", [np.zeros(200, dtype=np.int64), np.array([0, 1] * 20), np.array([0] * 195 + [1] * 5),
                                   np.full(200, -1)])
def test_what_has_no_answer(label):
    with pytest.raises(DataError, match="suspicious labels need 100 rows"):
        label_noise.answers(np.zeros((len(label), 1)), label, learn)
