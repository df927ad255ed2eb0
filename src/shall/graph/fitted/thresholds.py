"""scikit-learn's FixedThresholdClassifier and TunedThresholdClassifierCV: a score, and the class that it makes."""

from __future__ import annotations

from typing import Any, Final

from shall.graph.converting import Given, said
from shall.graph.fitted import _nodes as n
from shall.graph.value import Value

CLASSES: Final = ("sklearn.FixedThresholdClassifier", "sklearn.TunedThresholdClassifierCV")


def predict_proba(fitted: Any, x: Given) -> Value:
    """float64[n, classes]."""
    return said(_inside(fitted), x, "predict_proba")


def decision_function(fitted: Any, x: Given) -> Value:
    """float64[n]."""
    return said(_inside(fitted), x, "decision_function")


def predict(fitted: Any, x: Given) -> Value:
    """The class: the positive one where the score is at least the threshold."""
    inside, classes = _inside(fitted), list(fitted.classes_)
    method = fitted._get_response_method()
    asked = [method] if isinstance(method, str) else list(method)
    method = next(one for one in asked if hasattr(inside, one))
    positive = _positive(fitted, classes)
    if method == "predict_proba":
        score = said(inside, x, method)[:, list(inside.classes_).index(positive)]
    else:
        score = said(inside, x, method)
        score = score if positive == inside.classes_[1] else -score
    return n.decided([classes[1 - classes.index(positive)], positive], score, above=_threshold(fitted, method),
                     at_least=True)


def _inside(fitted: Any) -> Any:
    return getattr(fitted, "estimator_", fitted.estimator)


def _threshold(fitted: Any, method: str) -> float:
    if hasattr(fitted, "best_threshold_"):
        return float(fitted.best_threshold_)
    if fitted.threshold == "auto":
        return 0.5 if method == "predict_proba" else 0.0
    return float(fitted.threshold)


def _positive(fitted: Any, classes: list[Any]) -> Any:
    """The class that the score speaks for: the last one where nothing was said."""
    asked = fitted._curve_scorer._get_pos_label() if hasattr(fitted, "_curve_scorer") else fitted.pos_label
    return classes[-1] if asked is None else asked
