"""scikit-learn's MLPClassifier and MLPRegressor, in double precision."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import numbers, refused
from shall.graph.value import Value

CLASSES: Final = ("sklearn.MLPClassifier", "sklearn.MLPRegressor")
ACTIVATIONS: Final = {"identity": lambda x: x, "logistic": n.sigmoid, "tanh": n.tanh, "relu": n.relu,
                      "softmax": n.softmax, "exp": n.exp}


def predict_proba(fitted: Any, x: Given) -> Value:
    """float64[n, classes]."""
    said = _forward(fitted, x)
    return n.two(said) if said.kind.width == 1 else said


def predict(fitted: Any, x: Given) -> Value:
    """The class, or the number."""
    said = _forward(fitted, x)
    if not hasattr(fitted, "classes_"):
        return said
    return n.decided(fitted.classes_, said, above=0.5) if said.kind.width == 1 else n.decided(fitted.classes_, said)


def _forward(fitted: Any, x: Given) -> Value:
    binarizer = getattr(fitted, "_label_binarizer", None)
    if binarizer is not None and binarizer.y_type_.startswith("multilabel"):
        raise refused(fitted, "tells several labels at once", "make one graph output for each")
    value = numbers(fitted, x)
    weights = [np.asarray(one, dtype=np.float64) for one in fitted.coefs_]
    for place, (weight, bias) in enumerate(zip(weights, fitted.intercepts_, strict=True)):
        value = n.affine(value, weight, np.asarray(bias, dtype=np.float64))
        last = place == len(weights) - 1
        value = ACTIVATIONS[fitted.out_activation_ if last else fitted.activation](value)
    return value
