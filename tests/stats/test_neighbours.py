"""Distances between rows beside scikit-learn, and between classes."""

from __future__ import annotations

import json

import numpy as np
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from shall.stats import neighbours


def test_the_nearest_row_is_that_of_scikit_learn() -> None:
    chance = np.random.default_rng(0)
    X, asked = chance.normal(size=(300, 40)) @ chance.normal(size=(40, 40)), chance.normal(size=(50, 40))
    made = neighbours.fit(X)
    parts = PCA(neighbours.COMPONENTS, svd_solver="full").fit(X)
    theirs = NearestNeighbors(n_neighbors=1).fit(parts.transform(X)).kneighbors(parts.transform(asked))[0][:, 0]
    near, ratio = made(asked)
    np.testing.assert_allclose(near, theirs, rtol=1e-3)         # kept with six digits
    assert (ratio == 0).all()
    themselves = NearestNeighbors(n_neighbors=2).fit(made.rows).kneighbors(made.rows)[0][:, 1]
    np.testing.assert_allclose(made.of_themselves()[0], themselves, rtol=1e-6)


def test_between_two_classes_the_ratio_is_near_one() -> None:
    X = np.concatenate([np.zeros((50, 2)), np.full((50, 2), 10.0)]) + np.random.default_rng(0).normal(size=(100, 2)) / 9
    made = neighbours.fit(X, np.repeat([0, 1], 50))
    near, ratio = made([[0.0, 0.0], [5.0, 5.0], [np.nan, 0.0]])
    assert ratio[0] < 0.05 and ratio[1] > 0.9 and near[1] > 5
    assert np.isfinite(near).all()


def test_it_comes_back_from_plain_data() -> None:
    X = np.random.default_rng(1).normal(size=(60, 5))
    made = neighbours.fit(X, np.arange(60) % 3)
    again = neighbours.of(json.loads(json.dumps(made.described())))
    np.testing.assert_array_equal(np.stack(again(X)), np.stack(made(X)))
    constant = neighbours.fit(np.ones((5, 3)))
    assert constant(np.ones((1, 3)))[0].tolist() == [0.0]
