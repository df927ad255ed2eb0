"""A search under requirements as an estimator: what it keeps, what it tells, and how it goes with scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import sklearn
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_diabetes, load_iris
from sklearn.metrics import get_scorer
from sklearn.model_selection import cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import shall
from examples.fetch import fetch
from shall.core.errors import NoModel
from shall.core.verdict import Finding
from shall.estimators import ConstrainedClassifier, ConstrainedRegressor, Fitted

FAIR = "ratio of selection_rate over sex >= 0.70"
QUICK: dict[str, Any] = {"learners": ("logistic_regression",), "trials": 1}
NUMBERS = ["age", "education_num", "capital_gain", "hours_per_week"]


@pytest.fixture(scope="module")
def adult() -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
    """16,000 rows: features, income, and who they are."""
    table = pq.read_table(fetch("adult") / "train.parquet").to_pandas().sample(16_000, random_state=0)
    income = table.pop("income")
    return table.drop(columns=["sex", "race"]), income, table[["sex", "race"]]


@pytest.fixture(scope="module")
def fair(adult: tuple[pd.DataFrame, pd.Series, pd.DataFrame]) -> ConstrainedClassifier:
    X, y, who = adult
    return ConstrainedClassifier({"useful": "roc_auc >= 0.80", "fair": FAIR}, **QUICK).fit(
        X[:12_000], y[:12_000], sensitive_features=who[:12_000])


def ratio(decided: Any, sex: pd.Series) -> float:
    rates = [(decided[sex == name] == ">50K").mean() for name in ("Female", "Male")]
    return float(min(rates) / max(rates))


def test_it_is_certified_on_rows_that_it_held_out(fair: ConstrainedClassifier) -> None:
    assert fair.found_
    assert [verdict.name for verdict in fair.verdicts_] == ["useful", "fair"]
    assert {verdict.verdict for verdict in fair.verdicts_} == {Finding.MET}
    assert (fair.result_.rows, fair.result_.train_rows) == (3000, 9000)
    assert sum(one.chosen for one in fair.frontier_) == 1


def test_the_requirement_holds_on_fresh_rows_without_the_attribute(
        adult: tuple[pd.DataFrame, pd.Series, pd.DataFrame], fair: ConstrainedClassifier) -> None:
    X, y, who = adult
    decided = fair.predict(X[12_000:])
    assert ratio(decided, who["sex"][12_000:]) >= 0.70
    plain = ConstrainedClassifier(**QUICK).fit(X[:12_000], y[:12_000])
    assert ratio(plain.predict(X[12_000:]), who["sex"][12_000:]) < 0.5
    assert (decided == y[12_000:]).mean() > 0.8
    assert list(fair.feature_names_in_) == list(X.columns)


def test_the_best_estimator_predicts_the_same_and_is_saved_as_text(
        adult: tuple[pd.DataFrame, pd.Series, pd.DataFrame], fair: ConstrainedClassifier, tmp_path: Any) -> None:
    rows = adult[0][12_000:12_100]
    again = Fitted.load(fair.best_estimator_.save(tmp_path / "model"))
    np.testing.assert_array_equal(again.predict_proba(rows), fair.predict_proba(rows))
    np.testing.assert_array_equal(fair.best_estimator_.predict(rows), fair.predict(rows))
    np.testing.assert_array_equal(again.predict(rows) == "1", fair.predict(rows) == ">50K")
    assert again.fit(rows) is again
    report = shall.check({"requirements": {"useful": "roc_auc >= 0.5"}},
                         shall.log(fair.best_estimator_, adult[0], adult[1]))
    assert report.verdicts[0].verdict is Finding.MET


def test_a_group_among_the_features_is_not_learned_from(
        adult: tuple[pd.DataFrame, pd.Series, pd.DataFrame]) -> None:
    X, y, who = adult
    both = pd.concat([X, who], axis=1)[:4000]
    found = ConstrainedClassifier(FAIR, gate_size=None, **QUICK).fit(both, y[:4000])
    assert "sex" not in found.best_estimator_.model.encoding.names
    assert "race" in found.best_estimator_.model.encoding.names
    assert found.n_features_in_ == both.shape[1]
    allowed = ConstrainedClassifier(FAIR, gate_size=None, use_groups=("sex",), **QUICK).fit(both, y[:4000])
    assert "sex" in allowed.best_estimator_.model.encoding.names


def test_the_same_seed_gives_the_same_model(adult: tuple[pd.DataFrame, pd.Series, pd.DataFrame],
                                            fair: ConstrainedClassifier) -> None:
    X, y, who = adult
    again = clone(fair).set_params(n_jobs=2).fit(X[:12_000], y[:12_000],
                                                 sensitive_features={"sex": who["sex"][:12_000]})
    assert again.best_estimator_.model.digest == fair.best_estimator_.model.digest
    assert again.frontier_ == fair.frontier_


def test_what_cannot_be_found_is_told_and_the_nearest_may_be_taken(
        adult: tuple[pd.DataFrame, pd.Series, pd.DataFrame]) -> None:
    X, y, _ = adult
    sought = ConstrainedClassifier({"superhuman": "roc_auc >= 0.999"}, **QUICK)
    with pytest.raises(NoModel, match=r"superhuman.* was kept by no candidate; the best candidate reached 0\.[89]"):
        sought.fit(X[:3000], y[:3000])
    assert not sought.found_ and sought.frontier_ and sought.verdicts_ == ()
    with pytest.raises(sklearn.exceptions.NotFittedError):
        sought.predict(X)
    with pytest.warns(UserWarning, match="superhuman"):
        sought.set_params(on_not_found="nearest").fit(X[:3000], y[:3000])
    assert not sought.found_
    assert (sought.predict(X[3000:6000]) == y[3000:6000]).mean() > 0.8


def test_too_small_a_gate_is_undecided_and_told(adult: tuple[pd.DataFrame, pd.Series, pd.DataFrame]) -> None:
    X, y, who = adult
    with pytest.raises(NoModel, match=r"on 100 gate rows .* (undecided|broken)|kept by no candidate"):
        ConstrainedClassifier(FAIR, gate_size=100, **QUICK).fit(X[:3000], y[:3000], sensitive_features=who[:3000])


def test_a_gate_of_ones_own_certifies(adult: tuple[pd.DataFrame, pd.Series, pd.DataFrame]) -> None:
    X, y, who = adult
    found = ConstrainedClassifier("roc_auc over sex >= 0.70", **QUICK).fit(
        X[:6000], y[:6000], sensitive_features=who[:6000], X_gate=X[6000:14_000], y_gate=y[6000:14_000],
        sensitive_features_gate=who[6000:14_000])
    assert (found.result_.rows, found.result_.train_rows) == (8000, 6000)
    assert found.verdicts_[0].evidence[0].n == 8000


def test_in_a_pipeline_and_cross_validation_by_metadata_routing(
        adult: tuple[pd.DataFrame, pd.Series, pd.DataFrame]) -> None:
    X, y, who = adult
    with sklearn.config_context(enable_metadata_routing=True):
        sought = ConstrainedClassifier(FAIR, on_not_found="nearest", gate_size=None, **QUICK).set_fit_request(
            sensitive_features=True, sample_weight=True)
        steps = make_pipeline(make_column_transformer(
            (StandardScaler().set_fit_request(sample_weight=False), NUMBERS),
            (OneHotEncoder(sparse_output=False), ["marital_status"])), sought)
        scores = cross_validate(
            steps, X[:6000], y[:6000], cv=2, return_estimator=True, error_score="raise",
            scoring={name: get_scorer(name).set_score_request(sample_weight=False) for name in ("accuracy", "roc_auc")},
            params={"sensitive_features": who["sex"][:6000], "sample_weight": np.linspace(1, 2, 6000)})
    assert (scores["test_accuracy"] > 0.75).all() and (scores["test_roc_auc"] > 0.8).all()
    for fitted in scores["estimator"]:
        assert ratio(fitted.predict(X[6000:]), who["sex"][6000:]) > 0.7
        assert fitted[-1].result_.train_rows == 3000


def test_weights_count(adult: tuple[pd.DataFrame, pd.Series, pd.DataFrame]) -> None:
    X, y, _ = adult
    heavy = np.where(y[:3000] == ">50K", 5.0, 1.0)
    plain = ConstrainedClassifier(**QUICK).fit(X[:3000], y[:3000])
    found = ConstrainedClassifier(**QUICK).fit(X[:3000], y[:3000], sample_weight=heavy)
    assert (found.predict(X[3000:]) == ">50K").mean() > (plain.predict(X[3000:]) == ">50K").mean() + 0.1


def test_the_positive_class_may_be_the_first() -> None:
    X, y = load_iris(return_X_y=True, as_frame=True)
    words = y[50:].map({1: "b", 2: "a"})
    found = ConstrainedClassifier("true_positive_rate >= 0.3", pos_label="b", **QUICK).fit(X[50:], words)
    assert list(found.classes_) == ["a", "b"]
    other = ConstrainedClassifier("true_positive_rate >= 0.3", pos_label="a", **QUICK).fit(X[50:], words)
    assert list(other.classes_) == ["a", "b"]
    for one in (found, other):
        assert (np.where(one.predict_proba(X[50:])[:, 0] > 0.5, "a", "b") == words).mean() > 0.9
        assert (one.predict(X[50:]) == words).mean() > 0.9


def test_several_classes_and_numbers() -> None:
    X, y = load_iris(return_X_y=True, as_frame=True)
    found = ConstrainedClassifier("accuracy >= 0.7", **QUICK).fit(X, y)
    assert found.found_ and found.predict_proba(X).shape == (150, 3) and found.score(X, y) > 0.9
    X, y = load_diabetes(return_X_y=True, as_frame=True)
    number = ConstrainedRegressor("r_squared >= 0.1", learners=("ridge",), trials=2).fit(X, y)
    assert number.found_ and number.score(X, y) > 0.4
    assert not hasattr(number.best_estimator_, "predict_proba")


@pytest.mark.parametrize(("arguments", "given", "message"), [
    ({"requirements": "ratio of selectoin_rate over sex >= 0.8"}, {}, "did you mean `selection_rate`"),
    ({"requirements": FAIR.replace("sex", "gender")}, {}, "gender, which is neither a column of X nor of sensitive"),
    ({"requirements": FAIR}, {"sensitive_features": np.zeros((3000, 2))}, "must tell the names"),
    ({"objective": "acuracy"}, {}, "did you mean `accuracy`"),
    ({"pos_label": 7}, {}, "pos_label=7 is no class of y"),
    ({"on_not_found": "cry"}, {}, "on_not_found is"),
    ({"learners": ("oracle",)}, {}, "names the method oracle, which there is not"),
    ({"requirements": 7}, {}, "lines, or a mapping"),
    ({"requirements": FAIR}, {"sensitive_features": {"sex": ["a"]}}, "inconsistent numbers of samples"),
    ({"confidence": 0.95}, {}, "per cent"),
    ({"requirements": "accuracy >= 0.5"}, {"gate": "?"}, "y has the class '\\?', which is not among those"),
])
def test_what_is_wrong_is_a_value_error_that_tells_it(
        adult: tuple[pd.DataFrame, pd.Series, pd.DataFrame], arguments: dict[str, Any], given: dict[str, Any],
        message: str) -> None:
    X, y, _ = adult
    if "gate" in given:
        given = {"X_gate": X[:5], "y_gate": [given["gate"]] * 5}
    with pytest.raises(ValueError, match=message):
        ConstrainedClassifier(**{**QUICK, **arguments}).fit(X[:3000], y[:3000], **given)
