"""Target encoding: the same as scikit-learn's; no row is encoded by its own label, and noise does not leak."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import PredefinedSplit
from sklearn.preprocessing import TargetEncoder

from examples.fetch import fetch
from shall.methods.prepare import encode, target_encoding

CHANCE = np.random.default_rng(0)
X = np.column_stack([CHANCE.integers(0, 30, 900), CHANCE.integers(0, 4, 900)]).astype(float)
X[::11, 0] = np.nan
SIZES = (30, 4)
LABELS = {"binary": (CHANCE.random(900) < X[:, 1] / 5).astype(np.int64), "multiclass": X[:, 1].astype(np.int64) % 3,
          "continuous": X[:, 1] + CHANCE.normal(size=900)}
CLASSES = {"binary": 2, "multiclass": 3, "continuous": 0}


@pytest.mark.parametrize("kind", list(LABELS))
def test_it_is_what_scikit_learn_gives(kind: str) -> None:
    y = LABELS[kind]
    step, found = target_encoding.training(X, y, SIZES, classes=CLASSES[kind], seed=3, settings={"smooth": 7.0})
    theirs = TargetEncoder(target_type=kind, smooth=7.0, cv=PredefinedSplit(target_encoding.folds(len(X), 3)))
    np.testing.assert_allclose(found, theirs.fit_transform(X, y), rtol=1e-12)
    np.testing.assert_allclose(step(X), theirs.transform(X), rtol=1e-12)


def test_what_was_never_seen_is_the_mean_of_all() -> None:
    y = LABELS["binary"]
    step = target_encoding.fit(X[:, [1]], y, (6,), settings={"smooth": 10.0})
    np.testing.assert_allclose(step(np.array([[5.0], [np.nan], [9.0]]))[:, 0], y.mean())
    assert step.sizes == (0,)


def test_numbers_stay_where_they_are() -> None:
    rows = np.column_stack([X[:, 1] * 2.5, X[:, 1]])
    step = target_encoding.fit(rows, LABELS["multiclass"], (0, 4), classes=3)
    assert step.sizes == (0, 0, 0, 0)
    np.testing.assert_array_equal(step(rows)[:, 0], rows[:, 0])
    np.testing.assert_allclose(step(rows)[:, 1:].sum(axis=1), 1)


def test_a_category_for_each_row_leaks_nothing_into_training() -> None:
    rows, y = np.arange(600.0)[:, None], np.random.default_rng(1).integers(0, 2, 600)
    step, found = target_encoding.training(rows, y, (600,))
    assert roc_auc_score(y, step(rows)[:, 0]) == 1.0        # the trap: `fit` alone knows every label
    assert roc_auc_score(y, found[:, 0]) < 0.55


def test_it_tells_of_many_categories_what_they_are_worth() -> None:
    table = pq.read_table(fetch("adult") / "train.parquet").slice(0, 12_000)
    names = ["occupation", "native_country", "education", "workclass", "marital_status"]
    encoding = encode.fit(table.slice(0, 6000), names)
    rows = encoding(table)
    y = np.array([value == ">50K" for value in table.column("income").to_pylist()], dtype=np.int64)
    step, found = target_encoding.training(rows[:6000], y[:6000], encoding.sizes)
    codes, encoded = np.nan_to_num(rows, nan=-1.0), step(rows)
    plain = LogisticRegression(max_iter=1000).fit(codes[:6000], y[:6000])
    told = LogisticRegression(max_iter=1000).fit(found, y[:6000])
    assert (roc_auc_score(y[6000:], told.decision_function(encoded[6000:]))
            > roc_auc_score(y[6000:], plain.decision_function(codes[6000:])) + 0.05)
