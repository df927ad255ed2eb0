"""XGBoost: its classifiers, regressors, rankers, random forests and `Booster`. Margins are the same to the last bit.

The booster's own saved form is read. A category that XGBoost refuses counts as missing. ``decision_function`` is
XGBoost's ``predict(output_margin=True)``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from shall.core.errors import InputError
from shall.graph.booster import Booster
from shall.graph.boosters import xgboost_json
from shall.graph.converting import Given
from shall.graph.fitted import _boosted
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import name, refused
from shall.graph.kinds import Array
from shall.graph.ops import linear_single, trees
from shall.graph.value import Value

CLASSES: Final = tuple(f"xgboost.{one}" for one in (
    "XGBClassifier", "XGBRegressor", "XGBRanker", "XGBRFClassifier", "XGBRFRegressor", "Booster"))


def decision_function(fitted: Any, x: Given) -> Value:
    """The margin [rows, outputs]."""
    booster, missing = _read(fitted)
    return _boosted.raw(booster, x, **missing)


def predict_proba(fitted: Any, x: Given) -> Value:
    """float64[n, classes] of float32 numbers."""
    booster, missing = _read(fitted)
    if not hasattr(fitted, "n_classes_"):
        raise InputError(f"a {name(fitted)} has no predict_proba")
    several = booster.link in ("softmax", "argmax") and booster.outputs > 1
    if not several and (booster.link != "sigmoid" or booster.outputs > 1):
        raise refused(fitted, f"with the objective {booster.objective} gives no probability of each class",
                      "take decision_function, and calibrate it")
    margin = _boosted.raw(booster, x, **missing)
    return Value("link_single", (margin,), {"function": "softmax" if several else "two"})


def predict(fitted: Any, x: Given) -> Value:
    """The class, or the number; of a `Booster`, whatever its objective predicts."""
    booster, missing = _read(fitted)
    if not hasattr(fitted, "n_classes_"):
        return _boosted.said(booster, _boosted.raw(booster, x, **missing))
    if booster.link == "argmax":
        return n.decided(fitted.classes_, _boosted.raw(booster, x, **missing))
    p = predict_proba(fitted, x)
    return n.decided(fitted.classes_, p if booster.outputs > 1 else p[:, 1], above=0.5)


def asked(fitted: Any, method: str, parts: Sequence[Value]) -> Callable[..., Array]:
    """XGBoost's own answer."""
    booster, _ = _read(fitted)
    named = getattr(fitted, "feature_names_in_", None) is not None
    if method == "decision_function":
        return _boosted.asked(lambda rows: _margin(fitted, rows), booster, parts, named)
    if hasattr(fitted, "get_booster"):
        return _boosted.asked(getattr(fitted, method), booster, parts, named)
    return _boosted.asked(lambda rows: _native(fitted, rows, np.nan, False), booster, parts, False)


def _margin(fitted: Any, rows: Any) -> Any:
    if hasattr(fitted, "get_booster"):
        return fitted.predict(rows, output_margin=True)
    return _native(fitted, rows, np.nan, True)


def _read(fitted: Any) -> tuple[Booster, dict[str, float]]:
    """The booster, and the number that stands for what is missing, where one does."""
    wrapped = hasattr(fitted, "get_booster")
    content = bytes((fitted.get_booster() if wrapped else fitted).save_raw("ubj"))
    plain = xgboost_json.read(content, best_only=wrapped)
    missing = getattr(fitted, "missing", None)
    told = {} if missing is None or np.isnan(missing) else {"missing": float(missing)}
    if told and (plain.categories or "whole" in plain.settings):
        raise refused(fitted, f"has categories and takes {missing} as missing", "make it NaN before, and fit it again")
    shift = _settled(fitted, plain)
    booster = xgboost_json.read(content, best_only=True, in_place=True) if wrapped else plain
    return _boosted.started(booster, shift) if shift else booster, told


def _settled(fitted: Any, booster: Booster) -> int:
    """How many last bits more the sums start from than was read, by what the library says of an empty row.

    The start is a logarithm in single precision, which is not the same everywhere.
    """
    row = np.full((1, booster.width), np.nan)
    expected = np.asarray(_bare(fitted, row), dtype=np.float64).reshape(1, -1)
    run = trees.run if booster.op == "trees" else linear_single.run
    for shift in (0, 1, -1) if booster.op == "trees" else (0,):
        if np.array_equal(run((row,), _boosted.started(booster, shift).settings), expected):
            return shift
    raise refused(fitted, "adds up to another margin than its saved form says",
                  "say which version made it, and use XGBoost 3.0 to 3.4")


def _bare(fitted: Any, row: Array) -> Any:
    if not hasattr(fitted, "get_booster"):
        return _native(fitted, row, np.nan, True)
    missing = np.nan if fitted.missing is None else fitted.missing
    return _native(fitted.get_booster(), row, missing, True, fitted._get_iteration_range(None))


def _native(booster: Any, rows: Any, missing: float, margin: bool, rounds: tuple[int, int] = (0, 0)) -> Any:
    """XGBoost's own form of rows comes from the module of the booster, which is loaded where there is a booster."""
    matrix = sys.modules["xgboost"].DMatrix(rows, missing=missing, enable_categorical=True, nthread=1)
    return booster.predict(matrix, output_margin=margin, iteration_range=rounds, validate_features=False)
