"""What conformal estimators share: rows are parted by lot, a model learns from some, the rest calibrate it."""

from __future__ import annotations

import math
import warnings
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import MissingExtra
from shall.estimators import _rows
from shall.estimators._quantiles import Pair
from shall.estimators._rows import WrongInput
from shall.estimators._search import seed_of

try:
    from sklearn.base import BaseEstimator, MetaEstimatorMixin, clone
    from sklearn.frozen import FrozenEstimator
    from sklearn.utils import _safe_indexing, get_tags
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise MissingExtra("scikit-learn", "build", "an estimator") from error

FEWEST: Final = 4                           # rows, where some are to be learned from and some calibrated on
Floats = NDArray[np.float64]


class Conformal(MetaEstimatorMixin, BaseEstimator):    # type: ignore[misc]
    """A model and what was calibrated of it."""

    coverage: float
    by: str | None
    calibration_size: float
    random_state: Any
    conformal_: Any

    def fit(self, X: Any, y: Any = None, *, sensitive_features: Any = None) -> Self:
        """Learn from a part of the rows and calibrate on the rest; a frozen model learns nothing and takes all of them.

        ``sensitive_features``: a frame or mapping with the column ``by``, where X has it not. ValueError.
        """
        with _rows.as_value_errors():
            table = _rows.features(self, X, reset=True)
            _rows.together(table, y)
            y = self._target(y)
            groups = _rows.groups_of(self.by, X, sensitive_features, len(table))
            learned, kept = self._parts(len(table))
            rows, model = _rows.by_place(X), self._model()
            self.estimator_ = model if self._frozen(model) else clone(model).fit(
                _safe_indexing(rows, learned), self._several(y[learned]))
            self.conformal_ = self._calibrated(_safe_indexing(rows, kept), y[kept],
                                               None if groups is None else groups[kept])
        if self.conformal_.note:
            warnings.warn(self.conformal_.note, UserWarning, stacklevel=2)
        return self

    def update(self, X: Any, y: Any, *, sensitive_features: Any = None) -> Self:
        """Calibrate on further rows, as they come, beside the old ones; the model stays. ValueError."""
        check_is_fitted(self)
        table = _rows.features(self, X, reset=False)
        _rows.together(table, y)
        with _rows.as_value_errors():
            groups = _rows.groups_of(self.by, X, sensitive_features, len(table))
            given = {} if groups is None else {"groups": groups}
            said, label = self._says(_rows.by_place(X)), self._coded(self._target(y))
            self.conformal_ = self.conformal_.update(*said, label, **given)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """[n]: what the model alone says."""
        check_is_fitted(self)
        _rows.features(self, X, reset=False)
        return np.asarray(self.estimator_.predict(_rows.by_place(X)))

    def _parts(self, rows: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places to learn from and to calibrate on."""
        if self._frozen(self._model()):
            return np.zeros(0, dtype=np.int64), np.arange(rows)
        if rows < FEWEST:
            raise WrongInput(f"n_samples={rows}: rows to learn from and rows to calibrate on take {FEWEST} at least")
        size = self.calibration_size
        count = math.ceil(size * rows) if 0 < size < 1 else int(size)
        if not 0 < count < rows:
            raise WrongInput(f"calibration_size={size} is neither a share between 0 and 1 nor a count below {rows:,}")
        return _rows.parted(rows, count, seed_of(self.random_state))

    def _frozen(self, model: Any) -> bool:
        return isinstance(model, FrozenEstimator) or (isinstance(model, Pair) and model.frozen)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        one = self.estimator[0] if isinstance(self.estimator, tuple) else self.estimator
        tags.input_tags.allow_nan = one is None or get_tags(one).input_tags.allow_nan
        tags.target_tags.required = True
        return tags
