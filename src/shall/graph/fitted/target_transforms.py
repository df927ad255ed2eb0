"""scikit-learn's TransformedTargetRegressor: what its regressor says, turned back."""

from __future__ import annotations

from typing import Any, Final

from shall.graph.converting import Given, said
from shall.graph.fitted import functions, scalers
from shall.graph.fitted._given import name, refused
from shall.graph.value import Value

CLASSES: Final = ("sklearn.TransformedTargetRegressor",)
SCALERS: Final = ("StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler")


def predict(fitted: Any, x: Given) -> Value:
    """float64[n]."""
    value = said(fitted.regressor_, x, "predict")
    back = fitted.transformer_
    if name(back) in SCALERS:
        return scalers.inverse(back, value)
    if name(back) == "FunctionTransformer":
        return functions.applied(back, back.inverse_func, back.inv_kw_args, value)
    raise refused(fitted, f"turns its target back by a {name(back)}", "take a scaler or a pair of numpy functions")
