"""A learner alone: settings, searches over them, and frames."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import GridSearchCV

from examples.fetch import fetch
from shall.estimators import Learner


def test_settings_are_searched_over() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    found = GridSearchCV(Learner("lightgbm", rounds=30), {"num_leaves": [4, 8], "min_data_in_leaf": [5, 200]}, cv=2)
    found.fit(X, y)
    assert found.best_params_["min_data_in_leaf"] == 5
    assert found.best_estimator_.get_params()["rounds"] == 30
    assert found.best_score_ > 0.93


def test_settings_are_kept_by_a_clone_and_checked_by_fit() -> None:
    X, y = load_breast_cancer(return_X_y=True)
    one = Learner("logistic_regression", C=0.01)
    assert clone(one).get_params() == {"learner": "logistic_regression", "kind": None, "random_state": 0, "C": 0.01}
    assert not np.allclose(one.fit(X, y).predict_proba(X), Learner("logistic_regression").fit(X, y).predict_proba(X))
    with pytest.raises(ValueError, match="there is no setting D; there are: C"):
        Learner("logistic_regression", D=1.0).fit(X, y)
    with pytest.raises(ValueError, match=r"there is no learner 'oracle'; there are: .*lightgbm"):
        Learner("oracle").fit(X, y)
    with pytest.raises(ValueError, match="no classes"):
        Learner("ridge", kind="classifier").fit(X, y)


def test_text_dates_and_missing_values_of_a_frame_are_learned_from() -> None:
    table = pq.read_table(fetch("adult") / "train.parquet").slice(0, 4000).to_pandas()
    y, X = table.pop("income"), table
    X.loc[::7, "age"] = np.nan
    X["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(4000) % 300, unit="D")
    one = Learner("lightgbm", rounds=50).fit(X[:3000], y[:3000])
    assert one.score(X[3000:], y[3000:]) > 0.84
    assert list(one.feature_names_in_) == list(X.columns)


def test_what_it_can_be_is_known_before_it_is_fitted() -> None:
    assert is_classifier(Learner("lightgbm")) and is_regressor(Learner("lightgbm", kind="regressor"))
    assert is_regressor(Learner("ridge")) and is_classifier(Learner("logistic_regression"))
    assert not hasattr(Learner("ridge"), "predict_proba")
