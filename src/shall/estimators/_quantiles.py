"""The two ends of an interval, as one estimator: quantiles by boosted trees, or a pair of regressors."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import MissingExtra
from shall.estimators import _rows
from shall.estimators._search import seed_of
from shall.methods.conform import quantile_trees
from shall.methods.prepare import encode

try:
    from sklearn.base import BaseEstimator, RegressorMixin, clone
    from sklearn.frozen import FrozenEstimator
except ImportError as error:
    raise MissingExtra("scikit-learn", "build", "an estimator") from error

Floats = NDArray[np.float64]


class Ends(RegressorMixin, BaseEstimator):      # type: ignore[misc]
    """Two quantiles; the middle of both is its prediction."""

    def ends(self, X: Any) -> tuple[Floats, Floats]:
        """float64[n], float64[n]: the lower and the upper quantile."""
        raise NotImplementedError

    def predict(self, X: Any) -> Floats:
        """float64[n]."""
        low, high = self.ends(X)
        return np.asarray((low + high) / 2)


class Trees(Ends):
    """Quantiles by boosted trees, between which ``coverage`` of the target lies."""

    def __init__(self, coverage: float = 0.9, random_state: Any = 0) -> None:
        self.coverage = coverage
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Learn y float64[n]; a frame may have text, categories and dates."""
        table = _rows.features(self, X, reset=True)
        self._encoding = encode.fit(table, table.column_names)
        self._learned = quantile_trees.learned(self._encoding(table), y, self._encoding.sizes, self.coverage,
                                               seed_of(self.random_state))
        return self

    def ends(self, X: Any) -> tuple[Floats, Floats]:
        """float64[n], float64[n]: the lower and the upper quantile."""
        return self._learned(self._encoding(_rows.features(self, X, reset=False)))


class Pair(Ends):
    """Two regressors; frozen ones learn nothing."""

    def __init__(self, lower: Any, upper: Any) -> None:
        self.lower = lower
        self.upper = upper

    @property
    def frozen(self) -> bool:
        """Whether both are fitted already."""
        return isinstance(self.lower, FrozenEstimator) and isinstance(self.upper, FrozenEstimator)

    def fit(self, X: Any, y: Any) -> Self:
        """Learn y float64[n] with both."""
        self.lower_, self.upper_ = clone(self.lower).fit(X, y), clone(self.upper).fit(X, y)
        return self

    def ends(self, X: Any) -> tuple[Floats, Floats]:
        """float64[n], float64[n]: what each predicts."""
        low, high = ((self.lower, self.upper) if self.frozen else (self.lower_, self.upper_))
        return np.asarray(low.predict(X), dtype=np.float64), np.asarray(high.predict(X), dtype=np.float64)
