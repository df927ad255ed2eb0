"""scikit-learn's IsotonicRegression: a line through its knots."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shall.core.errors import InputError
from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import columns, name
from shall.graph.value import Value

CLASSES: Final = ("sklearn.IsotonicRegression",)


def predict(fitted: Any, x: Given) -> Value:
    """float64[n]; outside of its knots missing where `out_of_bounds` is "nan" or "raise"."""
    given = columns(fitted, x)
    if len(given) != 1:
        raise InputError(f"a {name(fitted)} takes one column, and is given {len(given)}")
    at, values = (np.asarray(one) for one in (fitted.X_thresholds_, fitted.y_thresholds_))
    value = n.single(given[0]) if at.dtype == np.float32 else given[0]
    at, values = at.astype(np.float64), values.astype(np.float64)
    if len(at) == 1:
        return n.unless(n.absent(value), n.everywhere(value, values))
    said = n.interpolated(value, at, values)
    if fitted.out_of_bounds == "clip":
        return said
    return n.unless((value < float(at[0])) | (value > float(at[-1])), said)


def transform(fitted: Any, x: Given) -> Value:
    """The same as `predict`."""
    return predict(fitted, x)
