"""The search under requirements as estimators of scikit-learn, certified on rows that they hold out themselves."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import MissingExtra, NoModel
from shall.core.verdict import Verdict
from shall.estimators import _lines, _rows, _search
from shall.estimators._rows import Given, WrongInput
from shall.estimators._search import Coding
from shall.estimators.fitted import Fitted
from shall.methods.model import Answer
from shall.phases.building.candidates import Tried

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise MissingExtra("scikit-learn", "build", "an estimator") from error


class _Constrained(BaseEstimator):    # type: ignore[misc]
    """What a classifier and a regressor share."""

    def __init__(self, requirements: Any = (), *, groups: Any = None, objective: str | None = None,
                 confidence: float = 95.0, gate_size: float | None = 0.25, looks: int = 1, on_not_found: str = "raise",
                 learners: Any = (), trials: int | None = None, seconds: float | None = None, use_groups: Any = (),
                 random_state: Any = 0, n_jobs: int | None = None, cluster: str = "",
                 study: str | None = None) -> None:
        self.requirements = requirements
        self.groups = groups
        self.objective = objective
        self.confidence = confidence
        self.gate_size = gate_size
        self.looks = looks
        self.on_not_found = on_not_found
        self.learners = learners
        self.trials = trials
        self.seconds = seconds
        self.use_groups = use_groups
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.cluster = cluster
        self.study = study

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None, *, sensitive_features: Any = None,
            X_gate: Any = None, y_gate: Any = None, sample_weight_gate: Any = None,
            sensitive_features_gate: Any = None) -> Self:
        """Search under the requirements, and certify the best candidate on the gate.

        Args:
            X: the features; a frame may have text, categories and dates. Missing values are welcome.
            y: classes, or numbers.
            sample_weight: float[n], none below zero.
            sensitive_features: columns that the requirements need and the model must not see: a frame or a mapping,
                or one bare column. A column of X that is a group is not learned from either.
            X_gate, y_gate, sample_weight_gate, sensitive_features_gate: rows to certify on; else `gate_size` of
                the rows are held out.

        Raises ValueError where something is not as it must be, NoModel where no certified model was found.
        """
        for name in ("best_estimator_", "result_", "found_"):
            self.__dict__.pop(name, None)
        if self.on_not_found not in ("raise", "nearest"):
            raise WrongInput(f"on_not_found is \"raise\" or \"nearest\", not {self.on_not_found!r}")
        with _rows.as_value_errors():
            given = self._given((X, y, sample_weight, sensitive_features), reset=True)
            gate = None if X_gate is None else self._given(
                (X_gate, y_gate, sample_weight_gate, sensitive_features_gate), reset=False)
            return self._search(given, gate)

    def _search(self, given: Given, gate: Given | None) -> Self:
        coding = self._coding(given.y)
        seed = _search.seed_of(self.random_state)
        material, certifies = _search.material_of(_search.Asked.of(self), coding, given, gate, seed)
        result = _search.certified(material)
        self.result_ = result if certifies else replace(result, verdicts=())
        kept = result.candidate is not None or not material.requirements
        self.found_ = kept and (result.found or not certifies)
        if not self.found_:
            if self.on_not_found == "raise":
                raise NoModel(_search.what_is_missing(self.result_))
            warnings.warn(_search.what_is_missing(self.result_), UserWarning, stacklevel=3)
        model = result.candidate or _search.nearest(material, result)
        if model is None:
            raise NoModel(_search.what_is_missing(self.result_))
        self.best_estimator_ = Fitted(model, coding.classes or None, self._columns)
        return self

    @property
    def verdicts_(self) -> tuple[Verdict, ...]:
        """The verdict of each requirement on the gate; none where nothing was put to a gate."""
        return tuple(self.result_.verdicts)

    @property
    def frontier_(self) -> tuple[Tried, ...]:
        """Every candidate, measured on rows that it did not learn from; `chosen` marks the best."""
        return tuple(self.result_.tried)

    def predict(self, X: Any) -> NDArray[Any]:
        """[n]: the class that is decided (a rule decides it, not always the likelier one), or the value."""
        return self._best().decided(self._answer(X))

    def abstains(self, X: Any) -> NDArray[np.bool_]:
        """bool[n]: where the model leaves the decision to somebody else; only where a requirement asks for it."""
        return self._answer(X).abstained

    def _best(self) -> Fitted:
        check_is_fitted(self, "best_estimator_")
        best: Fitted = self.best_estimator_
        return best

    def _answer(self, X: Any) -> Answer:
        return self._best().model.answer(_rows.features(self, X, reset=False))

    def _given(self, rows: tuple[Any, Any, Any, Any], *, reset: bool) -> Given:
        X, y, sample_weight, sensitive = rows
        table = _rows.features(self, X, reset=reset)
        _rows.together(table, y)
        wanted = _lines.names_of(_lines.named(self.requirements))
        return Given(table, self._target(y), _rows.protected(sensitive, wanted, len(table)),
                     _rows.weights(sample_weight, table))

    def _target(self, y: Any) -> NDArray[Any]:
        raise NotImplementedError

    def _coding(self, y: NDArray[Any]) -> Coding:
        raise NotImplementedError

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        return tags


class ConstrainedClassifier(ClassifierMixin, _Constrained):    # type: ignore[misc]
    """The best classifier that keeps the requirements, certified on rows that the search never saw.

    Args:
        requirements: lines as in a shall file, ``"ratio of selection_rate over sex >= 0.80"``: one, some, or a
            mapping from names to lines. None: an ordinary search.
        pos_label: the positive class, of two; else the last one in order.
        groups: groups by name, as under `[groups]` of a shall file; else each name after `over` is a column.
        objective: the measure to be best in under the requirements; else accuracy.
        confidence: per cent, of each line.
        gate_size: rows of `fit` that certify and are never learned from: a share or a number. None: nothing is
            certified, and the search aims as if as many rows as it learns from were to certify it.
        looks: how many models these gate rows will ever judge; they share the error.
        on_not_found: `"raise"` NoModel where no certified model was found, or `"nearest"`: take the candidate that is
            nearest to the requirements, with a warning.
        learners: ids of the only learners to try; else all that are installed.
        trials, seconds: the budget; else 16 trials.
        use_groups: groups that the model may use when it decides; their columns must be in X.
        random_state: the same one gives the same model, however many jobs there are.
        n_jobs: trials that are learned side by side; -1: one a core.
        cluster: `"ray"`: on the workers of a Ray cluster.
        study: address of a database that keeps the search, so that a stopped one goes on (`sqlite:///search.db`).

    After `fit`: ``found_``, ``verdicts_``, ``frontier_``, ``result_``, ``best_estimator_``, ``classes_``.

        >>> from sklearn.datasets import load_breast_cancer
        >>> X, y = load_breast_cancer(return_X_y=True, as_frame=True)
        >>> sought = ConstrainedClassifier("roc_auc >= 0.90", learners=("logistic_regression",), trials=1).fit(X, y)
        >>> str(sought.verdicts_[0].verdict), len(sought.predict(X))
        ('met', 569)
    """

    def __init__(self, requirements: Any = (), *, pos_label: Any = None, groups: Any = None,
                 objective: str | None = None, confidence: float = 95.0, gate_size: float | None = 0.25,
                 looks: int = 1, on_not_found: str = "raise", learners: Any = (), trials: int | None = None,
                 seconds: float | None = None, use_groups: Any = (), random_state: Any = 0,
                 n_jobs: int | None = None, cluster: str = "", study: str | None = None) -> None:
        super().__init__(requirements, groups=groups, objective=objective, confidence=confidence, gate_size=gate_size,
                         looks=looks, on_not_found=on_not_found, learners=learners, trials=trials, seconds=seconds,
                         use_groups=use_groups, random_state=random_state, n_jobs=n_jobs, cluster=cluster, study=study)
        self.pos_label = pos_label

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """float64[n, C]: the probability of each of `classes_`, calibrated; no rule shifts it."""
        found = self._answer(X).score
        place = {name: column for column, name in enumerate(self._best().classes_.tolist())}
        return np.asarray(found[:, [place[name] for name in self.classes_.tolist()]])

    def _target(self, y: Any) -> NDArray[Any]:
        return _rows.target(y, classes=True, what=type(self).__name__)

    def _coding(self, y: NDArray[Any]) -> Coding:
        self.classes_ = _rows.several(y)
        return Coding(_search.classes_in(y, self.pos_label))


class ConstrainedRegressor(RegressorMixin, _Constrained):    # type: ignore[misc]
    """The best regressor that keeps the requirements, certified on rows that the search never saw.

    Its arguments are those of `ConstrainedClassifier` without ``pos_label``; the objective is the root of the mean
    squared error where none is said.
    """

    def _target(self, y: Any) -> NDArray[Any]:
        return _rows.target(y, classes=False, what=type(self).__name__)

    def _coding(self, y: NDArray[Any]) -> Coding:
        return Coding()
