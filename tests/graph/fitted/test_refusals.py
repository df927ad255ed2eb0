from __future__ import annotations

from typing import Any

import pytest
from sklearn.cross_decomposition import PLSRegression
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import AdaBoostRegressor, GradientBoostingClassifier
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer
from sklearn.impute import KNNImputer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import SplineTransformer
from sklearn.svm import SVC

from shall.core.errors import InputError
from shall.graph import converting, inputs, inputs_of, predict
from tests.graph.fitted import real


@pytest.mark.parametrize(("one", "method", "reason"), [
    (KNeighborsClassifier(), "predict_proba", "looks at all rows that it was fitted on"),
    (KNNImputer(), "transform", "use SimpleImputer"),
    (AdaBoostRegressor(n_estimators=2), "predict", "weighted median"),
    (DummyClassifier(strategy="stratified"), "predict", "draws at random"),
    (GradientBoostingClassifier(n_estimators=2, init=GaussianNB()), "predict_proba", "starts from a GaussianNB"),
    (SVC(probability=True), "predict_proba", "CalibratedClassifierCV"),
    (SplineTransformer(degree=1, extrapolation="linear"), "transform", "fault of scikit-learn"),
    (PLSRegression(), "predict", "there is no file for it"),
])
def test_is_refused_with_the_reason(one: Any, method: str, reason: str) -> None:
    rows, label, _ = real.wine()
    label = range(len(label)) if isinstance(one, AdaBoostRegressor | PLSRegression) else label
    with pytest.raises(InputError, match=reason):
        converting.said(one.fit(rows, label), inputs_of(rows), method)


def test_texts_are_not_taken_apart() -> None:
    x = inputs({"note": "text"})
    for one in (HashingVectorizer(), CountVectorizer().fit(["a word"])):
        with pytest.raises(InputError, match="inputs that are hashed"):
            converting.said(one, x, "transform")


def test_what_is_not_fitted_or_a_class_is_told() -> None:
    with pytest.raises(InputError, match="is a class"):
        predict(LogisticRegression, inputs({"a": "number"}))
    with pytest.raises(InputError, match="not fitted"):
        predict(LogisticRegression(), inputs({"a": "number"}))


def test_a_method_that_is_not_there_names_those_that_are() -> None:
    x = inputs({"a": "number", "b": "number"})
    machine = SVC().fit([[0, 1], [1, 0], [1, 1], [0, 0]], [0, 1, 1, 0])
    with pytest.raises(InputError, match=r"no predict_proba of SVC; it has decision_function and predict: use "
                                         r"g\.decision_function"):
        converting.predict_proba(machine, x.numeric)
