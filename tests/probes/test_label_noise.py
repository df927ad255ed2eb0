"""Planted wrong labels in real data; the noise of theory; and what has no answer."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import average_precision_score

from examples.fetch import fetch
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


@pytest.fixture(scope="module")
def digits():
    """5,000 digits of MNIST as 14 x 14 means of pixels, and what they are."""
    table = pq.read_table(fetch("mnist") / "digits.parquet")
    grey = np.stack([table[f"p{place:03d}"].to_numpy() for place in range(784)], axis=1)
    return grey.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(len(grey), -1), table["label"].to_numpy()


def forest(X, y, _):
    return ExtraTreesClassifier(40, min_samples_leaf=2, random_state=0).fit(X, y).predict_proba


def test_a_twentieth_of_wrong_labels_of_digits_is_ranked_first(digits):
    X, y = digits
    chance = np.random.default_rng(0)
    wrong = chance.random(len(y)) < 0.05
    label = np.where(wrong, (y + chance.integers(1, 10, len(y))) % 10, y)
    said = label_noise.chances(X, label, forest)
    doubts, other = label_noise.doubts(said, label), label_noise.likelier(said, label)
    hits = np.cumsum(wrong[np.argsort(-doubts, kind="stable")])
    place = int(np.searchsorted(hits, 0.88 * wrong.sum()))
    assert average_precision_score(wrong, doubts) >= 0.89 and hits[place] / (place + 1) >= 0.75
    assert (other != label).all() and (other == y)[wrong].mean() > 0.85


def test_digits_that_are_mixed_up_by_pairs_are_told_by_the_noise(digits):
    """Only 4 is taken for 9, and so on: what a model finds unlikely tells less than which labels are mixed up."""
    X, y = digits
    like, chance = {4: 9, 3: 5, 7: 1, 8: 3, 6: 0}, np.random.default_rng(1)
    wrong = (chance.random(len(y)) < 0.15) & np.isin(y, list(like))
    label = np.where(wrong, [like.get(one, one) for one in y.tolist()], y)
    said = label_noise.chances(X, label, forest)
    mine, plain = label_noise.doubts(said, label), 1 - said[np.arange(len(y)), label]
    assert average_precision_score(wrong, mine) > average_precision_score(wrong, plain) + 0.1


def test_noise_is_drawn_together_as_far_as_counts_are_alike():
    """Noise that is the same everywhere is estimated better than each pair alone; one odd pair keeps its own."""
    chance = np.random.default_rng(0)
    true = np.repeat(np.arange(5), 400)
    sure = np.eye(5)[true] * 0.9 + 0.02
    alike = np.where(chance.random(2000) < 0.1, (true + chance.integers(1, 5, 2000)) % 5, true)
    odd = np.where((true == 2) & (chance.random(2000) < 0.3), 4, true)
    off = label_noise.noise(sure, alike)[~np.eye(5, dtype=bool)]
    of_counts = np.sqrt(0.025 * 0.975 / 100)         # 100 rows of each class are the surest
    assert np.std(off) < 0.75 * of_counts and off.mean() == pytest.approx(0.025, abs=0.01)
    found = label_noise.noise(sure, odd)
    assert found[2, 4] == pytest.approx(0.3, abs=0.1) and found[1, 3] < 0.02


def test_the_ranking_has_no_ties_where_noise_explains_all():
    said = np.array([[0.999, 0.0005, 0.0005]] * 40 + [[0.0005, 0.999, 0.0005]] * 40 + [[0.0005, 0.0005, 0.999]] * 40)
    label = np.repeat([0, 1, 2], 40)
    said[:3, :] = [[1e-3, 1 - 2e-3, 1e-3], [1e-4, 1 - 2e-4, 1e-4], [1e-5, 1 - 2e-5, 1e-5]]
    doubts = label_noise.doubts(said, label)
    assert doubts[2] > doubts[1] > doubts[0] > doubts[3:].max()


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


def test_chances_that_are_too_sure_of_themselves_may_still_tell():
    chance = np.random.default_rng(0)
    label = chance.integers(0, 2, 1000)
    right = chance.random(1000) < 0.7
    said = np.eye(2)[np.where(right, label, 1 - label)] * 0.998 + 0.001
    assert -np.log(said[np.arange(1000), label]).mean() > np.log(2)      # worse than the shares, as it is
    assert label_noise.telling(said, label)
    assert not label_noise.telling(said, chance.permutation(label))
    assert not label_noise.telling(np.full((1000, 2), 0.5), label)


def test_features_that_do_not_tell_the_classes_apart_have_no_answer():
    chance = np.random.default_rng(1)
    with pytest.raises(DataError, match="do not tell the classes apart"):
        label_noise.answers(chance.normal(size=(1000, 3)), chance.integers(0, 3, 1000), learn)
