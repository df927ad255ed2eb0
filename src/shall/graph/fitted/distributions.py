"""scikit-learn's PowerTransformer and QuantileTransformer: a column made more even, or more normal."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from shall.graph.converting import Given
from shall.graph.fitted import _nodes as n
from shall.graph.fitted import scalers
from shall.graph.fitted._given import beside, name, numbers
from shall.graph.value import Value

CLASSES: Final = ("sklearn.PowerTransformer", "sklearn.QuantileTransformer")
BOUND: Final = 1e-7                         # scikit-learn's BOUNDS_THRESHOLD


def transform(fitted: Any, x: Given) -> Value:
    """float64[n, p]."""
    value = numbers(fitted, x)
    given = list(value) if value.kind.width > 1 else [value]
    if name(fitted) == "QuantileTransformer":
        made = beside([_quantile(fitted, one, place) for place, one in enumerate(given)])
        return (_to_normal(made) if fitted.output_distribution == "normal" else made).named(*value.names)
    one_of = _box_cox if fitted.method == "box-cox" else _yeo_johnson
    made = beside([one_of(one, float(power)) for one, power in zip(given, fitted.lambdas_, strict=True)])
    made = scalers.transform(fitted._scaler, made) if fitted.standardize else made
    return made.named(*value.names)


def _box_cox(x: Value, power: float) -> Value:
    logged = n.log(x)
    return logged if power == 0 else n.elementwise("expm1", logged * power) / power


def _yeo_johnson(x: Value, power: float) -> Value:
    """Yeo, Johnson (2000), equation 2.1, as scipy has it."""
    above = n.elementwise("log1p", n.relu(x))
    below = n.elementwise("log1p", n.relu(-x))
    if abs(power) >= np.spacing(1.0):
        above = n.elementwise("expm1", above * power) / power
    if abs(power - 2) > np.spacing(1.0):
        below = n.elementwise("expm1", below * (2.0 - power)) / (2.0 - power)
    return n.where(x >= 0.0, above, -below)


def _quantile(fitted: Any, x: Value, place: int) -> Value:
    """The mean of both ways through equal quantiles."""
    at = np.asarray(fitted.quantiles_[:, place], dtype=np.float64)
    values = np.asarray(fitted.references_, dtype=np.float64)
    up, down = n.interpolated(x, at, values), n.interpolated(-x, -at[::-1], -values[::-1])
    middle = (up - down) * 0.5
    if fitted.output_distribution == "normal":
        low, high = x - BOUND < float(at[0]), x + BOUND > float(at[-1])
    else:
        low, high = x == float(at[0]), x == float(at[-1])
    return n.where(low, 0.0, n.where(high, 1.0, middle))


def _to_normal(shares: Value) -> Value:
    edge = float(BOUND - np.spacing(1))
    return Value("normal_quantile", (n.clip(shares, edge, 1 - edge),), {})
