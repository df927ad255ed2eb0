"""Gradient boosted trees (XGBoost): the probability of each class, or a number.

Deterministic: one thread, fixed seed, rows in their order. A missing value or an unseen category goes where it fits
best. XGBoost keeps features and what it learned as float32.

Reference: Chen and Guestrin (2016), "XGBoost: a scalable tree boosting system".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError, MissingExtra
from shall.graph import Value
from shall.graph.boosters import xgboost_json
from shall.methods import nodes as said
from shall.methods.learn import _constraints, _rows
from shall.methods.learn._settings import chosen
from shall.methods.task import Choice, Floats, Scalar

try:
    import xgboost
except ImportError as error:
    raise MissingExtra("xgboost", "xgboost", "XGBoost's trees") from error

KINDS: Final = ("binary", "multiclass", "regressor")
CONSTRAINTS: Final = ("monotone", "interactions")  # constraints, beside `SPACE`
SPACE: Final = (
    Choice("learning_rate", 0.08, 0.01, 0.3, log=True),
    Choice("max_depth", 5, 2, 9),
    Choice("min_child_weight", 2.0, 0.5, 100.0, log=True),
    Choice("colsample_bynode", 0.6, 0.2, 1.0),
    Choice("rounds", 150, 30, 500, log=True),
    Choice("reg_lambda", 1.0, 0.01, 100.0, log=True),
    Choice("subsample", 1.0, 0.5, 1.0),
)
FIXED: Final[dict[str, Any]] = {"nthread": 1, "verbosity": 0, "tree_method": "hist"}


@dataclass(frozen=True, slots=True)
class Learned:
    """A fitted booster, the sizes of the categories, and how many classes it tells apart (0: a number)."""

    booster: Any
    sizes: tuple[int, ...]
    classes: int

    def probabilities(self, X: Floats) -> Floats:
        """float64[n, classes]."""
        if not len(X):                      # XGBoost forgets the classes where there is no row
            return np.zeros((0, self.classes))
        found = np.asarray(self.booster.predict(_matrix(X, self.sizes)), dtype=np.float64)
        if found.ndim == 1:
            return np.column_stack([1 - found, found])
        return np.asarray(found / found.sum(axis=1, keepdims=True))     # of float32, their sum is 1 to 1e-7 only

    def values(self, X: Floats) -> Floats:
        """float64[n]."""
        return np.asarray(self.booster.predict(_matrix(X, self.sizes)), dtype=np.float64)

    def content(self) -> bytes:
        """What was learned, as JSON."""
        return bytes(self.booster.save_raw(raw_format="json"))


def fit(X: Floats, y: NDArray[Any], sizes: Sequence[int], classes: int = 2, seed: int = 0, *,
        weight: Floats | None = None, settings: Mapping[str, Scalar] | None = None) -> Learned:
    """Learn ``y`` [n] from ``X`` float64[n, p]; ``sizes``: categories of each feature.

    ``y`` is int64 in 0…classes-1, or float64 where ``classes`` is 0. Beside `SPACE`, ``settings`` may have `monotone`
    ("0,1,0,-1") and `interactions` ("0,1;2,3") of the features. InputError, DataError.
    """
    asked = chosen((*SPACE, *_constraints.GIVEN), settings)
    _rows.check(X, y, weight)
    directions = _constraints.monotone(asked.pop("monotone"), sizes)
    meetings = _constraints.interactions(asked.pop("interactions"), len(sizes))
    rounds = asked.pop("rounds")
    limits = {**({"monotone_constraints": tuple(directions)} if directions else {}),
              **({"interaction_constraints": json.dumps(meetings)} if meetings else {})}
    parameters = {**asked, **FIXED, **_goal(y, classes, weight), **limits, "seed": seed}
    booster = xgboost.train(parameters, _matrix(X, sizes, y, weight), num_boost_round=rounds)
    booster.set_attr(sizes=",".join(map(str, sizes)), classes=str(classes))
    return _of(booster)


def load(content: bytes) -> Learned:
    """From the JSON of `content`; only text whose digest was checked may come here."""
    booster = xgboost.Booster({"nthread": 1})
    booster.load_model(bytearray(content))
    return _of(booster)


def nodes(learned: Learned, x: Value, classes: int) -> Value:
    """The same in a graph: [classes], or [1] number. InputError where the booster links its sum in another way."""
    read = xgboost_json.read(learned.content())
    if read.link != ("identity" if not classes else "sigmoid" if classes == 2 else "softmax"):
        raise InputError(f"a booster of the objective {read.objective} cannot be put into a graph")
    margins = Value(read.op, (x,), dict(read.settings))
    if not classes:
        return margins
    found = Value("link_single", (margins,), {"function": read.link})
    return said.both_of(found) if classes == 2 else said.shared(found)


def _of(booster: Any) -> Learned:
    return Learned(booster, tuple(map(int, booster.attr("sizes").split(","))), int(booster.attr("classes")))


def _matrix(X: Floats, sizes: Sequence[int], y: NDArray[Any] | None = None, weight: Floats | None = None) -> Any:
    return xgboost.DMatrix(_rows.known(X, sizes), y, weight=weight, nthread=1, enable_categorical=True,
                           feature_types=["c" if size else "q" for size in sizes])


def _goal(y: NDArray[Any], classes: int, weight: Floats | None) -> dict[str, Any]:
    if not classes:
        return {"objective": "reg:squarederror"}
    if classes > 2:
        return {"objective": "multi:softprob", "num_class": classes}
    # where all rows are of one class, XGBoost's own start would be an infinite margin
    return {"objective": "binary:logistic", "base_score": float(_rows.shares(y, 2, weight)[1])}
