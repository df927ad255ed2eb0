"""What conformal estimators share: rows are parted by lot, a model learns from some, the rest calibrate it."""

from __future__ import annotations

import math
import warnings
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError, MissingExtra
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
        try:
            table = _rows.features(self, X, reset=True)
            _rows.together(table, y)
            y = self._target(y)
            groups = self._groups(X, sensitive_features, len(table))
            learned, kept = self._parts(len(table))
            rows, model = self._rows(X), self._model()
            self.estimator_ = model if self._frozen(model) else clone(model).fit(
                _safe_indexing(rows, learned), self._several(y[learned]))
            self.conformal_ = self._calibrated(_safe_indexing(rows, kept), y[kept],
                                               None if groups is None else groups[kept])
        except InputError as error:
            if isinstance(error, ValueError | MissingExtra):
                raise
            raise WrongInput(str(error)) from error
        if self.conformal_.note:
            warnings.warn(self.conformal_.note, UserWarning, stacklevel=2)
        return self

    def update(self, X: Any, y: Any, *, sensitive_features: Any = None) -> Self:
        """Calibrate on further rows, as they come, beside the old ones; the model stays. ValueError."""
        check_is_fitted(self)
        table = _rows.features(self, X, reset=False)
        _rows.together(table, y)
        try:
            groups = self._groups(X, sensitive_features, len(table))
            given = {} if groups is None else {"groups": groups}
            self.conformal_ = self.conformal_.update(*self._says(self._rows(X)), self._coded(self._target(y)), **given)
        except InputError as error:
            raise WrongInput(str(error)) from error
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """[n]: what the model alone says."""
        check_is_fitted(self)
        _rows.features(self, X, reset=False)
        return np.asarray(self.estimator_.predict(self._rows(X)))

    def _rows(self, X: Any) -> Any:
        """Rows that can be taken by place."""
        return X if hasattr(X, "columns") else np.asarray(X)

    def _parts(self, rows: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places to learn from and to calibrate on, by lot: rows that are parted in any other way are not alike."""
        if self._frozen(self._model()):
            return np.zeros(0, dtype=np.int64), np.arange(rows)
        if rows < FEWEST:
            raise WrongInput(f"n_samples={rows}: rows to learn from and rows to calibrate on take {FEWEST} at least")
        size = self.calibration_size
        count = math.ceil(size * rows) if 0 < size < 1 else int(size)
        if not 0 < count < rows:
            raise WrongInput(f"calibration_size={size} is neither a share between 0 and 1 nor a count below {rows:,}")
        order = np.random.default_rng(seed_of(self.random_state)).permutation(rows)
        return np.sort(order[count:]), np.sort(order[:count])

    def _groups(self, X: Any, sensitive_features: Any, rows: int) -> NDArray[Any] | None:
        if self.by is None:
            return None
        table = _rows.protected(sensitive_features, (self.by,), rows)
        if self.by in table.column_names:
            return np.array(table.column(self.by).to_pylist(), dtype=object)
        if not hasattr(X, "columns") or self.by not in list(X.columns):
            raise WrongInput(f"by={self.by!r} is neither a column of X nor of sensitive_features")
        return np.array(list(X[self.by]), dtype=object)

    def _frozen(self, model: Any) -> bool:
        return isinstance(model, FrozenEstimator) or (isinstance(model, Pair) and model.frozen)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        one = self.estimator[0] if isinstance(self.estimator, tuple) else self.estimator
        tags.input_tags.allow_nan = one is None or get_tags(one).input_tags.allow_nan
        tags.target_tags.required = True
        return tags
