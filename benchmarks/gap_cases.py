"""Every row of the gap table for scikit-learn: what is fitted, on which rows, and what it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn import (
    calibration,
    compose,
    discriminant_analysis,
    dummy,
    ensemble,
    feature_extraction,
    frozen,
    impute,
    isotonic,
    linear_model,
    model_selection,
    neighbors,
    neural_network,
    pipeline,
    preprocessing,
    svm,
    tree,
)
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

from examples.fetch import fetch

NUMBERS = ["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"]
TEXTS = ["workclass", "education", "occupation", "sex"]
logistic = linear_model.LogisticRegression


class Row(NamedTuple):
    """``name`` in the table; the fitted object, rows that it is asked for, and the method."""

    name: str
    fitted: Any
    rows: Any
    method: str


def _bundled(bunch: Any) -> tuple[Any, Any]:
    order = np.random.default_rng(0).permutation(len(bunch.data))
    return bunch.data.astype(float).iloc[order].reset_index(drop=True), bunch.target.to_numpy()[order]


def numeric() -> Iterator[Row]:
    """Numbers only; fitted on one half, asked for all."""
    x, y = _bundled(load_breast_cancer(as_frame=True))
    half = len(x) // 2

    def row(name: str, one: Any, method: str = "predict_proba", *, rows: Any = x, label: Any = y) -> Row:
        return Row(name, one.fit(rows.iloc[:half], label[:half]), rows, method)

    scaled, forest = preprocessing.StandardScaler(), ensemble.RandomForestClassifier(20, random_state=0)
    calibrated = calibration.CalibratedClassifierCV
    yield row("StandardScaler", scaled, "transform")
    yield row("RobustScaler", preprocessing.RobustScaler(), "transform")
    yield row("QuantileTransformer", preprocessing.QuantileTransformer(n_quantiles=50), "transform")
    yield row("PowerTransformer", preprocessing.PowerTransformer(), "transform")
    yield row("KBinsDiscretizer", preprocessing.KBinsDiscretizer(5, encode="ordinal", strategy="uniform"), "transform")
    yield row("PolynomialFeatures", preprocessing.PolynomialFeatures(2), "transform")
    yield row("SplineTransformer", preprocessing.SplineTransformer(), "transform")
    yield row("FunctionTransformer(log1p)", preprocessing.FunctionTransformer(np.log1p), "transform")
    holes = x.mask(np.random.default_rng(1).random(x.shape) < 0.1)
    yield row("SimpleImputer", impute.SimpleImputer(), "transform", rows=holes)
    yield row("SimpleImputer(add_indicator)", impute.SimpleImputer(add_indicator=True), "transform", rows=holes)
    yield row("MissingIndicator", impute.MissingIndicator(), "transform", rows=holes)
    yield row("KNNImputer", impute.KNNImputer(), "transform", rows=holes)
    yield row("LogisticRegression", pipeline.make_pipeline(scaled, logistic()))
    yield row("SGDClassifier", pipeline.make_pipeline(scaled, linear_model.SGDClassifier(loss="log_loss")))
    yield row("LinearDiscriminantAnalysis", discriminant_analysis.LinearDiscriminantAnalysis())
    yield row("DecisionTreeClassifier", tree.DecisionTreeClassifier(random_state=0))
    yield row("RandomForestClassifier", forest)
    yield row("ExtraTreesClassifier", ensemble.ExtraTreesClassifier(20, random_state=0))
    yield row("GradientBoostingClassifier", ensemble.GradientBoostingClassifier(n_estimators=20, random_state=0))
    yield row("HistGradientBoostingClassifier", ensemble.HistGradientBoostingClassifier(max_iter=20))
    yield row("HistGradientBoosting, missing", ensemble.HistGradientBoostingClassifier(max_iter=20), rows=holes)
    yield row("MLPClassifier", pipeline.make_pipeline(scaled, neural_network.MLPClassifier((16,), random_state=0)))
    yield row("SVC", pipeline.make_pipeline(scaled, svm.SVC()), "predict")
    yield row("VotingClassifier, as it is by default", ensemble.VotingClassifier(
        [("a", logistic(max_iter=3000)), ("b", tree.DecisionTreeClassifier(random_state=0))]), "predict")
    yield row("StackingClassifier", ensemble.StackingClassifier(
        [("a", pipeline.make_pipeline(scaled, logistic())), ("b", forest)]))
    yield row("CalibratedClassifierCV sigmoid", calibrated(forest, cv=3))
    yield row("CalibratedClassifierCV isotonic", calibrated(forest, method="isotonic", cv=3))
    yield row("CalibratedClassifierCV temperature", calibrated(
        pipeline.make_pipeline(scaled, logistic()), method="temperature", cv=3))
    fitted = pipeline.make_pipeline(scaled, logistic()).fit(x[:half], y[:half])
    yield row("FrozenEstimator, calibrated", calibrated(frozen.FrozenEstimator(fitted), method="sigmoid"))
    yield row("FixedThresholdClassifier", model_selection.FixedThresholdClassifier(forest, threshold=0.3), "predict")
    yield row("TunedThresholdClassifierCV", model_selection.TunedThresholdClassifierCV(forest, cv=2), "predict")
    yield row("DummyClassifier", dummy.DummyClassifier())
    yield row("KNeighborsClassifier", neighbors.KNeighborsClassifier())
    yield from _of_numbers()


def _of_numbers() -> Iterator[Row]:
    x, y = _bundled(load_diabetes(as_frame=True))
    ridge = linear_model.Ridge()
    yield Row("LinearRegression", linear_model.LinearRegression().fit(x, y), x, "predict")
    boosted = ensemble.HistGradientBoostingRegressor(max_iter=20)
    yield Row("HistGradientBoostingRegressor", boosted.fit(x, y), x, "predict")
    yield Row("TransformedTargetRegressor", compose.TransformedTargetRegressor(
        ridge, func=np.log1p, inverse_func=np.expm1).fit(x, y), x, "predict")
    yield Row("IsotonicRegression", isotonic.IsotonicRegression(out_of_bounds="clip").fit(x[["bmi"]], y), x[["bmi"]],
              "predict")
    x, y = _bundled(load_wine(as_frame=True))
    yield Row("LinearDiscriminantAnalysis, 3 classes", discriminant_analysis.LinearDiscriminantAnalysis().fit(x, y), x,
              "predict_proba")
    yield Row("HistGradientBoosting, 3 classes", ensemble.HistGradientBoostingClassifier(max_iter=20).fit(x, y), x,
              "predict_proba")


def mixed() -> Iterator[Row]:
    """Text with missing values and categories that are new; adult."""
    train = pd.read_parquet(fetch("adult") / "train.parquet").iloc[:4000]
    other = pd.read_parquet(fetch("adult") / "test.parquet").iloc[:2000].copy()
    other.loc[other.index[::50], "occupation"] = "Lighthouse-keeper"
    label = train["income"].str.contains(">50K").astype(int).to_numpy()
    one_hot, ordinal = preprocessing.OneHotEncoder, preprocessing.OrdinalEncoder
    for name, one in (
            ("OneHotEncoder", one_hot(handle_unknown="ignore")),
            ("OneHotEncoder(min_frequency)", one_hot(handle_unknown="ignore", min_frequency=50)),
            ("OrdinalEncoder", ordinal(handle_unknown="use_encoded_value", unknown_value=-1)),
            ("TargetEncoder", preprocessing.TargetEncoder(cv=3, random_state=0))):
        yield Row(f"{name}, text with missing", one.fit(train[TEXTS], label), other[TEXTS], "transform")
    words = train[TEXTS].astype(object)
    filled = impute.SimpleImputer(strategy="most_frequent")
    yield Row("SimpleImputer, text with missing", filled.fit(words), other[TEXTS].astype(object), "transform")
    prepared = compose.ColumnTransformer([
        ("n", pipeline.make_pipeline(impute.SimpleImputer(), preprocessing.StandardScaler()), NUMBERS),
        ("t", one_hot(handle_unknown="ignore"), TEXTS)])
    whole = pipeline.make_pipeline(prepared, logistic(max_iter=500)).fit(train, label)
    yield Row("Pipeline of a ColumnTransformer, text with missing", whole, other[[*NUMBERS, *TEXTS]], "predict_proba")
    kept = train[[*NUMBERS, *TEXTS]]
    boosted = ensemble.HistGradientBoostingClassifier(max_iter=20, categorical_features=TEXTS).fit(kept, label)
    yield Row("HistGradientBoosting, categories as text", boosted, other[[*NUMBERS, *TEXTS]], "predict_proba")
    hashing = feature_extraction.text.HashingVectorizer(n_features=32).fit(train["occupation"].fillna(""))
    yield Row("HashingVectorizer", hashing, other[["occupation"]].fillna(""), "transform")
