"""Gradient boosted trees (LightGBM): the probability of each class, or a number.

Deterministic: one thread, fixed seed, rows in their order. A missing value goes where it fits best.

Reference: Ke et al. (2017), "LightGBM: a highly efficient gradient boosting decision tree".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError, MissingExtra
from shall.graph import Value
from shall.graph.boosters import lightgbm_text
from shall.methods import nodes as said
from shall.methods.learn import _constraints, _rows
from shall.methods.learn._settings import chosen
from shall.methods.task import Choice, Floats, Scalar

try:
    import lightgbm
except ImportError as error:
    raise MissingExtra("lightgbm", "build", "boosted trees") from error

KINDS: Final = ("binary", "multiclass", "regressor")
CONSTRAINTS: Final = ("monotone", "interactions")  # constraints, beside `SPACE`
SPACE: Final = (
    Choice("learning_rate", 0.06, 0.01, 0.3, log=True),
    Choice("num_leaves", 31, 4, 128, log=True),
    Choice("min_data_in_leaf", 20, 5, 300, log=True),
    Choice("feature_fraction", 0.5, 0.2, 1.0),
    Choice("rounds", 150, 30, 1200, log=True),
    Choice("lambda_l2", 0.0, 0.0, 20.0),
    Choice("bagging_fraction", 1.0, 0.5, 1.0),
    Choice("splits", "best", options=("best", "random")),      # "random": one threshold a feature, at random
)
_RANDOM: Final[Mapping[str, Scalar]] = {"splits": "random", "rounds": 300, "feature_fraction": 1.0}
FIRST: Final[Mapping[str, tuple[Mapping[str, Scalar], ...]]] = {    # of each kind, to be tried after the defaults
    "binary": (_RANDOM,), "multiclass": (_RANDOM,), "regressor": (_RANDOM, {**_RANDOM, "rounds": 1200}),
}
FIXED: Final[dict[str, Any]] = {"num_threads": 1, "verbosity": -1, "deterministic": True, "force_row_wise": True}


@dataclass(frozen=True, slots=True)
class Learned:
    """A fitted booster."""

    booster: Any

    def probabilities(self, X: Floats) -> Floats:
        """float64[n, classes]."""
        if not len(X):                      # LightGBM refuses an empty matrix
            return np.zeros((0, max(self.booster.num_model_per_iteration(), 2)))
        found = np.asarray(self.booster.predict(X, num_threads=1))
        return found if found.ndim == 2 else np.column_stack([1 - found, found])

    def values(self, X: Floats) -> Floats:
        """float64[n]."""
        return np.asarray(self.booster.predict(X, num_threads=1)) if len(X) else np.zeros(0)

    def content(self) -> bytes:
        """What was learned, as text."""
        return str(self.booster.model_to_string(num_iteration=-1)).encode()


def fit(X: Floats, y: NDArray[Any], sizes: Sequence[int], classes: int = 2, seed: int = 0, *,
        weight: Floats | None = None, settings: Mapping[str, Scalar] | None = None) -> Learned:
    """Learn ``y`` [n] from ``X`` float64[n, p]; ``sizes``: categories of each feature.

    ``y`` is int64 in 0…classes-1, or float64 where ``classes`` is 0. Beside `SPACE`, ``settings`` may have `monotone`
    ("0,1,0,-1") and `interactions` ("0,1;2,3") of the features. InputError, DataError.
    """
    asked, rounds = parameters(sizes, classes, seed, settings)
    _rows.check(X, y, weight)
    return Learned(lightgbm.train(asked, dataset(X, y, sizes, weight), num_boost_round=rounds))


def parameters(sizes: Sequence[int], classes: int = 2, seed: int = 0, settings: Mapping[str, Scalar] | None = None
               ) -> tuple[dict[str, Any], int]:
    """The settings as LightGBM takes them, and the number of trees. InputError."""
    asked = chosen((*SPACE, *_constraints.GIVEN), settings)
    rounds = asked.pop("rounds")
    return {**_parameters(asked, sizes), **FIXED, **_goal(classes), "seed": seed}, rounds


def dataset(X: Floats, y: NDArray[Any], sizes: Sequence[int], weight: Floats | None = None) -> Any:
    """The rows as LightGBM takes them."""
    return lightgbm.Dataset(X, y, weight=weight, free_raw_data=False, params={"verbosity": -1},
                            categorical_feature=[place for place, size in enumerate(sizes) if size])


def load(content: bytes) -> Learned:
    """From the text of `content`; only text whose digest was checked may come here."""
    return Learned(lightgbm.Booster(model_str=content.decode()))


def nodes(learned: Learned, x: Value, classes: int) -> Value:
    """The same in a graph: [classes], or [1] number. InputError where the booster links its sum in another way."""
    read = lightgbm_text.read(learned.content())
    if read.link != ("identity" if not classes else "sigmoid" if classes == 2 else "softmax"):
        raise InputError(f"a booster of the objective {read.objective} cannot be put into a graph")
    margins = Value(read.op, (x,), dict(read.settings))
    return said.probabilities(margins * read.scale if read.scale != 1 else margins) if classes else margins


def _parameters(asked: dict[str, Any], sizes: Sequence[int]) -> dict[str, Any]:
    """As LightGBM takes them."""
    directions = _constraints.monotone(asked.pop("monotone"), sizes)
    meetings = _constraints.interactions(asked.pop("interactions"), len(sizes))
    random = asked.pop("splits") == "random"
    return {**asked, **({"extra_trees": True} if random else {}),
            **({"bagging_freq": 1} if asked["bagging_fraction"] < 1 else {}),
            **({"monotone_constraints": directions} if directions else {}),
            **({"interaction_constraints": meetings} if meetings else {})}


def _goal(classes: int) -> dict[str, Any]:
    if not classes:
        return {"objective": "regression"}
    return {"objective": "binary"} if classes == 2 else {"objective": "multiclass", "num_class": classes}
