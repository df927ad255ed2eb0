"""One configuration without a search, as an estimator: a learner, its mitigation, and the rule that decides."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from shall import registry
from shall.core.errors import MissingExtra
from shall.estimators import _lines, _rows, _search
from shall.estimators._rows import Given, WrongInput
from shall.estimators.fitted import Fitted
from shall.methods.model import Answer
from shall.phases.building.candidates import best_of, choose
from shall.phases.building.starting import task_of
from shall.phases.building.trial import Task, refit, run

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise MissingExtra("scikit-learn", "build", "an estimator") from error

PARTS: Final = {"learner": "learn", "prepare": "prepare", "mitigate": "mitigate", "calibrate": "calibrate",
                "adjust": "adjust"}


class Mitigated(ClassifierMixin, BaseEstimator):    # type: ignore[misc]
    """A learner of two classes that is held to requirements by methods of shall, each by its id.

    The rule that decides is made on rows that the model did not learn from (cross-fitting). Nothing is certified:
    put the fitted estimator to rows of your own with `shall.check(…, data=shall.log(estimator, X, y))`.

    Args:
        requirements: lines, as `ConstrainedClassifier` takes them.
        learner, prepare, mitigate, calibrate, adjust: ids of methods; "" leaves a step out. ``adjust`` makes the
            rule that decides: `"threshold"`, `"plug_in"` and so on.
        settings: of these methods, under `"lightgbm.num_leaves"`.
        pos_label, groups, objective, confidence, use_groups: as `ConstrainedClassifier` takes them.
        random_state: the same one gives the same model.

    After `fit`: ``found_`` (whether every requirement is kept on the rows that were held out in turn), ``tried_``
    (every rule that was made, `chosen` marks the one that decides), ``best_estimator_``, ``classes_``.
    """

    def __init__(self, requirements: Any = (), *, learner: str = "lightgbm", prepare: str = "", mitigate: str = "",
                 calibrate: str = "", adjust: str = "threshold", settings: Any = None, pos_label: Any = None,
                 groups: Any = None, objective: str | None = None, confidence: float = 95.0, use_groups: Any = (),
                 random_state: Any = 0) -> None:
        self.requirements = requirements
        self.learner = learner
        self.prepare = prepare
        self.mitigate = mitigate
        self.calibrate = calibrate
        self.adjust = adjust
        self.settings = settings
        self.pos_label = pos_label
        self.groups = groups
        self.objective = objective
        self.confidence = confidence
        self.use_groups = use_groups
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None, *, sensitive_features: Any = None) -> Self:
        """Learn, and make the rule; what it takes is what `ConstrainedClassifier.fit` takes. ValueError."""
        with _rows.as_value_errors():
            for part, folder in PARTS.items():
                self._expect(part, folder)
            table = _rows.features(self, X, reset=True)
            _rows.together(table, y)
            wanted = _lines.names_of(_lines.named(self.requirements))
            return self._learn(Given(
                table, _rows.target(y, classes=True, what=type(self).__name__),
                _rows.protected(sensitive_features, wanted, len(table)), _rows.weights(sample_weight, table)))

    def _learn(self, given: Given) -> Self:
        self.classes_ = _rows.several(given.y)
        coding = _search.Coding(_search.classes_in(given.y, self.pos_label))
        if len(coding.classes) > 2:
            raise WrongInput("Only binary classification is supported. The type of the target is multiclass")
        asked = _search.Asked(self.requirements, self.groups, self.objective or "accuracy", self.confidence,
                              learners=(self.learner,), use_groups=self.use_groups)
        material, _ = _search.material_of(asked, coding, given, None, _search.seed_of(self.random_state))
        task = _at_limits(task_of(material, time.monotonic()), self.adjust)
        outcome = run(task, 0, self._config())
        if not outcome.tried:
            raise WrongInput(f"{self.learner} could not be learned: {outcome.failed or 'no rule was made'}")
        best = best_of(outcome.tried, -math.inf)
        chosen = choose(outcome.tried, -math.inf)
        self.found_ = chosen is not None
        self.tried_ = tuple(replace(one, chosen=one is best) for one in outcome.tried)
        assert best is not None
        self.best_estimator_ = Fitted(refit(task, best), coding.classes, self._columns)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """[n]: the class that the rule decides."""
        answer = self._answer(X)
        return np.asarray(self.best_estimator_.decided(answer))

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """float64[n, 2], in the order of `classes_`; no rule shifts it."""
        found = self._answer(X).score
        return np.asarray(found if (self.best_estimator_.classes_ == self.classes_).all() else found[:, ::-1])

    def _answer(self, X: Any) -> Answer:
        check_is_fitted(self, "best_estimator_")
        answer: Answer = self.best_estimator_.model.answer(_rows.features(self, X, reset=False))
        return answer

    def _expect(self, part: str, folder: str) -> None:
        name, there = getattr(self, part), registry.within("methods", folder)
        if name not in there and (name or part == "learner") and name not in registry.plugged_in("methods"):
            raise WrongInput(f"{part}={name!r}: there is no such method; there are: {', '.join(there)}")

    def _config(self) -> dict[str, Any]:
        parts = {part: getattr(self, part) for part in PARTS if part != "adjust" and getattr(self, part)}
        settings = {} if self.settings is None else self.settings
        if not isinstance(settings, Mapping):
            raise WrongInput("settings are a mapping, {\"lightgbm.num_leaves\": 15}")
        if strange := [name for name in settings if name.partition(".")[0] not in parts.values()]:
            raise WrongInput(f"settings: {strange[0]} is of no method that is used; write METHOD.SETTING, with one of "
                             f"{', '.join(parts.values())}")
        return {**parts, **settings}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = True
        return tags


def _at_limits(task: Task, adjust: str) -> Task:
    """The same with the limits themselves as aims: there is no gate to allow for."""
    each = tuple(tuple(replace(aim, aim=aim.bound) for aim in some) for some in task.aims.each)
    return replace(task, aims=replace(task.aims, each=each), makers=(adjust,) if adjust else ())

