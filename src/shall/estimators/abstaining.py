"""Any classifier that answers only rows like those it has seen, and only where it is promised to be right."""

from __future__ import annotations

from typing import Any, Final, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.errors import MissingExtra
from shall.estimators import _rows
from shall.estimators._rows import WrongInput
from shall.estimators._search import seed_of
from shall.estimators.learner import Learner
from shall.phases.guarding import Asked, Known, Trained, guard_of
from shall.runtimes.guard import Guard, Ruling
from shall.stats.novelty import FEWEST

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
    from sklearn.utils import _safe_indexing, get_tags
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise MissingExtra("scikit-learn", "build", "an estimator") from error

LEAST: Final = 4                            # rows: some to learn from, some for each half of the rest


class AbstainingClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):    # type: ignore[misc]
    """A classifier that says for each row whether its answer may leave, and why not.

    Args:
        estimator: any classifier with `predict_proba`; none: boosted trees.
        risk: the share of wrong answers among all that are answered, at most; in each group of ``by``.
        confidence: of that promise.
        alpha: the share of rows like those of training that are taken for unlike, at most.
        coverage: not answered where a set that holds the true class of so many rows has several classes, or none.
        by: the column whose groups have the promise each; of X, or of ``sensitive_features``.
        calibration_size: the share of the rows that are not learned from: half of it for each line.
        random_state: the same one parts the rows alike.

    `predict` says what the model alone says of every row; `abstains` and `rulings` what may leave. After `fit`:
    ``classes_``, ``estimator_``, ``guard_`` (ships with a bundle: ``shall.ship(…, guard=…)``).

        >>> from sklearn.datasets import load_breast_cancer
        >>> X, y = load_breast_cancer(return_X_y=True, as_frame=True)
        >>> model = AbstainingClassifier(Learner("logistic_regression")).fit(X, y)
        >>> X.loc[0, "mean radius"] = 60
        >>> model.abstains(X[:3]).tolist(), model.rulings(X[:1])[0].code
        ([True, False, False], 'unseen')
    """

    def __init__(self, estimator: Any = None, *, risk: float = 0.05, confidence: float = 0.95, alpha: float = 0.05,
                 coverage: float | None = None, by: str | None = None, calibration_size: float = 0.4,
                 random_state: Any = 0) -> None:
        self.estimator = estimator
        self.risk = risk
        self.confidence = confidence
        self.alpha = alpha
        self.coverage = coverage
        self.by = by
        self.calibration_size = calibration_size
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, *, sensitive_features: Any = None) -> Self:
        """Learn from a part of the rows; the rest places the lines. ValueError where something is not right."""
        with _rows.as_value_errors():
            table = _rows.features(self, X, reset=True)
            _rows.together(table, y)
            y = _rows.target(y, classes=True, what=type(self).__name__)
            learned, kept = self._parts(len(table))
            rows, groups = _rows.by_place(X), _rows.groups_of(self.by, X, sensitive_features, len(table))
            self.classes_ = _rows.several(y)
            self.estimator_ = clone(self._model()).fit(_safe_indexing(rows, learned), _rows_of(y, learned))
            asked = Asked(self.classes_.tolist(), None, self.alpha, self.coverage, self.risk, self.confidence,
                          seed_of(self.random_state))
            said = {"probabilities": self._says(_safe_indexing(rows, kept))}
            known = Known(said, y[kept], table.take(pa.array(kept)),
                          None if groups is None else groups[kept].astype(str))
            seen = Trained(table.take(pa.array(learned)), None, y[learned])
            self.guard_: Guard = guard_of(asked, known, seen if len(learned) >= FEWEST else None)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """[n]: the likeliest class by the model alone, of every row."""
        check_is_fitted(self)
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """float64[n, C], in the order of `classes_`."""
        check_is_fitted(self)
        _rows.features(self, X, reset=False)
        return self._says(_rows.by_place(X))

    def rulings(self, X: Any) -> list[Ruling]:
        """For each row its decision, or None and the reason: ``code`` and ``why``."""
        check_is_fitted(self)
        table = _rows.features(self, X, reset=False)
        return self.guard_(table, self._says(_rows.by_place(X)))

    def abstains(self, X: Any) -> NDArray[np.bool_]:
        """bool[n]: the rows that are not answered."""
        return np.array([not one.answered for one in self.rulings(X)], dtype=bool)

    def _says(self, rows: Any) -> NDArray[np.float64]:
        found = np.asarray(self.estimator_.predict_proba(rows), dtype=np.float64)
        P = np.zeros((len(found), len(self.classes_)))
        P[:, np.searchsorted(self.classes_, self.estimator_.classes_)] = found
        return P

    def _model(self) -> Any:
        if self.estimator is not None and not hasattr(self.estimator, "predict_proba"):
            raise WrongInput(f"{type(self.estimator).__name__} has no predict_proba, and what is promised is about "
                             "probabilities")
        return Learner() if self.estimator is None else self.estimator

    def _parts(self, rows: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places to learn from, and for the lines."""
        if rows < LEAST:
            raise WrongInput(f"n_samples={rows}: rows to learn from and rows for the lines take {LEAST} at least")
        if not 0 < self.calibration_size < 1:
            raise WrongInput(f"calibration_size={self.calibration_size} is no share between 0 and 1")
        count = min(max(round(self.calibration_size * rows), 2), rows - 2)
        return _rows.parted(rows, count, seed_of(self.random_state))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.estimator is None or get_tags(self.estimator).input_tags.allow_nan
        tags.target_tags.required = True
        return tags


def _rows_of(y: NDArray[Any], learned: NDArray[np.int64]) -> NDArray[Any]:
    """The labels to learn from. ValueError where they are of one class."""
    _rows.several(y[learned])
    return np.asarray(y[learned])
