"""scikit-learn's ensembles of any estimators: Voting, Stacking, Bagging, AdaBoost, OneVsRest."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shall.core.errors import InputError
from shall.graph.columns import Columns
from shall.graph.converting import Given, said
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import beside, columns, name, numbers, refused
from shall.graph.kinds import Array
from shall.graph.value import Value

CLASSES: Final = tuple(f"sklearn.{one}" for one in (
    "VotingClassifier", "VotingRegressor", "StackingClassifier", "StackingRegressor", "BaggingClassifier",
    "BaggingRegressor", "AdaBoostClassifier", "OneVsRestClassifier"))


def transform(fitted: Any, x: Given) -> Value:
    """What its estimators say, side by side."""
    if name(fitted).startswith("Stacking"):
        return _stacked(fitted, x)
    if getattr(fitted, "voting", "") == "soft":
        return beside([said(one, x, "predict_proba") for one in fitted.estimators_])
    return beside([said(one, x, "predict") for one in fitted.estimators_])


def predict_proba(fitted: Any, x: Given) -> Value:
    """float64[n, classes]."""
    if name(fitted).startswith("Stacking"):
        return said(fitted.final_estimator_, _stacked(fitted, x), "predict_proba")
    if name(fitted) == "AdaBoostClassifier":
        score = decision_function(fitted, x)
        return n.softmax(beside([-score, score]) / 2.0 if score.kind.width == 1 else
                         score / float(fitted.n_classes_ - 1))
    if name(fitted) == "OneVsRestClassifier":
        return _one_vs_rest(fitted, x)
    if name(fitted).startswith("Bagging"):
        return n.summed(_bagged(fitted, x)) / float(len(fitted.estimators_))
    parts = [said(one, x, "predict_proba") for one in fitted.estimators_]
    return _weighted(fitted, parts)


def decision_function(fitted: Any, x: Given) -> Value:
    """float64[n] or [n, classes]."""
    if name(fitted).startswith("Stacking"):
        return said(fitted.final_estimator_, _stacked(fitted, x), "decision_function")
    if name(fitted) == "AdaBoostClassifier":
        return _boosted(fitted, x)
    if name(fitted) == "OneVsRestClassifier":
        return beside([said(one, x, "decision_function") for one in fitted.estimators_])
    if not name(fitted).startswith("Bagging"):
        raise InputError(f"a {name(fitted)} has no decision_function")
    every = zip(fitted.estimators_, fitted.estimators_features_, strict=True)
    parts = [said(one, _chosen(fitted, x, features), "decision_function") for one, features in every]
    return n.summed(parts) / float(len(parts))


def predict(fitted: Any, x: Given) -> Value:
    """The class, or the number."""
    kind = name(fitted)
    if kind.startswith("Stacking"):
        found = said(fitted.final_estimator_, _stacked(fitted, x), "predict")
        return n.relabelled(found, fitted.final_estimator_.classes_, fitted.classes_) if hasattr(fitted, "classes_") \
            else found
    if kind == "AdaBoostClassifier":
        return n.decided(fitted.classes_, decision_function(fitted, x))
    if kind == "OneVsRestClassifier":
        return _most_sure(fitted, x)
    if kind == "BaggingRegressor":
        every = zip(fitted.estimators_, fitted.estimators_features_, strict=True)
        parts = [said(one, _chosen(fitted, x, features), "predict") for one, features in every]
        return n.summed(parts) / float(len(parts))
    if kind == "VotingRegressor":
        return _weighted(fitted, [said(one, x, "predict") for one in fitted.estimators_])
    if kind == "VotingClassifier" and fitted.voting == "hard":
        return _voted(fitted, x)
    return n.decided(fitted.classes_, predict_proba(fitted, x))


def _weighted(fitted: Any, parts: list[Value]) -> Value:
    weights = fitted._weights_not_none
    if weights is None:
        return n.summed(parts) / float(len(parts))
    some = [part * float(weight) for part, weight in zip(parts, weights, strict=True)]
    return n.summed(some) / float(np.sum(weights))


def _voted(fitted: Any, x: Given) -> Value:
    """Each estimator has one vote, times its weight; of equal ones the first class wins."""
    weights = fitted._weights_not_none or [1.0] * len(fitted.estimators_)
    votes = []
    for one, weight in zip(fitted.estimators_, weights, strict=True):
        code = said(one, x, "predict")      # they were fitted on codes of the classes
        votes.append(n.entry(code, _votes(len(fitted.classes_), float(weight), 0.0)))
    return n.decided(fitted.classes_, n.summed(votes))


def _stacked(fitted: Any, x: Given) -> Value:
    parts = []
    for one, method in zip(fitted.estimators_, fitted.stack_method_, strict=True):
        found = said(one, x, method)
        binary = method == "predict_proba" and len(fitted.classes_) == 2
        parts.append(found[:, 1] if binary else found)
    if any(part.kind.what != "number" for part in parts):
        raise refused(fitted, "stacks classes, which are text", "stack probabilities: stack_method='predict_proba'")
    return beside([*parts, *([_all(fitted, x)] if fitted.passthrough else [])])


def _all(fitted: Any, x: Given) -> Value:
    found = columns(fitted, x)
    if any(one.kind.what != "number" for one in found):
        raise refused(fitted, "passes text through", "encode it before")
    return numbers(fitted, x)


def _bagged(fitted: Any, x: Given) -> list[Value]:
    found = []
    for one, features in zip(fitted.estimators_, fitted.estimators_features_, strict=True):
        if not hasattr(one, "predict_proba") or len(one.classes_) != fitted.n_classes_:
            raise refused(fitted, "has parts without a probability for each class", "bag estimators with predict_proba")
        found.append(said(one, _chosen(fitted, x, features), "predict_proba"))
    return found


def _chosen(fitted: Any, x: Given, features: Any) -> Given:
    places = [int(place) for place in features]
    given = columns(fitted, x)
    if places == list(range(len(given))):
        return numbers(fitted, x) if isinstance(x, Columns) else x
    return numbers(fitted, x)[:, places]


def _boosted(fitted: Any, x: Given) -> Value:
    many, votes = len(fitted.classes_), []
    for one, weight in zip(fitted.estimators_, fitted.estimator_weights_, strict=True):
        code = n.coded(said(one, x, "predict"), fitted.classes_)
        votes.append(n.entry(code, _votes(many, float(weight), -1.0 / (many - 1) * float(weight))))
    score = n.summed(votes) / float(np.sum(fitted.estimator_weights_))
    score = n.unless(n.absent(numbers(fitted, x)), score)
    return score[:, 1] - score[:, 0] if many == 2 else score


def _votes(many: int, weight: float, other: float) -> Array:
    """What a vote for each class counts for all classes; missing where there is none."""
    rows = np.full((many + 1, many), other)
    rows[range(many), range(many)] = weight
    rows[-1] = np.nan
    return rows


def _one_vs_rest(fitted: Any, x: Given) -> Value:
    if getattr(fitted, "multilabel_", False):
        raise refused(fitted, "tells several labels at once", "make one graph output for each")
    parts = [said(one, x, "predict_proba")[:, 1] for one in fitted.estimators_]
    if len(parts) == 1:
        return n.two(parts[0])
    every = beside(parts)
    return every / n.total(every)


def _most_sure(fitted: Any, x: Given) -> Value:
    if getattr(fitted, "multilabel_", False) or len(fitted.estimators_) < 2:
        raise refused(fitted, "tells several labels, or two classes only", "use the estimator inside")
    whole = [said(one, x, "decision_function") if hasattr(one, "decision_function") else
             said(one, x, "predict_proba")[:, 1] for one in fitted.estimators_]
    return n.decided(fitted.classes_, beside(whole))
