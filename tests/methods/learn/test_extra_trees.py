"""Our plain forest says what scikit-learn's says, with the class shares as one more tree, and quickly."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pytest
from sklearn import datasets, ensemble

from shall.core.errors import ShallError
from shall.methods.learn import _forest, extra_trees
from tests.methods.learn.conftest import Split

KINDS = {"random": (ensemble.ExtraTreesClassifier, False), "best": (ensemble.RandomForestClassifier, True)}


@pytest.mark.parametrize("splits", KINDS)
def test_it_says_what_scikit_learn_says(splits: str, census: Split) -> None:
    chance = np.random.default_rng(0)
    X, new = (np.where(chance.random(rows.shape) < 0.1, np.nan, rows) for rows in (census.X[:3000], census.new))
    y, weight = census.y[:3000], chance.integers(1, 4, 3000).astype(float)
    learned = extra_trees.fit(X, y, census.sizes, seed=4, weight=weight, settings={"splits": splits, "trees": 40})
    kind, bootstrap = KINDS[splits]
    other = kind(40, max_features=0.3, bootstrap=bootstrap, random_state=4).fit(X.astype(np.float32), y, weight)
    np.testing.assert_allclose(learned.means(new), other.predict_proba(new.astype(np.float32)), atol=1e-6)
    said = learned.probabilities(new)
    np.testing.assert_allclose(said, (40 * learned.means(new) + learned.prior) / 41, atol=1e-12)
    assert said.min() > 0


def test_digits_as_accurate_as_scikit_learn_and_small() -> None:
    X, y = datasets.load_digits(return_X_y=True)
    right = theirs = 0.0
    for seed in range(3):
        learned = extra_trees.fit(X[::2], y[::2], (0,) * 64, 10, seed)
        other = ensemble.ExtraTreesClassifier(random_state=seed).fit(X[::2], y[::2])
        right += (learned.probabilities(X[1::2]).argmax(axis=1) == y[1::2]).mean()
        theirs += other.score(X[1::2], y[1::2])
    assert right >= 0.995 * theirs
    assert len(learned.content()) < 1_000_000


def test_one_row_is_answered_as_among_many_and_many_in_time(cancer: Split) -> None:
    learned = extra_trees.fit(cancer.X, cancer.y, cancer.sizes, settings={"trees": 200})
    many = np.resize(cancer.new, (10_000, 30))
    begin = time.process_time()
    said = learned.probabilities(many)
    assert time.process_time() - begin < 3
    np.testing.assert_array_equal(said[:5], [learned.probabilities(many[[place]])[0] for place in range(5)])


def test_a_number_far_from_zero_keeps_its_differences(diabetes: Split) -> None:
    near, far = (extra_trees.fit(diabetes.X, diabetes.y + offset, diabetes.sizes, 0) for offset in (0.0, 1e9))
    apart = np.abs(far.values(diabetes.new) - 1e9 - near.values(diabetes.new))
    assert apart.mean() < 0.05 * diabetes.truth.std()       # rounding decides between splits that are equally good


def test_content_is_plain_json(cancer: Split) -> None:
    said = json.loads(extra_trees.fit(cancer.X, cancer.y, cancer.sizes).content(), parse_constant=pytest.fail)
    assert set(said) == {"sizes", "prior", "lines", "nodes", "says", "missing", "roots", "feature", "threshold", "next"}


def test_another_scikit_learn_is_not_trusted(cancer: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    part = _forest._part
    def swapped(*given: Any) -> Any:
        feature, threshold, *others = part(*given)
        return (feature, -threshold, *others)
    monkeypatch.setattr(_forest, "_part", swapped)
    with pytest.raises(ShallError, match="keeps its trees in a way"):
        extra_trees.fit(cancer.X, cancer.y, cancer.sizes)
