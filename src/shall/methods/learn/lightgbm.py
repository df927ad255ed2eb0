"""Gradient boosted trees (LightGBM): the probability of each class.

Deterministic: one thread, fixed seed, rows in their order.

Reference: Ke et al. (2017), "LightGBM: a highly efficient gradient boosting decision tree".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import MissingExtra

try:
    import lightgbm
except ImportError as error:
    raise MissingExtra("lightgbm", "build", "boosted trees") from error

ROUNDS = 150
SETTINGS: dict[str, Any] = {
    "learning_rate": 0.06, "num_leaves": 31, "min_data_in_leaf": 20, "feature_fraction": 0.5, "num_threads": 1,
    "verbosity": -1, "deterministic": True, "force_row_wise": True,
}


@dataclass(frozen=True, slots=True)
class Learned:
    """A fitted booster."""

    booster: Any

    def probabilities(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[n, classes]."""
        if not len(X):                      # LightGBM refuses an empty matrix
            return np.zeros((0, max(self.booster.num_model_per_iteration(), 2)))
        found = np.asarray(self.booster.predict(X, num_threads=1))
        return found if found.ndim == 2 else np.column_stack([1 - found, found])

    def content(self) -> bytes:
        """What was learned, as text."""
        return str(self.booster.model_to_string(num_iteration=-1)).encode()


def fit(X: NDArray[np.float64], y: NDArray[np.int64], sizes: Sequence[int], classes: int = 2, seed: int = 0) -> Learned:
    """Learn ``y`` int64[n] in 0…classes-1 from ``X`` float64[n, p]; ``sizes``: categories of each feature."""
    goal = {"objective": "binary"} if classes == 2 else {"objective": "multiclass", "num_class": classes}
    categories = [place for place, size in enumerate(sizes) if size]
    data = lightgbm.Dataset(X, y, categorical_feature=categories, free_raw_data=False, params={"verbosity": -1})
    return Learned(lightgbm.train({**SETTINGS, **goal, "seed": seed}, data, num_boost_round=ROUNDS))


def load(content: bytes) -> Learned:
    """From the text of `content`; only text whose digest was checked may come here."""
    return Learned(lightgbm.Booster(model_str=content.decode()))
