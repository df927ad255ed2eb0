"""Columns of a linear form: weights are repeated rows, and odd columns give no odd numbers."""

from __future__ import annotations

import json
import warnings

import numpy as np

from shall.methods.learn import _columns
from shall.methods.learn._columns import Columns
from tests.methods.learn.conftest import Split


def test_a_weight_is_a_repeated_row(census: Split) -> None:
    X = np.where(np.random.default_rng(0).random(census.X.shape) < 0.2, np.nan, census.X)
    times = np.arange(len(X)) % 3
    weighted = _columns.fit(X, census.sizes, times.astype(float))
    repeated = _columns.fit(X.repeat(times, 0), census.sizes)
    np.testing.assert_allclose(weighted.mean, repeated.mean, rtol=1e-10)
    np.testing.assert_allclose(weighted.scale, repeated.scale, rtol=1e-10)


def test_numbers_are_standardised_and_categories_are_columns(census: Split) -> None:
    found = _columns.fit(census.X, census.sizes)(census.X)
    assert found.shape == (8000, sum(size or 1 for size in census.sizes))
    np.testing.assert_allclose(found[:, 0].mean(), 0, atol=1e-12)
    np.testing.assert_allclose(found[:, 0].std(), 1)
    assert set(np.unique(found[:, 1:9])) == {0.0, 1.0}


def test_constant_missing_and_unseen_say_nothing() -> None:
    X = np.array([[1.0, np.nan, 0.0], [1.0, np.nan, 1.0]])
    for weight in (None, np.array([1.0, 2.0])):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            columns = _columns.fit(X, (0, 0, 2), weight)
        np.testing.assert_array_equal(columns(np.array([[1.0, np.nan, 7.0], [np.nan, 0.0, np.nan]])), np.zeros((2, 4)))
        back = Columns.of(json.loads(json.dumps(columns.described())))
        np.testing.assert_array_equal(back(X), columns(X))
