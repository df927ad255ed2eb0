"""A model as one static graph: inputs, preparation, models, calibration, rules and outputs, written like arrays.

Example: ``x = inputs({"age": "number"}); compile(x, score=predict_proba(model, x.numeric)[:, 1])``. Loads on first
use: a bundle is scored by a few of its files.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shall.graph import nets
    from shall.graph.categories import codes, impute, lookup, one_hot, ordinal, scale
    from shall.graph.columns import Columns, stack
    from shall.graph.compiled import Compiled, compile
    from shall.graph.converting import decision_function, predict, predict_proba, transform
    from shall.graph.crossing import cross, hashed
    from shall.graph.dates import days_since, hour, month, weekday, year
    from shall.graph.declared import inputs
    from shall.graph.functions import function
    from shall.graph.importing import imported
    from shall.graph.nets import module, net
    from shall.graph.numeric import (
        absolute,
        argmax,
        average,
        ceil,
        clip,
        exp,
        expm1,
        interp,
        isna,
        largest,
        log,
        log1p,
        maximum,
        mean,
        minimum,
        number,
        relu,
        rint,
        searchsorted,
        sigmoid,
        sign,
        smallest,
        softmax,
        sqrt,
        square,
        tanh,
        total,
        where,
    )
    from shall.graph.rules import calibrate, cap, decide, floor, score_card, stacking, switch, veto
    from shall.graph.seen import inputs_of
    from shall.graph.value import Value

_HOME: Final = {
    "Columns": "columns", "Compiled": "compiled", "Value": "value", "absolute": "numeric", "argmax": "numeric",
    "average": "numeric", "calibrate": "rules", "cap": "rules", "ceil": "numeric", "clip": "numeric",
    "codes": "categories", "compile": "compiled", "cross": "crossing", "days_since": "dates", "decide": "rules",
    "decision_function": "converting", "exp": "numeric", "expm1": "numeric", "floor": "rules", "function": "functions",
    "hashed": "crossing", "hour": "dates", "imported": "importing", "impute": "categories", "inputs": "declared",
    "inputs_of": "seen", "interp": "numeric", "isna": "numeric", "largest": "numeric", "log": "numeric",
    "log1p": "numeric", "lookup": "categories", "maximum": "numeric", "mean": "numeric", "minimum": "numeric",
    "module": "nets", "month": "dates", "net": "nets", "number": "numeric", "one_hot": "categories",
    "ordinal": "categories", "predict": "converting", "predict_proba": "converting", "relu": "numeric",
    "rint": "numeric", "scale": "categories", "score_card": "rules", "searchsorted": "numeric", "sigmoid": "numeric",
    "sign": "numeric", "smallest": "numeric", "softmax": "numeric", "sqrt": "numeric", "square": "numeric",
    "stack": "columns", "stacking": "rules", "switch": "rules", "tanh": "numeric", "total": "numeric",
    "transform": "converting", "veto": "rules", "weekday": "dates", "where": "numeric", "year": "dates",
}

__all__ = [
    "Columns", "Compiled", "Value", "absolute", "argmax", "average", "calibrate", "cap", "ceil", "clip", "codes",
    "compile", "cross", "days_since", "decide", "decision_function", "exp", "expm1", "floor", "function", "hashed",
    "hour", "imported", "impute", "inputs", "inputs_of", "interp", "isna", "largest", "log", "log1p", "lookup",
    "maximum", "mean", "minimum", "module", "month", "net", "nets", "number", "one_hot", "ordinal", "predict",
    "predict_proba", "relu", "rint", "scale", "score_card", "searchsorted", "sigmoid", "sign", "smallest", "softmax",
    "sqrt", "square", "stack", "stacking", "switch", "tanh", "total", "transform", "veto", "weekday", "where", "year",
]


def __getattr__(name: str) -> Any:
    if name == "nets":
        return importlib.import_module(f"{__name__}.nets")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
