"""Conformal estimators on census rows: what they promise is what a check of their log finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, QuantileRegressor, Ridge

import shall
from examples.fetch import fetch
from shall.core.errors import DataError
from shall.estimators import ConformalClassifier, ConformalRegressor, Learner

FEATURES = ["age", "education_num", "marital_status", "occupation", "relationship", "capital_gain"]
Rows = tuple[pd.DataFrame, pd.DataFrame]
TREES = Learner("lightgbm", rounds=40)


@pytest.fixture(scope="module")
def adult() -> Rows:
    train, test = (pq.read_table(fetch("adult") / f"{name}.parquet").to_pandas() for name in ("train", "test"))
    return train.sample(5000, random_state=0), test.sample(8000, random_state=0)


def verdicts(log: Any, kind: str, **lines: str) -> dict[str, Any]:
    subject = {"kind": kind, "target": "label", **({"positive": "1"} if kind == "classifier" else {})}
    file = {"subject": subject, "groups": {"sex": "sex"}, "requirements": lines}
    return {one.name: one for one in shall.check(file, log, record=False).verdicts}


def test_two_classes_and_groups_that_the_model_does_not_see(adult: Rows) -> None:
    train, test = adult
    made = ConformalClassifier(TREES, by="sex", calibration_size=0.4).fit(
        train[FEATURES], train["income"], sensitive_features=train[["sex"]])
    log = shall.log(made, test[FEATURES], test["income"], sex=test["sex"])
    found = verdicts(log, "classifier", covers="coverage over sex between 86% and 94%", small="set_size <= 1.5",
                     open="set_size over sex >= 1.0")
    assert {name: one.verdict for name, one in found.items()}["covers"] is shall.Finding.MET
    assert found["small"].verdict is shall.Finding.MET and 1 < found["small"].deciding.value < 1.3
    plain = ConformalClassifier(TREES, calibration_size=0.4).fit(train[FEATURES], train["income"])
    log = shall.log(plain, test[FEATURES], test["income"], sex=test["sex"])
    assert verdicts(log, "classifier", c="coverage over sex between 87% and 93%")["c"].verdict is shall.Finding.BROKEN


def test_the_log_of_a_chosen_class_turns_the_sets(adult: Rows) -> None:
    train, test = adult
    made = ConformalClassifier(TREES, coverage=0.8).fit(train[FEATURES], train["income"])
    sets = made.sets(test[FEATURES])
    for positive, place in ((">50K", 1), ("<=50K", 0)):
        log = shall.log(made, test[FEATURES], test["income"], positive=positive).table
        for row, one in zip(log["prediction_set"].to_pylist()[:500], sets[:500], strict=True):
            assert row == [code for code, inside in ((0, one[1 - place]), (1, one[place])) if inside]


def test_several_classes(adult: Rows) -> None:
    train, test = adult
    cut = [0, 12, 16, 20]
    y, truth = (pd.cut(some["education_num"] + some["age"] // 20, cut, labels=["low", "middle", "high"]).astype(str)
                for some in (train, test))
    rest = [name for name in FEATURES if name not in ("age", "education_num")]
    made = ConformalClassifier(TREES, conformity="aps", by_class=True).fit(train[rest], y)
    log = shall.log(made, test[rest], truth)
    held = [label in some for label, some in zip(log.table["label"].to_pylist(),
                                                 log.table["prediction_set"].to_pylist(), strict=True)]
    by = pd.Series(held).groupby(truth.to_numpy()).mean()
    assert set(by.index) == {"low", "middle", "high"} and by.between(0.85, 0.95).all()
    verdict, = shall.check({"subject": {"kind": "classifier", "target": "label", "classes": ["low", "middle", "high"]},
                            "requirements": {"c": "coverage between 88% and 92%"}}, log, record=False).verdicts
    assert verdict.verdict is shall.Finding.MET


def test_numbers_by_boosted_quantiles_and_by_one_width(adult: Rows) -> None:
    train, test = adult
    lines = {"covers": "coverage between 87% and 94%", "narrow": "interval_width <= 40"}
    for made in (ConformalRegressor(), ConformalRegressor(Learner("lightgbm", kind="regressor", rounds=40))):
        made.fit(train[FEATURES], train["hours_per_week"])
        log = shall.log(made, test[FEATURES], test["hours_per_week"], sex=test["sex"])
        found = verdicts(log, "regressor", **lines)
        assert {one.verdict for one in found.values()} == {shall.Finding.MET}
        low, high = made.interval(test[FEATURES])
        assert (np.ptp(high - low) < 1e-9) == (made.estimator is not None)


def test_numbers_by_groups_and_pairs(adult: Rows) -> None:
    train, test = adult
    X, fresh = train[["age", "education_num"]], test[["age", "education_num"]]
    by = ConformalRegressor(Ridge(), by="age_band").fit(X, train["hours_per_week"], sensitive_features={
        "age_band": (train["age"] > 60).to_numpy()})
    low, high = by.interval(fresh, sensitive_features={"age_band": (test["age"] > 60).to_numpy()})
    assert len(np.unique(np.round(high - low, 6))) == 2
    pair = tuple(QuantileRegressor(quantile=one, alpha=0).fit(X[:500], train["hours_per_week"][:500])
                 for one in (0.05, 0.95))
    for given in (pair, tuple(map(FrozenEstimator, pair))):
        low, high = ConformalRegressor(given).fit(X[500:2000], train["hours_per_week"][500:2000]).interval(fresh)
        assert ((low <= test["hours_per_week"]) & (test["hours_per_week"] <= high)).mean() > 0.87


def test_a_frozen_model_is_calibrated_on_every_row_and_updated(adult: Rows) -> None:
    train, _ = adult
    X, y = train[["age", "education_num"]], train["income"]
    model = LogisticRegression().fit(X[:2000], y[:2000])
    made = ConformalClassifier(FrozenEstimator(model)).fit(X[2000:4000], y[2000:4000])
    assert made.conformal_.kept.n == 2000
    np.testing.assert_array_equal(made.predict_proba(X), model.predict_proba(X))
    made.update(X[4000:], y[4000:])
    whole = ConformalClassifier(FrozenEstimator(model)).fit(X[2000:], y[2000:])
    assert made.conformal_.described() == whole.conformal_.described()
    assert clone(made).coverage == 0.9


def test_few_rows_warn_that_nothing_is_promised(adult: Rows) -> None:
    train, _ = adult
    X, y = train[["age", "education_num"]][:30], train["income"][:30]
    with pytest.warns(UserWarning, match="8 calibration rows are too few for a coverage of 0.9"):
        made = ConformalClassifier(LogisticRegression()).fit(X, y)
    assert made.sets(X).all()


@pytest.mark.parametrize(("settings", "message"), [
    ({"coverage": 90}, "between 0 and 1, such as 0.9"), ({"conformity": "luck"}, "no such score"),
    ({"by": "sex"}, "neither a column of X nor of sensitive_features"), ({"calibration_size": 5.5e6}, "count below"),
    ({"calibration_size": 0}, "neither a share"), ({"estimator": Ridge()}, "has no predict_proba"),
])
def test_what_cannot_be_fitted_is_refused(adult: Rows, settings: Any, message: str) -> None:
    train, _ = adult
    with pytest.raises(ValueError, match=message):
        ConformalClassifier(**{"estimator": LogisticRegression(), **settings}).fit(
            train[["age", "education_num"]], train["income"])


def test_regressors_that_do_not_fit_together_are_refused(adult: Rows) -> None:
    train, _ = adult
    X, y = train[["age", "education_num"]], train["hours_per_week"]
    for made, message in ((ConformalRegressor(by="age"), "by= takes one regressor"),
                          (ConformalRegressor((Ridge(), Ridge(), Ridge())), "one regressor or a pair"),
                          (ConformalRegressor(Learner("lightgbm")), "kind=\"regressor\""),
                          (ConformalRegressor(Ridge()), "the same label")):
        with pytest.raises(ValueError, match=message):
            made.fit(X, y * 0 if message == "the same label" else y)
    model = ConformalClassifier(LogisticRegression(), by="sex").fit(
        X, train["income"], sensitive_features=train[["sex"]])
    made = ConformalClassifier(LogisticRegression()).fit(X, train["income"])
    with pytest.raises(DataError, match="cannot answer these rows"):
        shall.log(model, X, train["income"])
    with pytest.raises(ValueError, match="y has the class 'rich'"):
        made.update(X[:2], ["rich", "<=50K"])
