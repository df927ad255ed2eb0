from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall import graph as g
from shall.core.errors import InputError
from tests.graph.fitted import real
from tests.graph.fitted.boosting import adult, holds, numbers

lightgbm = pytest.importorskip("lightgbm")
QUIET = {"verbose": -1, "n_jobs": 1, "n_estimators": 20}
NUMBER = ("predict", "decision_function")
pytestmark = pytest.mark.filterwarnings("ignore")


def test_a_classifier_with_categories_of_pandas() -> None:
    rows, label, every = adult()
    holds(lightgbm.LGBMClassifier(**QUIET).fit(rows, label), every)


@pytest.mark.parametrize("params", [
    {"boosting_type": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}, {"boosting_type": "dart"},
    {"zero_as_missing": True}, {"objective": "cross_entropy"}, {"is_unbalance": True}])
def test_other_ways_of_boosting(params: dict[str, Any]) -> None:
    rows, label, every = adult()
    holds(lightgbm.LGBMClassifier(**QUIET, **params).fit(rows, label), every)


@pytest.mark.parametrize("objective", ["multiclass", "multiclassova"])
def test_several_classes_with_names(objective: str) -> None:
    rows, label, every = adult()
    names = np.array(["low", "high", "old"])[np.where(rows["age"] > 50, 2, label)]
    holds(lightgbm.LGBMClassifier(objective=objective, **QUIET).fit(rows, names), every, largest=5e-16)


@pytest.mark.parametrize("objective", ["regression", "poisson", "tweedie", "gamma", "huber", "quantile"])
def test_a_regressor(objective: str) -> None:
    rows, _, every = adult()
    target = rows["hours_per_week"].fillna(40.0)
    holds(lightgbm.LGBMRegressor(objective=objective, **QUIET).fit(rows, target), every, NUMBER, largest=1e-13)


def test_a_regressor_of_the_root_and_one_with_straight_lines() -> None:
    rows, target, every = real.diabetes()
    holds(lightgbm.LGBMRegressor(reg_sqrt=True, **QUIET).fit(rows, target), every, NUMBER, largest=1e-12)
    holds(lightgbm.LGBMRegressor(linear_tree=True, **QUIET).fit(rows, target), every, NUMBER)


def test_a_ranker_and_a_booster() -> None:
    rows, label, every = adult()
    holds(lightgbm.LGBMRanker(**QUIET).fit(rows, label, group=[100] * 30), every, NUMBER)
    booster = lightgbm.train({"objective": "binary", "verbose": -1}, lightgbm.Dataset(rows, label), 10)
    holds(booster, every, NUMBER)


def test_numbers_without_names() -> None:
    x, y = numbers()
    frame = real.pd.DataFrame(x, columns=list("abcde"))
    holds(lightgbm.LGBMClassifier(**QUIET).fit(x, y), frame, largest=5e-16)
    one = g.inputs(dict.fromkeys("abcde", "number"))
    fitted = lightgbm.LGBMClassifier(**QUIET).fit(x, y)
    rows = [dict(zip("abcde", row, strict=True)) for row in x[:9]]
    said = g.compile(one, p=g.predict_proba(fitted, one.numeric))(rows)
    np.testing.assert_allclose(said["p"], fitted.predict_proba(x[:9]), rtol=0, atol=5e-16)


def test_early_stopping() -> None:
    rows, label, every = adult()
    fitted = lightgbm.LGBMClassifier(**{**QUIET, "n_estimators": 300}, learning_rate=0.5)
    fitted.fit(rows[:2000], label[:2000], eval_set=[(rows[2000:], label[2000:])],
               callbacks=[lightgbm.early_stopping(5, verbose=False)])
    assert fitted.best_iteration_ < 300
    holds(fitted, every)


def test_a_category_that_nobody_saw_is_missing_as_lightgbm_has_it() -> None:
    rows, label, every = adult()
    fitted = lightgbm.LGBMClassifier(**QUIET).fit(rows, label)
    x = g.inputs({name: "text" if name in real.TEXTS else "number" for name in rows})
    said = g.compile(x, p=g.predict_proba(fitted, x)[:, 1])
    row = every.iloc[0].to_dict()
    unseen, missing = said({**row, "occupation": "Lighthouse-keeper"}), said({**row, "occupation": None})
    assert unseen["p"] == missing["p"] != said(row)["p"]


@pytest.mark.parametrize(("params", "why"), [
    ({"pred_early_stop": True}, "pred_early_stop"), ({"num_iteration_predict": 3}, "num_iteration_predict")])
def test_parameters_that_bend_predictions_are_refused(params: dict[str, Any], why: str) -> None:
    rows, label, every = adult()
    with pytest.raises(InputError, match=why):
        holds(lightgbm.LGBMClassifier(**QUIET, **params).fit(rows, label), every)


def test_an_objective_of_ones_own_gives_no_probability_but_a_raw_score() -> None:
    x, y = numbers()
    fitted = lightgbm.LGBMClassifier(objective=lambda y, raw: (raw - y, np.ones(len(y))), **QUIET).fit(x, y == 1)
    frame = real.pd.DataFrame(x, columns=list("abcde"))
    with pytest.raises(InputError, match="no probability"):
        holds(fitted, frame)
    holds(fitted, frame, ("decision_function",))


def test_other_columns_are_refused() -> None:
    rows, label, _ = adult()
    fitted = lightgbm.LGBMClassifier(**QUIET).fit(rows.drop(columns=real.TEXTS), label)
    x = g.inputs(dict.fromkeys(("age", "pay"), "number"))
    with pytest.raises(InputError, match="was fitted on"):
        g.predict_proba(fitted, x)
    with pytest.raises(InputError, match="5 columns and is given 2"):
        g.predict_proba(fitted, x.numeric)
    words = g.inputs({name: "text" if name == "age" else "number" for name in real.NUMBERS})
    with pytest.raises(InputError, match="is text"):
        g.predict_proba(fitted, words)


def test_numbers_as_categories() -> None:
    rows, label, every = adult()
    rows = rows.assign(education_num=rows["education_num"].astype(int).astype("category"))
    holds(lightgbm.LGBMClassifier(**QUIET).fit(rows, label), every)
    rows = rows.drop(columns=real.TEXTS)
    every = every.drop(columns=real.TEXTS)
    holds(lightgbm.LGBMClassifier(**QUIET).fit(rows, label), every)


def test_columns_are_found_by_their_names_also_with_spaces_in_them() -> None:
    x, y = numbers()
    frame = real.pd.DataFrame(x, columns=["last pay", "age", "c", "d", "e"])
    fitted = lightgbm.LGBMClassifier(**QUIET).fit(frame, y)
    holds(fitted, frame, largest=5e-16)
    holds(fitted, frame[["e", "age", "last pay", "d", "c"]].assign(more=1.0), largest=5e-16)
