"""scikit-learn's scalers and other maps of single columns: MinMaxScaler, MaxAbsScaler, RobustScaler, Normalizer,
Binarizer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import name, numbers, vector
from shall.graph.value import Value

CLASSES: Final = ("sklearn.StandardScaler", "sklearn.MinMaxScaler", "sklearn.MaxAbsScaler", "sklearn.RobustScaler",
                  "sklearn.Normalizer", "sklearn.Binarizer")

SMALL: Final = 10 * 2.0**-52                # a shorter row is left as it is


def transform(fitted: Any, x: Given) -> Value:
    """float64[n, p]."""
    value = numbers(fitted, x)
    return SAYS[name(fitted)](fitted, value).named(*value.names)


def inverse(fitted: Any, value: Value) -> Value:
    """What was scaled, from its scaled value."""
    if name(fitted) == "MinMaxScaler":
        return (value - vector(fitted.min_)) / vector(fitted.scale_)
    value = value * fitted.scale_ if getattr(fitted, "scale_", None) is not None else value
    middle = fitted.mean_ if name(fitted) == "StandardScaler" else getattr(fitted, "center_", None)
    return value if middle is None else value + middle


def _standard(fitted: Any, value: Value) -> Value:
    value = value - fitted.mean_ if fitted.with_mean else value
    return value / fitted.scale_ if fitted.with_std else value


def _min_max(fitted: Any, value: Value) -> Value:
    value = value * fitted.scale_ + fitted.min_
    return n.clip(value, float(fitted.feature_range[0]), float(fitted.feature_range[1])) if fitted.clip else value


def _max_abs(fitted: Any, value: Value) -> Value:
    value = value / fitted.scale_
    return n.clip(value, -1.0, 1.0) if getattr(fitted, "clip", False) else value


def _robust(fitted: Any, value: Value) -> Value:
    value = value - fitted.center_ if fitted.with_centering else value
    return value / fitted.scale_ if fitted.with_scaling else value


def _normalizer(fitted: Any, value: Value) -> Value:
    if fitted.norm == "l2":
        length = n.sqrt(n.total(value * value))
    else:
        length = n.total(n.absolute(value)) if fitted.norm == "l1" else n.highest(n.absolute(value))
    return value / n.where(length < SMALL, 1.0, length)


def _binarizer(fitted: Any, value: Value) -> Value:
    return n.unless(value.isna(), n.number(value > float(fitted.threshold), value))


SAYS: Final[Mapping[str, Callable[[Any, Value], Value]]] = {
    "StandardScaler": _standard, "MinMaxScaler": _min_max, "MaxAbsScaler": _max_abs, "RobustScaler": _robust,
    "Normalizer": _normalizer, "Binarizer": _binarizer}
