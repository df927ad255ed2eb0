"""Any classifier with sets, any regressor with intervals, that hold the truth as often as they promise."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import MissingExtra
from shall.estimators import _rows
from shall.estimators._calibrated import Conformal
from shall.estimators._quantiles import Ends, Pair, Trees
from shall.estimators._rows import WrongInput
from shall.estimators.learner import Learner
from shall.methods.conform import cqr, mondrian, split

try:
    from sklearn.base import ClassifierMixin, RegressorMixin, is_classifier
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise MissingExtra("scikit-learn", "build", "an estimator") from error

Floats = NDArray[np.float64]


class ConformalClassifier(ClassifierMixin, Conformal):     # type: ignore[misc]
    """A classifier that answers by a set of classes, which holds the true one as often as ``coverage`` says.

    Args:
        estimator: any classifier with `predict_proba`; `FrozenEstimator(model)` of scikit-learn for one that is fitted;
            none: boosted trees.
        coverage: the share of fresh rows whose class shall be in the set.
        conformity: `"lac"` (the smallest sets), `"aps"` or `"raps"` (larger where the model is unsure).
        by: the column whose groups have the coverage each; of X, or of ``sensitive_features``.
        by_class: whether each class has it, too.
        calibration_size: share (or count) of the rows that are not learned from.
        bits: of each score, where many calibration rows shall take little memory.
        random_state: the same one parts the rows alike.

    After `fit`: ``classes_``, ``estimator_``, ``conformal_`` (limits, law, plain data).

        >>> from sklearn.datasets import load_iris
        >>> X, y = load_iris(return_X_y=True)
        >>> sets = ConformalClassifier(Learner("logistic_regression")).fit(X, y).sets(X)
        >>> sets.shape, bool(sets[range(150), y].mean() >= 0.85)
        ((150, 3), True)
    """

    def __init__(self, estimator: Any = None, *, coverage: float = 0.9, conformity: str = "lac", by: str | None = None,
                 by_class: bool = False, calibration_size: float = 0.25, bits: int | None = None,
                 random_state: Any = 0) -> None:
        self.estimator = estimator
        self.coverage = coverage
        self.conformity = conformity
        self.by = by
        self.by_class = by_class
        self.calibration_size = calibration_size
        self.bits = bits
        self.random_state = random_state

    def sets(self, X: Any, *, sensitive_features: Any = None) -> NDArray[np.bool_]:
        """bool[n, C], in the order of `classes_`: the classes that are not ruled out; none, or all, may be left."""
        check_is_fitted(self)
        table = _rows.features(self, X, reset=False)
        groups = _rows.groups_of(self.by, X, sensitive_features, len(table))
        given = {} if groups is None else {"groups": groups}
        return np.asarray(self.conformal_.sets(self.predict_proba(X), **given))

    def predict_proba(self, X: Any) -> Floats:
        """float64[n, C], in the order of `classes_`: what the model alone says; 0 for a class that it never saw."""
        check_is_fitted(self, "estimator_")
        _rows.features(self, X, reset=False)
        found = np.asarray(self.estimator_.predict_proba(_rows.by_place(X)), dtype=np.float64)
        P = np.zeros((len(found), len(self.classes_)))
        P[:, np.searchsorted(self.classes_, self.estimator_.classes_)] = found
        return P

    def _target(self, y: Any) -> NDArray[Any]:
        return _rows.target(y, classes=True, what=type(self).__name__)

    def _model(self) -> Any:
        if self.estimator is not None and not hasattr(self.estimator, "predict_proba"):
            raise WrongInput(f"{type(self.estimator).__name__} has no predict_proba: sets are made of probabilities")
        return Learner() if self.estimator is None else self.estimator

    def _several(self, y: NDArray[Any]) -> NDArray[Any]:
        _rows.several(y)
        return y

    def _coded(self, y: NDArray[Any]) -> NDArray[np.int64]:
        if strange := sorted({*y.tolist()} - {*self.classes_.tolist()}, key=str):
            raise WrongInput(f"y has the class {strange[0]!r}, which the model did not learn: it knows "
                             f"{', '.join(map(str, self.classes_.tolist()))}")
        return np.searchsorted(self.classes_, y)

    def _says(self, X: Any) -> tuple[Floats]:
        return (self.predict_proba(X),)

    def _calibrated(self, X: Any, y: NDArray[Any], groups: NDArray[Any] | None) -> Any:
        self.classes_ = np.union1d(self.estimator_.classes_, y)     # one that fell to the calibration rows only, too
        P, coded = self.predict_proba(X), self._coded(y)
        if groups is None and not self.by_class:
            return split.fit(P, coded, self.coverage, self.conformity, bits=self.bits)
        return mondrian.fit(P, coded, self.coverage, self.conformity, groups=groups, by_class=self.by_class,
                            bits=self.bits)


class ConformalRegressor(RegressorMixin, Conformal):       # type: ignore[misc]
    """A regressor that answers by an interval, which holds the true number as often as ``coverage`` says.

    Args:
        estimator: any regressor, whose intervals have one width for all rows (or for each group); a pair of regressors
            of a lower and an upper quantile, whose intervals are wide where they lie apart (conformalised quantile
            regression); none: quantiles by boosted trees. `FrozenEstimator(model)` for one that is fitted.
        coverage: the share of fresh rows whose number shall be in the interval.
        by: the column whose groups have the coverage each, of X or of ``sensitive_features``; not with quantiles.
        symmetric: whether both quantiles move by as much; else each side has half of the risk to itself.
        calibration_size, bits, random_state: as `ConformalClassifier` takes them.

    After `fit`: ``estimator_``, ``conformal_`` (limits, law, plain data).
    """

    def __init__(self, estimator: Any = None, *, coverage: float = 0.9, by: str | None = None, symmetric: bool = True,
                 calibration_size: float = 0.25, bits: int | None = None, random_state: Any = 0) -> None:
        self.estimator = estimator
        self.coverage = coverage
        self.by = by
        self.symmetric = symmetric
        self.calibration_size = calibration_size
        self.bits = bits
        self.random_state = random_state

    def interval(self, X: Any, *, sensitive_features: Any = None) -> tuple[Floats, Floats]:
        """float64[n], float64[n]: lower and upper end; infinite where too few calibration rows promise nothing."""
        check_is_fitted(self)
        table = _rows.features(self, X, reset=False)
        groups = _rows.groups_of(self.by, X, sensitive_features, len(table))
        given = {} if groups is None else {"groups": groups}
        low, high = self.conformal_.interval(*self._says(_rows.by_place(X)), **given)
        return low, high

    def _target(self, y: Any) -> NDArray[Any]:
        return _rows.target(y, classes=False, what=type(self).__name__)

    def _coded(self, y: NDArray[Any]) -> NDArray[Any]:
        return y

    def _several(self, y: NDArray[Any]) -> NDArray[Any]:
        return y

    def _model(self) -> Any:
        if self.estimator is not None and not isinstance(self.estimator, tuple):
            if is_classifier(self.estimator):
                raise WrongInput("intervals are made by a regressor, and estimator= is a classifier: of a Learner say "
                                 "kind=\"regressor\"")
            return self.estimator
        if self.by is not None:
            raise WrongInput("by= takes one regressor: of quantiles, each row has a width of its own already")
        if self.estimator is None:
            return Trees(self.coverage, self.random_state)
        if len(self.estimator) != 2:
            raise WrongInput(f"estimator= is one regressor or a pair, (lower, upper), and not {len(self.estimator)}")
        return Pair(*self.estimator)

    def _says(self, X: Any) -> tuple[Floats, ...]:
        if isinstance(self.estimator_, Ends):
            return self.estimator_.ends(X)
        return (np.asarray(self.estimator_.predict(X), dtype=np.float64),)

    def _calibrated(self, X: Any, y: NDArray[Any], groups: NDArray[Any] | None) -> Any:
        said = self._says(X)
        if len(said) == 2:
            return cqr.fit(*said, y, self.coverage, symmetric=self.symmetric, bits=self.bits)
        if groups is not None:
            return mondrian.fit(said[0], y, self.coverage, groups=groups, bits=self.bits)
        return split.fit(said[0], y, self.coverage, bits=self.bits)
