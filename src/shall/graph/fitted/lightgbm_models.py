"""LightGBM: `LGBMClassifier`, `LGBMRegressor`, `LGBMRanker` and `Booster`. Raw scores are the same to the last bit.

The booster's own text is read; an unseen category counts as missing, as LightGBM has it. ``decision_function`` is
LightGBM's ``predict(raw_score=True)``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from shall.core.errors import InputError
from shall.graph.booster import Booster
from shall.graph.boosters import lightgbm_text
from shall.graph.converting import Given
from shall.graph.fitted import _boosted
from shall.graph.fitted import _nodes as n
from shall.graph.fitted._given import name, refused
from shall.graph.kinds import Array
from shall.graph.value import Value

CLASSES: Final = ("lightgbm.LGBMClassifier", "lightgbm.LGBMRegressor", "lightgbm.LGBMRanker", "lightgbm.Booster")
BENDING: Final = ("pred_early_stop", "predict_raw_score", "raw_score", "is_predict_raw_score", "pred_leaf",
                  "is_predict_leaf_index", "predict_leaf_index", "pred_contrib", "predict_contrib", "contrib",
                  "num_iteration_predict", "start_iteration_predict")


def decision_function(fitted: Any, x: Given) -> Value:
    """The raw score [rows, outputs]."""
    return _boosted.raw(_read(fitted), x)


def predict_proba(fitted: Any, x: Given) -> Value:
    """float64[n, classes]."""
    booster = _read(fitted)
    if not hasattr(fitted, "classes_"):
        raise InputError(f"a {name(fitted)} has no predict_proba")
    if callable(fitted.objective_) or booster.link not in ("sigmoid", "softmax"):
        raise refused(fitted, f"has the objective {booster.objective or 'of a function'!r}, which gives no probability",
                      "take decision_function, and calibrate it")
    p = _boosted.said(booster, _boosted.raw(booster, x))
    return n.two(p) if booster.outputs == 1 else p


def predict(fitted: Any, x: Given) -> Value:
    """The class, or the number; of a `Booster`, whatever its objective predicts."""
    if hasattr(fitted, "classes_"):
        return n.decided(fitted.classes_, predict_proba(fitted, x))
    booster = _read(fitted)
    return _boosted.said(booster, _boosted.raw(booster, x))


def asked(fitted: Any, method: str, parts: Sequence[Value]) -> Callable[..., Array]:
    """LightGBM's own answer."""
    if method == "decision_function":
        return _boosted.asked(lambda rows: fitted.predict(rows, raw_score=True), _read(fitted), parts, False)
    return _boosted.asked(getattr(fitted, method), _read(fitted), parts, False)


def _read(fitted: Any) -> Booster:
    parameters = fitted.get_params() if hasattr(fitted, "get_params") else fitted.params
    if bending := [one for one in BENDING if parameters.get(one) not in (None, False, 0, -1, "false", "0")]:
        raise refused(fitted, f"predicts otherwise by its parameter {bending[0]}", "fit it without")
    booster = getattr(fitted, "booster_", fitted)
    return lightgbm_text.read(booster.model_to_string().encode())
