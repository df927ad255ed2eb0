"""Categories as columns: the same as scikit-learn's, rare ones together, the unseen nowhere."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
from sklearn.preprocessing import OneHotEncoder

from examples.fetch import fetch
from shall.methods.prepare import encode, one_hot


def test_rare_ones_are_together_and_missing_is_none() -> None:
    X = np.array([[0.0, 7.0]] * 6 + [[1.0, 8.0]] * 2 + [[2.0, 9.0], [3.0, np.nan]])
    step = one_hot.fit(X, np.zeros(10), (4, 0), settings={"rare": 0.1})
    assert step.sizes == (0,) * 5 and not step.rare         # one row of ten is not under a tenth
    X = np.concatenate([X, X[:1]])
    step = one_hot.fit(X, np.zeros(11), (4, 0), settings={"rare": 0.1})
    np.testing.assert_array_equal(step(np.array([[0, 7], [1, 8], [2, 9], [3, np.nan], [np.nan, 1]])), [
        [1, 0, 0, 7], [0, 1, 0, 8], [0, 0, 1, 9], [0, 0, 1, np.nan], [0, 0, 0, 1]])


def test_it_is_what_scikit_learn_gives_for_census_rows() -> None:
    table = pq.read_table(fetch("adult") / "train.parquet").slice(0, 5000)
    encoding = encode.fit(table, ["workclass", "education", "occupation", "native_country"])
    X = encoding(table)
    known = ~np.isnan(X).any(axis=1)                        # a missing value is a category there
    X = X[known]
    step = one_hot.fit(X, np.zeros(len(X)), encoding.sizes, settings={"rare": 0.02})
    theirs = OneHotEncoder(min_frequency=int(np.ceil(0.02 * len(X))), sparse_output=False).fit_transform(X)
    np.testing.assert_array_equal(step(X), theirs)


def test_a_category_without_a_row_is_with_the_rare_ones() -> None:
    step = one_hot.fit(np.array([[0.0], [2.0]]), np.zeros(2), (3,))
    np.testing.assert_array_equal(step(np.array([[0.0], [1.0], [2.0]])), [[1, 0, 0], [0, 0, 1], [0, 1, 0]])
