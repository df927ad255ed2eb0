"""Missing values: the same as scikit-learn's, what had none is not told of, and what says something is kept."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn.impute import SimpleImputer

from examples.fetch import fetch
from shall.core.errors import DataError, InputError
from shall.methods.prepare import encode, impute

RAW = np.random.default_rng(0).lognormal(size=(400, 3)).round(1)
X = np.where(np.random.default_rng(1).random(RAW.shape) < [0.3, 0.1, 0.0], np.nan, RAW)
Y = np.arange(len(X)) % 2


@pytest.mark.parametrize("strategy", ["median", "mean", "most_frequent"])
def test_it_fills_as_scikit_learn_does(strategy: str) -> None:
    step = impute.fit(X, Y, (0, 0, 0), settings={"strategy": strategy})
    theirs = SimpleImputer(strategy=strategy, add_indicator=True).fit_transform(X)
    np.testing.assert_allclose(step(X), theirs, rtol=1e-12)
    assert step.sizes == (0, 0, 0, 0, 0) and step.told == (0, 1)


def test_without_an_indicator_the_columns_stay_as_many() -> None:
    assert impute.fit(X, Y, (0, 0, 0), settings={"indicator": False})(X).shape == X.shape


def test_categories_get_the_most_frequent_one_whatever_numbers_get() -> None:
    rows = np.array([[0.0, 1.0], [1.0, np.nan], [1.0, 3.0], [np.nan, 3.0]])
    step = impute.fit(rows, Y[:4], (2, 0), settings={"strategy": "mean"})
    np.testing.assert_allclose(step(rows)[:, :2], [[0, 1], [1, 7 / 3], [1, 3], [1, 3]])
    assert step.sizes == (2, 0, 0, 0)


def test_infinite_is_missing_and_a_column_without_a_value_is_0() -> None:
    step = impute.fit(np.array([[1.0, np.nan], [np.inf, np.nan]]), Y[:2], (0, 0))
    np.testing.assert_array_equal(step(np.array([[-np.inf, 5.0], [np.nan, np.nan]])), [[1, 5, 1, 0], [1, 0, 1, 1]])


def test_the_most_frequent_value_of_several_is_the_smallest() -> None:
    assert impute.fit(np.array([[3.0], [2.0], [3.0], [2.0]]), Y[:4], (0,),
                      settings={"strategy": "most_frequent"}).fill == (2.0,)


def test_a_matrix_of_another_width_and_a_wrong_setting_are_refused() -> None:
    with pytest.raises(InputError, match=r"made for a matrix of 3 columns.*\(2, 2\)"):
        impute.fit(X, Y, (0, 0, 0))(np.zeros((2, 2)))
    with pytest.raises(InputError, match="strategy must be one of median, mean, most_frequent, and is best"):
        impute.fit(X, Y, (0, 0, 0), settings={"strategy": "best"})
    with pytest.raises(InputError, match="there is no setting fill; there are: strategy, indicator"):
        impute.fit(X, Y, (0, 0, 0), settings={"fill": 1})
    with pytest.raises(DataError, match="no row to learn a preparation from"):
        impute.fit(X[:0], Y[:0], (0, 0, 0))


def test_on_census_rows_nothing_is_missing_afterwards() -> None:
    table = pq.read_table(fetch("adult") / "train.parquet").slice(0, 3000)
    encoding = encode.fit(table, ["age", "workclass", "occupation", "native_country"])
    rows = encoding(table)
    rows[::7, 0] = np.nan
    step = impute.fit(rows, np.zeros(len(rows)), encoding.sizes)
    assert np.isfinite(step(rows)).all()
    np.testing.assert_array_equal(step(rows)[:, 4] == 1, np.arange(len(rows)) % 7 == 0)
