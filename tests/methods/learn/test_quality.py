"""How good each learner is on real rows, beside its library's own estimator, or scikit-learn's nearest, on the same."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
import xgboost
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn import ensemble, linear_model, neural_network, pipeline, preprocessing
from sklearn.metrics import log_loss, roc_auc_score

from shall import registry
from tests.methods.learn.conftest import Split


def linear() -> Any:
    return pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression(max_iter=500))


def scaled(model: Any) -> Any:
    return pipeline.make_pipeline(preprocessing.StandardScaler(), model)


THEIRS: dict[str, tuple[Any, Any]] = {         # for classes, and for a number
    "lightgbm": (lambda: LGBMClassifier(verbose=-1, n_jobs=1), lambda: LGBMRegressor(verbose=-1, n_jobs=1)),
    "xgboost": (lambda: xgboost.XGBClassifier(n_jobs=1), lambda: xgboost.XGBRegressor(n_jobs=1)),
    "hist_gradient_boosting": (ensemble.HistGradientBoostingClassifier, ensemble.HistGradientBoostingRegressor),
    "extra_trees": (lambda: ensemble.ExtraTreesClassifier(random_state=0),
                    lambda: ensemble.ExtraTreesRegressor(random_state=0)),
    "additive": (lambda: LGBMClassifier(verbose=-1, n_jobs=1), lambda: LGBMRegressor(verbose=-1, n_jobs=1)),
    "logistic_regression": (linear, None),
    "score_card": (linear, None),
    "ridge": (None, lambda: scaled(linear_model.Ridge())),
    "mlp": (lambda: scaled(neural_network.MLPClassifier(random_state=0, early_stopping=True)),
            lambda: scaled(neural_network.MLPRegressor(random_state=0, max_iter=1000))),
}
# Of the reference: the AUC on Adult, COMPAS and breast cancer, at least; the log-loss on wine and the squared error on
# diabetes, at most. None: the learner has none of it. An additive model stands beside boosted trees, a score card of
# eight questions beside the whole logistic regression.
WANTED: dict[str, tuple[float, float, float, float | None, float | None]] = {
    "lightgbm": (0.995, 0.995, 0.995, 1.1, 1.05),
    "xgboost": (0.995, 0.995, 0.995, 1.0, 1.0),
    "hist_gradient_boosting": (0.995, 0.995, 0.995, 1.4, 1.1),
    "extra_trees": (0.995, 0.995, 0.995, 1.1, 1.05),
    "additive": (0.995, 0.995, 0.995, 1.5, 1.1),
    "logistic_regression": (0.999, 0.999, 0.999, 1.001, None),
    "score_card": (0.975, 0.985, 0.97, None, None),
    "mlp": (0.995, 0.99, 0.99, 1.2, 1.2),
}


def fitted(name: str, split: Split) -> Any:
    """What the learner learned from the rows; skipped where its library is not installed."""
    if name == "mlp":
        pytest.importorskip("torch")
    return registry.find("methods", name).fit(split.X, split.y, split.sizes, classes=split.classes)


def theirs(name: str, split: Split) -> Any:
    """What the reference says of the new rows."""
    X, new = split.wide
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = THEIRS[name][not split.classes]().fit(X, split.y)
        return model.predict_proba(new) if split.classes else model.predict(new)


@pytest.mark.parametrize("name", WANTED)
def test_two_classes(name: str, census: Split, compas: Split, cancer: Split) -> None:
    for split, least in zip((census, compas, cancer), WANTED[name], strict=False):
        ours = roc_auc_score(split.truth, fitted(name, split).probabilities(split.new)[:, 1])
        assert ours >= least * roc_auc_score(split.truth, theirs(name, split)[:, 1])


@pytest.mark.parametrize("name", [name for name, wanted in WANTED.items() if wanted[3]])
def test_three_classes(name: str, wine: Split) -> None:
    ours = log_loss(wine.truth, fitted(name, wine).probabilities(wine.new))
    most = WANTED[name][3]
    assert most is not None
    assert ours <= most * log_loss(wine.truth, theirs(name, wine))


@pytest.mark.parametrize("name", [*(name for name, wanted in WANTED.items() if wanted[4]), "ridge"])
def test_a_number(name: str, diabetes: Split) -> None:
    ours = ((fitted(name, diabetes).values(diabetes.new) - diabetes.truth) ** 2).mean()
    other = ((theirs(name, diabetes) - diabetes.truth) ** 2).mean()
    if name == "ridge":
        assert ours == pytest.approx(other, rel=1e-9)
    else:
        assert ours <= (WANTED[name][4] or 0) * other
