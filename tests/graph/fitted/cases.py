"""Objects of scikit-learn, one or more of each class that a graph knows, with rows that they were not fitted on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn import (
    calibration,
    compose,
    decomposition,
    discriminant_analysis,
    dummy,
    ensemble,
    feature_selection,
    frozen,
    impute,
    isotonic,
    linear_model,
    model_selection,
    multiclass,
    naive_bayes,
    neural_network,
    pipeline,
    preprocessing,
    random_projection,
    svm,
    tree,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401

from tests.graph.fitted import real

Case = tuple[Any, Any, Any, Any]            # not yet fitted, rows to fit on, their labels, other rows
logistic = linear_model.LogisticRegression
forest = ensemble.RandomForestClassifier


def maps() -> Iterator[Case]:
    """Maps of numbers."""
    rows, label, other = real.wine()
    for one in (
            preprocessing.StandardScaler(), preprocessing.StandardScaler(with_mean=False),
            preprocessing.MinMaxScaler(), preprocessing.MinMaxScaler(clip=True, feature_range=(-1, 2)),
            preprocessing.MaxAbsScaler(), preprocessing.RobustScaler(),
            preprocessing.RobustScaler(with_centering=False, unit_variance=True), preprocessing.Normalizer(),
            preprocessing.Normalizer("l1"), preprocessing.Normalizer("max"), preprocessing.Binarizer(threshold=1.0),
            preprocessing.KBinsDiscretizer(5, quantile_method="averaged_inverted_cdf"),
            preprocessing.KBinsDiscretizer(4, encode="ordinal", strategy="uniform"),
            preprocessing.KBinsDiscretizer(3, encode="onehot-dense", strategy="kmeans"),
            preprocessing.SplineTransformer(),
            preprocessing.SplineTransformer(extrapolation="linear", include_bias=False, degree=2),
            preprocessing.SplineTransformer(extrapolation="continue", knots="quantile"),
            preprocessing.SplineTransformer(extrapolation="periodic"), preprocessing.PowerTransformer(),
            preprocessing.PowerTransformer(method="box-cox", standardize=False),
            preprocessing.QuantileTransformer(n_quantiles=50),
            preprocessing.QuantileTransformer(n_quantiles=20, output_distribution="normal"),
            preprocessing.FunctionTransformer(np.log1p), preprocessing.FunctionTransformer(None),
            preprocessing.FunctionTransformer(np.log2), decomposition.PCA(4), decomposition.PCA(3, whiten=True),
            decomposition.IncrementalPCA(3), decomposition.TruncatedSVD(4), decomposition.FastICA(3),
            random_projection.GaussianRandomProjection(3), random_projection.SparseRandomProjection(3),
            discriminant_analysis.LinearDiscriminantAnalysis(), feature_selection.SelectKBest(k=4),
            feature_selection.SelectPercentile(percentile=30), feature_selection.SelectFpr(),
            feature_selection.SelectFdr(), feature_selection.SelectFwe(), feature_selection.GenericUnivariateSelect(
                mode="k_best", param=3), feature_selection.VarianceThreshold(0.01),
            feature_selection.SelectFromModel(tree.DecisionTreeClassifier(random_state=0)),
            feature_selection.SequentialFeatureSelector(naive_bayes.GaussianNB(), n_features_to_select=2, cv=2),
            pipeline.FeatureUnion([("a", preprocessing.StandardScaler()), ("b", decomposition.PCA(2))],
                                  transformer_weights={"b": 0.5})):
        yield one, rows, label, other
    for one in (preprocessing.PolynomialFeatures(2), preprocessing.PolynomialFeatures((2, 3)),
                preprocessing.PolynomialFeatures(3, interaction_only=True, include_bias=False)):
        yield one, rows.iloc[:, :5], label, other.iloc[:, :5]


def holes() -> Iterator[Case]:
    """What looks at missing numbers."""
    rows, label, other = real.diabetes()
    rows, other = real.with_missing(rows), real.with_missing(other, seed=3)
    for one in (
            impute.SimpleImputer(), impute.SimpleImputer(strategy="median", add_indicator=True),
            impute.SimpleImputer(strategy="most_frequent"), impute.SimpleImputer(strategy="constant", fill_value=-1),
            impute.MissingIndicator(), impute.MissingIndicator(features="all"), preprocessing.StandardScaler(),
            preprocessing.PowerTransformer(), preprocessing.QuantileTransformer(n_quantiles=50),
            preprocessing.SplineTransformer(handle_missing="zeros"), tree.DecisionTreeRegressor(random_state=0),
            ensemble.RandomForestRegressor(10, random_state=0), ensemble.ExtraTreesRegressor(10, random_state=0),
            ensemble.HistGradientBoostingRegressor(max_iter=10)):
        yield one, rows, label, other
    empty = rows.assign(bmi=np.nan)
    yield impute.SimpleImputer(), empty, label, other
    yield impute.SimpleImputer(keep_empty_features=True), empty, label, other
    yield impute.SimpleImputer(missing_values=-1, strategy="mean"), rows.fillna(-1), label, other.fillna(-1)


def codes() -> Iterator[Case]:
    """Encoders, on text that is missing or new, and on numbers."""
    rows, label, other = real.adult()
    one_hot, ordinal = preprocessing.OneHotEncoder, preprocessing.OrdinalEncoder
    encoders = (
        one_hot(handle_unknown="ignore"), one_hot(handle_unknown="ignore", min_frequency=50),
        one_hot(handle_unknown="infrequent_if_exist", max_categories=4),
        one_hot(handle_unknown="ignore", drop="first"), one_hot(handle_unknown="ignore", drop="if_binary"),
        one_hot(handle_unknown="infrequent_if_exist", min_frequency=0.02, drop="first", sparse_output=False),
        one_hot(handle_unknown="warn", min_frequency=50),
        ordinal(handle_unknown="use_encoded_value", unknown_value=-1),
        ordinal(handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=-5),
        ordinal(handle_unknown="use_encoded_value", unknown_value=np.nan, min_frequency=30),
        preprocessing.TargetEncoder(cv=3))
    for one in encoders:
        yield one, rows[real.TEXTS], label, other[real.TEXTS]
    schooling = rows["education_num"].to_numpy()
    yield preprocessing.TargetEncoder(cv=3), rows[real.TEXTS], schooling * 1.1, other[real.TEXTS]
    yield preprocessing.TargetEncoder(cv=3), rows[real.TEXTS], schooling.clip(8, 11).astype(int), other[real.TEXTS]
    some, mixed = ["education_num", "hours_per_week"], ["education_num", "workclass"]
    yield one_hot(handle_unknown="ignore"), rows[some], label, other[some]
    yield ordinal(handle_unknown="use_encoded_value", unknown_value=-3, encoded_missing_value=-1), rows[some], label, \
        other[some]
    yield one_hot(handle_unknown="ignore"), rows[mixed], label, other[mixed]
    yield one_hot(), rows[real.TEXTS], label, rows[real.TEXTS]
    words, others = rows[real.TEXTS].astype(object), other[real.TEXTS].astype(object)
    yield impute.SimpleImputer(strategy="most_frequent"), words, label, others
    yield impute.SimpleImputer(strategy="constant", fill_value="?"), words, label, others


def prepared() -> Any:
    """Everything on one table."""
    return compose.ColumnTransformer([
        ("n", pipeline.make_pipeline(impute.SimpleImputer(strategy="median", add_indicator=True),
                                     preprocessing.StandardScaler()), real.NUMBERS),
        ("t", preprocessing.OneHotEncoder(handle_unknown="ignore", min_frequency=20), real.TEXTS)])


def ordered() -> Any:
    """Codes for trees, and the numbers as they are."""
    encoder = preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    return compose.ColumnTransformer([("t", encoder, real.TEXTS)], remainder="passthrough")


def pipelines() -> Iterator[Case]:
    """Whole pipelines and searches on a table of text and numbers."""
    rows, label, other = real.adult()
    boosting, after = ensemble.HistGradientBoostingClassifier, pipeline.make_pipeline
    filled = pipeline.make_pipeline(impute.SimpleImputer(strategy="constant", fill_value="?"),
                                    preprocessing.OneHotEncoder(handle_unknown="ignore"))
    parts = compose.ColumnTransformer([
        ("t", filled, ["workclass", "sex"]), ("d", "drop", ["native_country"]), ("p", "passthrough", ["age"])],
        transformer_weights={"p": 0.1})
    framed = compose.ColumnTransformer([
        ("n", after(impute.SimpleImputer(strategy="median"), preprocessing.StandardScaler()), real.NUMBERS),
        ("t", preprocessing.OneHotEncoder(handle_unknown="ignore", sparse_output=False), real.TEXTS)])
    framed.set_output(transform="pandas")
    linear = after(prepared(), logistic(max_iter=500))
    for one in (
            prepared(), parts, ordered(), linear, after(ordered(), forest(20, random_state=0)),
            after(ordered(), tree.DecisionTreeClassifier(random_state=0)),
            after(ordered(), ensemble.ExtraTreesClassifier(20, random_state=0)),
            after(ordered(), boosting(categorical_features=list(range(6)), max_iter=20)),
            boosting(max_iter=20, categorical_features=real.TEXTS), after(framed, logistic(max_iter=300)),
            pipeline.Pipeline([("p", prepared()), ("none", "passthrough"), ("k", feature_selection.SelectKBest(k=10)),
                               ("m", logistic(max_iter=300))]),
            calibration.CalibratedClassifierCV(linear, method="isotonic", cv=3),
            ensemble.StackingClassifier([("a", linear), ("b", after(ordered(), boosting(max_iter=10)))]),
            ensemble.VotingClassifier([("a", linear), ("b", after(ordered(), boosting(max_iter=10)))], voting="soft"),
            model_selection.GridSearchCV(linear, {"logisticregression__C": [0.1, 1]}, cv=2),
            model_selection.RandomizedSearchCV(linear, {"logisticregression__C": [0.1, 1]}, n_iter=1, cv=2),
            model_selection.HalvingGridSearchCV(linear, {"logisticregression__C": [0.1, 1]}, cv=2),
            model_selection.HalvingRandomSearchCV(linear, {"logisticregression__C": [0.1, 1]}, cv=2)):
        yield one, rows, label, other


def of_texts() -> Iterator[Case]:
    """Classes that are text, on a table."""
    rows, label, other = real.compas()
    before = compose.make_column_transformer(
        (preprocessing.StandardScaler(), ["age", "priors_count"]),
        (preprocessing.OneHotEncoder(drop="if_binary", handle_unknown="ignore"),
         ["sex", "race", "age_cat", "c_charge_degree"]))
    three = [("a", logistic()), ("b", tree.DecisionTreeClassifier(max_depth=4)), ("c", naive_bayes.GaussianNB())]
    for one in (
            logistic(), ensemble.GradientBoostingClassifier(n_estimators=20), forest(10),
            neural_network.MLPClassifier((8,), max_iter=30), ensemble.AdaBoostClassifier(n_estimators=10),
            calibration.CalibratedClassifierCV(forest(10), method="isotonic", cv=3),
            model_selection.FixedThresholdClassifier(logistic(), pos_label="again", threshold=0.4),
            model_selection.FixedThresholdClassifier(svm.LinearSVC(), pos_label="again", threshold=0.2),
            model_selection.TunedThresholdClassifierCV(logistic(), cv=2, scoring="accuracy"),
            ensemble.StackingClassifier(three[:2]), ensemble.VotingClassifier(three),
            ensemble.VotingClassifier(three, weights=[3, 1, 1]), ensemble.BaggingClassifier(n_estimators=5)):
        yield pipeline.make_pipeline(before, one), rows, label, other


def of_three() -> Iterator[Case]:
    """Three classes."""
    rows, label, other = real.wine()
    naive, temper = naive_bayes.GaussianNB(), calibration.CalibratedClassifierCV
    for one in (
            logistic(), linear_model.LogisticRegressionCV(Cs=2, cv=2, use_legacy_attributes=False),
            linear_model.SGDClassifier(loss="log_loss"), linear_model.SGDClassifier(loss="modified_huber"),
            linear_model.Perceptron(), svm.LinearSVC(), linear_model.RidgeClassifier(),
            linear_model.RidgeClassifierCV(),
            linear_model.PassiveAggressiveClassifier(),
            discriminant_analysis.LinearDiscriminantAnalysis(),
            discriminant_analysis.LinearDiscriminantAnalysis(solver="eigen", shrinkage=0.1),
            discriminant_analysis.QuadraticDiscriminantAnalysis(reg_param=0.1), naive, naive_bayes.MultinomialNB(),
            naive_bayes.ComplementNB(), naive_bayes.BernoulliNB(binarize=1.0), dummy.DummyClassifier(),
            dummy.DummyClassifier(strategy="most_frequent"), tree.DecisionTreeClassifier(), tree.ExtraTreeClassifier(),
            forest(20), ensemble.ExtraTreesClassifier(20, criterion="entropy"),
            ensemble.GradientBoostingClassifier(n_estimators=10),
            ensemble.HistGradientBoostingClassifier(max_iter=10), neural_network.MLPClassifier((8, 4)),
            neural_network.MLPClassifier((8,), activation="tanh"),
            neural_network.MLPClassifier((8,), activation="logistic"),
            ensemble.VotingClassifier([("a", naive), ("b", logistic())], voting="soft", weights=[2, 1]),
            ensemble.StackingClassifier([("a", naive), ("b", svm.LinearSVC())], passthrough=True),
            ensemble.BaggingClassifier(tree.DecisionTreeClassifier(max_depth=4), max_features=0.5),
            ensemble.AdaBoostClassifier(n_estimators=10), temper(svm.LinearSVC(), cv=3),
            temper(naive, method="isotonic", cv=3), temper(logistic(), method="temperature", cv=3),
            temper(svm.LinearSVC(), method="temperature", ensemble=False), multiclass.OneVsRestClassifier(logistic()),
            temper(frozen.FrozenEstimator(logistic().fit(rows, label)), method="temperature"),
            multiclass.OneVsRestClassifier(svm.SVC()), svm.SVC(), svm.SVC(kernel="linear", break_ties=True),
            svm.NuSVC(decision_function_shape="ovo", gamma=0.01),
            feature_selection.RFE(logistic(), n_features_to_select=3)):
        yield one, rows, label, other


def of_two() -> Iterator[Case]:
    """Two classes, 0 and 1."""
    rows, label, other = real.cancer()
    scaled = preprocessing.StandardScaler()
    for one in (
            logistic(), linear_model.SGDClassifier(loss="log_loss"), linear_model.SGDClassifier(loss="modified_huber"),
            linear_model.RidgeClassifier(), discriminant_analysis.LinearDiscriminantAnalysis(),
            discriminant_analysis.QuadraticDiscriminantAnalysis(reg_param=0.1), naive_bayes.GaussianNB(),
            dummy.DummyClassifier(strategy="constant", constant=1),
            ensemble.GradientBoostingClassifier(n_estimators=10),
            ensemble.GradientBoostingClassifier(n_estimators=10, loss="exponential", max_leaf_nodes=5),
            ensemble.HistGradientBoostingClassifier(max_iter=10), neural_network.MLPClassifier((8, 4)),
            calibration.CalibratedClassifierCV(svm.LinearSVC(), cv=3),
            calibration.CalibratedClassifierCV(svm.LinearSVC(), method="temperature", cv=3),
            model_selection.FixedThresholdClassifier(svm.LinearSVC(), threshold=0.3, pos_label=0),
            ensemble.IsolationForest(n_estimators=20), feature_selection.RFECV(logistic(), cv=2)):
        yield pipeline.make_pipeline(scaled, one) if isinstance(one, ensemble.IsolationForest) else one, rows, label, \
            other
    for one in (svm.SVC(), svm.NuSVC(), svm.SVC(kernel="poly"), svm.SVC(kernel="sigmoid"), svm.OneClassSVM(),
                svm.SVC(kernel="linear")):
        yield pipeline.make_pipeline(scaled, one), rows, label, other


def of_numbers() -> Iterator[Case]:
    """A number to tell."""
    rows, label, other = real.diabetes()
    ridge, small = linear_model.Ridge(), tree.DecisionTreeRegressor(max_depth=3)
    target = compose.TransformedTargetRegressor
    for one in (
            linear_model.LinearRegression(), ridge, linear_model.RidgeCV(), linear_model.Lasso(0.1),
            linear_model.LassoCV(cv=2), linear_model.ElasticNet(0.1), linear_model.ElasticNetCV(cv=2),
            linear_model.Lars(), linear_model.LarsCV(cv=2), linear_model.LassoLars(), linear_model.LassoLarsCV(cv=2),
            linear_model.LassoLarsIC(), linear_model.OrthogonalMatchingPursuit(),
            linear_model.OrthogonalMatchingPursuitCV(cv=2), linear_model.SGDRegressor(), linear_model.BayesianRidge(),
            linear_model.ARDRegression(), linear_model.HuberRegressor(), linear_model.TheilSenRegressor(),
            linear_model.RANSACRegressor(),
            linear_model.PassiveAggressiveRegressor(), linear_model.QuantileRegressor(), svm.LinearSVR(),
            linear_model.PoissonRegressor(), linear_model.GammaRegressor(), linear_model.TweedieRegressor(power=1.5),
            linear_model.TweedieRegressor(power=0), dummy.DummyRegressor(), tree.DecisionTreeRegressor(),
            ensemble.RandomForestRegressor(10), ensemble.ExtraTreesRegressor(10),
            ensemble.GradientBoostingRegressor(n_estimators=10),
            ensemble.GradientBoostingRegressor(loss="huber", n_estimators=10, init="zero"),
            ensemble.HistGradientBoostingRegressor(max_iter=10),
            ensemble.HistGradientBoostingRegressor(loss="poisson", max_iter=10),
            neural_network.MLPRegressor(hidden_layer_sizes=(8,)),
            neural_network.MLPRegressor(loss="poisson", hidden_layer_sizes=(8,)),
            ensemble.VotingRegressor([("a", ridge), ("b", small)]), ensemble.BaggingRegressor(n_estimators=4),
            ensemble.StackingRegressor([("a", ridge), ("b", small)]), svm.SVR(), svm.NuSVR(), svm.SVR(kernel="linear"),
            target(ridge, func=np.log1p, inverse_func=np.expm1),
            target(ridge, transformer=preprocessing.MinMaxScaler()),
            target(ridge, transformer=preprocessing.StandardScaler())):
        yield one, rows, label, other
    for out_of_bounds in ("clip", "nan"):
        yield isotonic.IsotonicRegression(out_of_bounds=out_of_bounds), rows[["bmi"]], label, other[["bmi"]]
    several = np.column_stack([label, label ** 2])
    for one in (linear_model.MultiTaskLasso(), linear_model.MultiTaskElasticNet(), linear_model.LinearRegression()):
        yield one, rows, several, other


FAMILIES = (maps, holes, codes, pipelines, of_texts, of_three, of_two, of_numbers)
