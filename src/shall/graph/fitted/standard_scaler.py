"""scikit-learn's `StandardScaler`: (x - mean) / scale, column by column."""

from __future__ import annotations

from typing import Any, Final

from shall.graph.columns import Columns
from shall.graph.converting import Given
from shall.graph.value import Value

CLASSES: Final = ("sklearn.StandardScaler",)


def transform(fitted: Any, x: Given) -> Value:
    """float64[n, p]."""
    value = x.numeric if isinstance(x, Columns) else x
    names = value.names
    if fitted.with_mean:
        value = value - fitted.mean_
    if fitted.with_std:
        value = value / fitted.scale_
    return value.named(*names)
