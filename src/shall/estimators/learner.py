"""One learner alone, as an estimator of scikit-learn."""

from __future__ import annotations

from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from shall import registry
from shall.core.errors import MissingExtra
from shall.estimators import _rows
from shall.estimators._rows import WrongInput
from shall.estimators._search import seed_of
from shall.methods.prepare import encode
from shall.methods.task import Floats

try:
    from sklearn.base import BaseEstimator
    from sklearn.metrics import accuracy_score, r2_score
    from sklearn.utils import ClassifierTags, RegressorTags
    from sklearn.utils.metaestimators import available_if
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise MissingExtra("scikit-learn", "build", "an estimator") from error

OWN: Final = ("learner", "kind", "random_state")


def _classifies(estimator: Learner) -> bool:
    return bool(estimator.__sklearn_tags__().estimator_type == "classifier")


class Learner(BaseEstimator):    # type: ignore[misc]
    """A learner of shall by its id, with its settings: ``Learner("lightgbm", num_leaves=15)``.

    Args:
        learner: its id; `shall list` does not show them, `[build] learners` takes the same ones.
        kind: `"classifier"` or `"regressor"`, for a learner that can be both; else what it can be, a classifier first.
        random_state: the same one gives the same model.
        settings: of the learner, each within its bounds; `fit` raises ValueError otherwise.

    A frame may have text, categories and dates; missing values are welcome.

        >>> from sklearn.datasets import load_iris
        >>> X, y = load_iris(return_X_y=True, as_frame=True)
        >>> round(Learner("logistic_regression", C=10.0).fit(X, y).score(X, y), 2)
        0.98
    """

    def __init__(self, learner: str = "lightgbm", *, kind: str | None = None, random_state: Any = 0,
                 **settings: Any) -> None:
        self.learner = learner
        self.kind = kind
        self.random_state = random_state
        for name, value in settings.items():
            setattr(self, name, value)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Its arguments, and those settings that were given."""
        return {**super().get_params(deep), **self._settings()}

    def set_params(self, **params: Any) -> Self:
        """Change arguments and settings; `fit` tells which are wrong."""
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn y [n], classes or numbers, under weights float64[n]. ValueError where something is not right."""
        classifies = _classifies(self)
        with _rows.as_value_errors():
            table = _rows.features(self, X, reset=True)
            _rows.together(table, y)
            y = _rows.target(y, classes=classifies, what=type(self).__name__)
            weight = _rows.weights(sample_weight, table)
            if len(table) < 2:
                raise WrongInput(f"n_samples={len(table)}: one row teaches nothing")
            self._encoding = encode.fit(table, table.column_names)
            if classifies:
                self.classes_ = _rows.several(y)
                y = np.searchsorted(self.classes_, y)
                if len(self.classes_) > 2 and "multiclass" not in self._kinds():
                    raise WrongInput("Only binary classification is supported. The type of the target is multiclass")
            self.learned_ = self._module().fit(
                self._encoding(table), y, self._encoding.sizes, classes=len(self.classes_) if classifies else 0,
                seed=seed_of(self.random_state), weight=weight, settings=self._settings())
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """[n]: the likeliest class, or the value."""
        check_is_fitted(self)
        encoded = self._encoded(X)
        if not _classifies(self):
            return np.asarray(self.learned_.values(encoded))
        return np.asarray(self.classes_[self.learned_.probabilities(encoded).argmax(axis=1)])

    @available_if(_classifies)     # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """float64[n, C], in the order of `classes_`."""
        check_is_fitted(self)
        return np.asarray(self.learned_.probabilities(self._encoded(X)))

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Accuracy, or R²."""
        return float((accuracy_score if _classifies(self) else r2_score)(
            y, self.predict(X), sample_weight=sample_weight))

    def _encoded(self, X: Any) -> Floats:
        found: Floats = self._encoding(_rows.features(self, X, reset=False))
        return found

    def _settings(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items()
                if name not in OWN and not name.startswith("_") and not name.endswith("_")}

    def _module(self) -> Any:
        if self.learner not in registry.ids("methods") or not hasattr(registry.find("methods", self.learner), "load"):
            raise WrongInput(f"there is no learner {self.learner!r}; there are: "
                             f"{', '.join(registry.within('methods', 'learn'))}")
        return registry.find("methods", self.learner)

    def _kinds(self) -> tuple[str, ...]:
        """What it can learn; of a learner that is not known, or not installed, everything: `fit` tells it."""
        every = ("binary", "multiclass", "regressor")
        if not isinstance(self.learner, str) or self.learner not in registry.ids("methods"):
            return every
        try:
            return tuple(getattr(registry.find("methods", self.learner), "KINDS", every))
        except MissingExtra:
            return every

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        kinds = self._kinds()
        classes = kinds != ("regressor",) if self.kind is None else self.kind != "regressor"
        tags.estimator_type = "classifier" if classes else "regressor"
        tags.classifier_tags = ClassifierTags(multi_class="multiclass" in kinds) if classes else None
        tags.regressor_tags = None if classes else RegressorTags()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        return tags
