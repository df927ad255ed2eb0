"""A fitted model with data, as a log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import shall
from shall.adapters import log
from shall.core.errors import DataError

linear = pytest.importorskip("sklearn.linear_model")

CHANCE = np.random.default_rng(0)
X = pd.DataFrame({"age": CHANCE.integers(18, 90, 200), "hours": CHANCE.normal(40, 5, 200)})
Y = pd.Series(np.where(X["age"] + CHANCE.normal(0, 10, 200) > 50, "yes", "no"))
MODEL = linear.LogisticRegression().fit(X, Y)
SEX = CHANCE.choice(["F", "M"], 200)


def test_score_decision_label_and_columns(tmp_path: Path) -> None:
    made = log(MODEL, X, Y, sex=SEX)
    assert made.schema.names == ["score", "decision", "label", "age", "hours", "sex"]
    rows = pq.read_table(made.write(tmp_path / "decisions.parquet"))
    assert rows["score"].to_pylist() == MODEL.predict_proba(X)[:, 1].tolist()
    assert rows["decision"].to_pylist() == (MODEL.predict(X) == "yes").astype(int).tolist()
    assert rows["label"].to_pylist() == (Y == "yes").astype(int).tolist()
    assert rows["sex"].to_pylist() == SEX.tolist()


def test_the_positive_class_may_be_chosen() -> None:
    made = log(MODEL, X, Y, positive="no")
    assert made.table["score"].to_pylist() == MODEL.predict_proba(X)[:, 0].tolist()
    assert made.table["label"].to_pylist() == (Y == "no").astype(int).tolist()


def test_numbers_arrays_missing_labels_and_polars() -> None:
    pl = pytest.importorskip("polars")
    y = (Y == "yes").to_numpy()
    for target in (y, y.astype(int), y.astype(float)):
        model = linear.LogisticRegression().fit(X.to_numpy(), target)
        for labels in (target, list(target), pd.Series(target), pl.Series(target)):
            assert log(model, X.to_numpy(), labels).table["label"].to_pylist() == y.astype(int).tolist()
    holes = pd.Series(y.astype(float)).where(np.arange(200) > 3)
    assert log(model, X.to_numpy(), holes).table["label"].to_pylist()[:5] == [None] * 4 + [int(y[4])]


def test_what_cannot_be_right_is_refused() -> None:
    with pytest.raises(DataError, match="two columns would be called score"):
        log(MODEL, X, Y, score=SEX)
    with pytest.raises(DataError, match="columns of different lengths"):
        log(MODEL, X, Y, sex=SEX[:3])
    with pytest.raises(DataError, match="y has the class 'maybe'"):
        log(MODEL, X, Y.replace("no", "maybe"))
    with pytest.raises(DataError, match="no class 'maybe'"):
        log(MODEL, X, positive="maybe")
    with pytest.raises(DataError, match="LogisticRegression is not a fitted classifier"):
        log(linear.LogisticRegression(), X)
    with pytest.raises(DataError, match="LinearRegression cannot predict these rows: This LinearRegression instance"):
        log(linear.LinearRegression(), X)
    with pytest.raises(DataError, match="y holds no numbers, and the model is a regressor"):
        log(linear.LinearRegression().fit(X, WAGE), X, Y)
    with pytest.raises(DataError, match="object is no model"):
        log(object(), X)


THREE = np.where(X["age"] > 65, "train", np.where(X["age"] > 40, "car", "bike"))
CODES = np.unique(THREE, return_inverse=True)[1]
WAGE = X["age"] * 10.0 + X["hours"]
BITS = (Y == "yes").to_numpy().astype(int)


def estimators(binary: bool) -> list[Any]:
    lightgbm, xgboost = pytest.importorskip("lightgbm"), pytest.importorskip("xgboost")
    y, k = (BITS, 1) if binary else (CODES, 3)
    small = {"n_estimators": 5, "verbosity": -1, "num_threads": 1}
    lgb = {"verbosity": -1, "num_threads": 1, "objective": "binary" if binary else "multiclass", "num_class": k}
    xgb = {"objective": "binary:logistic" if binary else "multi:softprob", "nthread": 1,
           **({} if binary else {"num_class": k})}
    return [
        pytest.importorskip("sklearn.ensemble").RandomForestClassifier(5, random_state=0).fit(X, y),
        lightgbm.LGBMClassifier(**small).fit(X, y), xgboost.XGBClassifier(n_estimators=5, n_jobs=1).fit(X, y),
        lightgbm.train(lgb, lightgbm.Dataset(X, y), 5), xgboost.train(xgb, xgboost.DMatrix(X, y), 5)]


@pytest.mark.parametrize("place", range(5))
def test_two_classes_of_every_library(place: int) -> None:
    model = estimators(binary=True)[place]
    made = log(model, X, BITS)
    assert made.schema.names == ["score", "decision", "label", "age", "hours"]
    score, decision = (np.array(made.table[name].to_pylist()) for name in ("score", "decision"))
    if hasattr(model, "predict_proba"):
        assert score.tolist() == model.predict_proba(X)[:, 1].astype(float).tolist()
    assert decision.tolist() == (score >= 0.5).astype(int).tolist()
    assert (decision == BITS).mean() > 0.8
    assert made.table["label"].to_pylist() == BITS.tolist()


@pytest.mark.parametrize("place", range(5))
def test_several_classes_of_every_library(place: int) -> None:
    model = estimators(binary=False)[place]
    made = log(model, X, pd.Series(CODES.astype(float)).where(np.arange(200) > 1), sex=SEX)
    assert made.schema.names == ["decision", "label", "score_0", "score_1", "score_2", "age", "hours", "sex"]
    scores = np.column_stack([made.table[f"score_{k}"].to_pylist() for k in range(3)])
    assert made.table["decision"].to_pylist() == [str(k) for k in scores.argmax(axis=1)]
    assert made.table["label"].to_pylist() == [None, None, *map(str, CODES[2:])]
    assert np.abs(scores.sum(axis=1) - 1).max() < 1e-6
    report = shall.check({"subject": {"target": "label", "classes": ["0", "1", "2"]},
                          "requirements": {"right": "accuracy >= 0.5"}}, made)
    assert report.verdicts[0].evidence[0].value == (scores.argmax(axis=1)[2:] == CODES[2:]).mean()


def test_classes_that_are_text_and_one_against_the_rest() -> None:
    model = linear.LogisticRegression(max_iter=1000).fit(X, THREE)
    made = log(model, X, THREE)
    assert made.schema.names[:5] == ["decision", "label", "score_bike", "score_car", "score_train"]
    assert made.table["label"].to_pylist() == THREE.tolist()
    assert made.table["decision"].to_pylist() == model.predict(X).tolist()
    one = log(model, X, THREE, positive="car")
    assert one.table["label"].to_pylist() == (THREE == "car").astype(int).tolist()
    assert one.table["score"].to_pylist() == model.predict_proba(X)[:, 1].tolist()


@pytest.mark.parametrize("place", range(5))
def test_regressors_of_every_library(place: int) -> None:
    lightgbm, xgboost = pytest.importorskip("lightgbm"), pytest.importorskip("xgboost")
    lgb = {"verbosity": -1, "num_threads": 1, "objective": "regression"}
    model = [lambda: linear.LinearRegression().fit(X, WAGE),
             lambda: lightgbm.LGBMRegressor(n_estimators=20, verbosity=-1, num_threads=1).fit(X, WAGE),
             lambda: xgboost.XGBRegressor(n_estimators=20, n_jobs=1).fit(X, WAGE),
             lambda: lightgbm.train(lgb, lightgbm.Dataset(X, WAGE), 20),
             lambda: xgboost.train({"nthread": 1}, xgboost.DMatrix(X, WAGE), 20)][place]()
    made = log(model, X, WAGE)
    assert made.schema.names == ["score", "label", "age", "hours"]
    assert made.table["label"].to_pylist() == WAGE.tolist()
    assert np.abs(np.array(made.table["score"].to_pylist()) - WAGE).mean() < 80
    report = shall.check({"subject": {"kind": "regressor", "target": "label"},
                          "requirements": {"close": "mean_absolute_error <= 80"}}, made)
    assert report.verdicts[0].evidence[0].value == pytest.approx(
        np.abs(np.array(made.table["score"].to_pylist()) - WAGE).mean(), rel=1e-6)
