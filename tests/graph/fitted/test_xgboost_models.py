from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from shall import graph as g
from shall.core.errors import InputError
from tests.graph.fitted import real
from tests.graph.fitted.boosting import adult, holds, numbers, proof

xgboost = pytest.importorskip("xgboost")
QUIET = {"n_jobs": 1, "n_estimators": 20, "enable_categorical": True}
NUMBER = ("predict", "decision_function")
pytestmark = pytest.mark.filterwarnings("ignore")


def known(frame: Any) -> Any:
    """The rows without texts that nobody saw, which XGBoost refuses."""
    rows, _, _ = adult()
    seen = [frame[name].isna() | frame[name].isin(rows[name].cat.categories) for name in real.TEXTS]
    return frame[np.all(seen, axis=0)].reset_index(drop=True)


def test_a_classifier_with_names_and_categories() -> None:
    rows, label, every = adult()
    holds(xgboost.XGBClassifier(**QUIET).fit(rows, label), known(every), largest=0.0)


@pytest.mark.parametrize("params", [
    {"booster": "dart", "rate_drop": 0.5}, {"scale_pos_weight": 3.0}, {"base_score": 0.2}, {"max_cat_to_onehot": 100}])
def test_other_ways_of_boosting(params: dict[str, Any]) -> None:
    rows, label, every = adult()
    holds(xgboost.XGBClassifier(**QUIET, **params).fit(rows, label), known(every), largest=0.0)


def test_several_classes() -> None:
    rows, label, every = adult()
    three = np.where(rows["age"] > 50, 2, label)
    holds(xgboost.XGBClassifier(**QUIET).fit(rows, three), known(every), largest=0.0)
    dart = xgboost.XGBClassifier(booster="dart", rate_drop=0.5, n_estimators=8, enable_categorical=True)
    holds(dart.fit(rows, three), known(every), largest=0.0)
    # its wrapper takes the softmax of scipy there
    holds(xgboost.XGBClassifier(objective="multi:softmax", **QUIET).fit(rows, three), known(every), largest=3e-7)


@pytest.mark.parametrize("objective", ["reg:squarederror", "count:poisson", "reg:gamma", "reg:tweedie"])
def test_a_regressor(objective: str) -> None:
    rows, _, every = adult()
    target = rows["hours_per_week"].fillna(40.0)
    holds(xgboost.XGBRegressor(objective=objective, **QUIET).fit(rows, target), known(every), NUMBER, largest=0.0)


def test_forests_and_a_linear_booster() -> None:
    x, y = numbers()
    frame = real.pd.DataFrame(x, columns=list("abcde"))
    holds(xgboost.XGBRFClassifier(n_estimators=10, n_jobs=1).fit(x, y == 1), frame, largest=0.0)
    holds(xgboost.XGBRFRegressor(n_estimators=10, n_jobs=1).fit(x, y), frame, NUMBER, largest=0.0)
    holds(xgboost.XGBClassifier(booster="gblinear", n_estimators=10).fit(x, y), frame, largest=0.0)


def test_a_number_that_stands_for_missing() -> None:
    x, y = numbers()
    frame = real.pd.DataFrame(np.nan_to_num(x, nan=-1.0), columns=list("abcde"))
    holds(xgboost.XGBClassifier(missing=-1, n_estimators=10).fit(frame, y), frame, largest=0.0)


def test_early_stopping_and_a_booster() -> None:
    rows, label, every = adult()
    fitted = xgboost.XGBClassifier(**{**QUIET, "n_estimators": 300}, learning_rate=0.9, early_stopping_rounds=5)
    fitted.fit(rows[:2000], label[:2000], eval_set=[(rows[2000:], label[2000:])], verbose=False)
    assert fitted.best_iteration < 290
    holds(fitted, known(every), largest=0.0)
    holds(fitted.get_booster(), known(every), NUMBER, largest=0.0)


def test_the_last_bit_beside_one_half() -> None:
    """A margin within a last bit of 0 is decided as XGBoost's float32 probability is."""
    fitted = xgboost.XGBClassifier(n_estimators=1, max_depth=1, base_score=0.5, learning_rate=1.0).fit(
        np.array([[0.0], [1.0]] * 50), [0, 1] * 50)
    x = g.inputs({"a": "number"})
    p = g.compile(x, yes=g.predict(fitted, x), p=g.predict_proba(fitted, x))([{"a": 0.0}, {"a": 1.0}])
    np.testing.assert_array_equal(p["p"], fitted.predict_proba(np.array([[0.0], [1.0]])))
    np.testing.assert_array_equal(p["yes"], fitted.predict(np.array([[0.0], [1.0]])))


def test_a_category_that_xgboost_refuses_is_missing() -> None:
    rows, label, every = adult()
    fitted = xgboost.XGBClassifier(**QUIET).fit(rows, label)
    x = g.inputs({name: "text" if name in real.TEXTS else "number" for name in rows})
    said = g.compile(x, p=g.predict_proba(fitted, x)[:, 1])
    row = every.iloc[0].to_dict()
    assert said({**row, "workclass": "Pirate"})["p"] == said({**row, "workclass": None})["p"]


def test_what_is_refused() -> None:
    rows, label, every = adult()
    numeric = rows.drop(columns=real.TEXTS)
    with pytest.raises(InputError, match="no probability"):
        holds(xgboost.XGBClassifier(objective="binary:hinge", **QUIET).fit(numeric, label), every[real.NUMBERS])
    with pytest.raises(InputError, match="takes -1 as missing"):
        holds(xgboost.XGBClassifier(missing=-1, **QUIET).fit(rows, label), every)
    several = xgboost.XGBRegressor(multi_strategy="multi_output_tree", n_estimators=3)
    with pytest.raises(InputError, match="one_output_per_tree"):
        holds(several.fit(numeric, np.column_stack([label, label])), every[real.NUMBERS], NUMBER)
    words = rows.assign(workclass=real.pd.Categorical(rows["workclass"].astype(object).fillna("Ås")))
    with pytest.raises(InputError, match="beyond ASCII"):
        holds(xgboost.XGBClassifier(**QUIET).fit(words, label), every)


def test_numbers_as_categories() -> None:
    rows, label, every = adult()
    rows = rows.assign(education_num=rows["education_num"].astype(int).astype("category"))
    holds(xgboost.XGBClassifier(**QUIET).fit(rows, label), known(every), largest=0.0)
    rows = rows.drop(columns=real.TEXTS)
    every = every.drop(columns=real.TEXTS)
    holds(xgboost.XGBClassifier(**QUIET).fit(rows, label), every, largest=0.0)


def test_a_pipeline_with_a_scaler_before_it() -> None:
    """Numbers stay in double precision until XGBoost itself rounds them."""
    rows, label, every = real.cancer()
    fitted = make_pipeline(StandardScaler(), xgboost.XGBClassifier(n_estimators=20, n_jobs=1)).fit(rows, label)
    found = proof(fitted, every, ("predict_proba", "predict"))
    assert found.holds and all(one.largest == 0 for one in found.parts), found.described()
