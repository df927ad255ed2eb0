"""scikit-learn's CalibratedClassifierCV: its estimators, each calibrated, and their mean."""

from __future__ import annotations

from typing import Any, Final

from shall.graph.converting import Given, said
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import beside
from shall.graph.value import Value

CLASSES: Final = ("sklearn.CalibratedClassifierCV",)


def predict_proba(fitted: Any, x: Given) -> Value:
    """float64[n, classes]."""
    parts = [_one(each, x) for each in fitted.calibrated_classifiers_]
    return n.summed(parts) / float(len(parts)) if len(parts) > 1 else parts[0]


def predict(fitted: Any, x: Given) -> Value:
    """The class."""
    return n.decided(fitted.classes_, predict_proba(fitted, x))


def _one(each: Any, x: Given) -> Value:
    scores, probable = _scores(each.estimator, x)
    classes = list(each.classes)
    if each.method == "temperature":
        beta = float(each.calibrators[0].beta_)
        logits = n.log(scores + 1e-12) if probable and scores.kind.width > 1 else scores
        if logits.kind.width == 1:
            logits = beside([1.0 - scores, scores]) if probable else beside([-scores, scores])
            logits = n.log(logits + 1e-12) if probable else logits
        return _capped(n.softmax(logits * beta))
    maps = [_mapped(each.method, map_, score) for map_, score in zip(each.calibrators, scores, strict=False)]
    if len(classes) == 2:
        return _capped(n.two(maps[0]))
    found = [classes.index(one) for one in each.estimator.classes_]
    zero = maps[0] * 0.0
    every = beside([maps[found.index(place)] if place in found else zero for place in range(len(classes))])
    whole = n.total(every)
    return _capped(n.where(whole == 0.0, 1.0 / len(classes), every / whole))


def _scores(estimator: Any, x: Given) -> tuple[Value, bool]:
    """What is calibrated, and whether it is a probability: of two classes, of the second."""
    if hasattr(estimator, "decision_function"):
        return said(estimator, x, "decision_function"), False
    found = said(estimator, x, "predict_proba")
    return (found[:, 1], True) if found.kind.width == 2 else (found, True)


def _mapped(method: str, calibrator: Any, score: Value) -> Value:
    if method == "isotonic":
        return said(calibrator, score, "predict")
    return n.sigmoid((score * float(calibrator.a_) + float(calibrator.b_)) * -1.0)


def _capped(proba: Value) -> Value:
    return n.where((proba > 1.0) & (proba <= 1.0 + 1e-5), 1.0, proba)
