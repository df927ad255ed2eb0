"""A booster that was read from a file: there is no library to ask, and its classes are 0, 1, …"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from shall.core.errors import InputError
from shall.graph.converting import Given
from shall.graph.fitted import _boosted
from shall.graph.fitted import _nodes as n
from shall.graph.value import Value

CLASSES: Final = ("shall.Booster",)


def decision_function(fitted: Any, x: Given) -> Value:
    """The raw score [rows, outputs]."""
    return _boosted.raw(fitted, x)


def predict(fitted: Any, x: Given) -> Value:
    """What its objective predicts: a probability, a number."""
    return _boosted.said(fitted, decision_function(fitted, x))


def predict_proba(fitted: Any, x: Given) -> Value:
    """float64[n, classes]."""
    if fitted.link == "argmax":
        return Value("link_single", (decision_function(fitted, x),), {"function": "softmax"})
    if fitted.link not in ("sigmoid", "softmax"):
        raise InputError(f"a booster of the objective {fitted.objective!r} gives no probabilities: take predict")
    if fitted.outputs > 1:
        return predict(fitted, x)
    if fitted.precision == "single":
        return Value("link_single", (decision_function(fitted, x),), {"function": "two"})
    return n.two(predict(fitted, x))


def asked(fitted: Any, method: str, parts: Sequence[Value]) -> None:
    """Nobody."""
