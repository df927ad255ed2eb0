"""A model that was built, as a fitted estimator."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from shall import registry
from shall.adapters.frames import TableLog, table_of
from shall.core.errors import MissingExtra
from shall.estimators import _rows
from shall.methods.model import Answer, Model, load

try:
    from sklearn.base import BaseEstimator
    from sklearn.utils import ClassifierTags, RegressorTags
    from sklearn.utils.metaestimators import available_if
except ImportError as error:
    raise MissingExtra("scikit-learn", "build", "an estimator") from error


class Fitted(BaseEstimator):    # type: ignore[misc]
    """A model that `shall build` or a constrained estimator found; it predicts, and is never fitted again.

    Args:
        model: the model; `Fitted.load(folder)` reads a saved one.
        classes: its classes in order, where they are not the texts that the model knows.
        columns: the columns that X has, in order; else those that the model learned from.
    """

    def __init__(self, model: Model, classes: Any = None, columns: Any = None) -> None:
        self.model = model
        self.classes = classes
        self.columns = columns

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read what `save` or `shall build` wrote; DataError where it is damaged."""
        return cls(load(folder, partial(registry.find, "methods")))

    def save(self, folder: str | Path) -> Path:
        """Write the model as text; never a pickle."""
        return self.model.save(folder)

    def fit(self, X: Any, y: Any = None) -> Self:
        """Nothing: what was certified stays as it is."""
        return self

    @property
    def classes_(self) -> NDArray[Any]:
        """[C]: the classes, in the order of `predict_proba`."""
        if not self.model.classes:
            raise AttributeError("a regressor has no classes")
        return np.asarray(self.model.classes if self.classes is None else self.classes)

    @property
    def _columns(self) -> list[str]:
        used = [*self.model.encoding.names, *(group.column for group in self.model.by)]
        return list(dict.fromkeys(used)) if self.columns is None else list(self.columns)

    @property
    def n_features_in_(self) -> int:
        """How many columns X has."""
        return len(self._columns)

    def answer(self, X: Any) -> Answer:
        """Scores, decisions and abstentions of the rows; a frame is read by the names of its columns."""
        table = TableLog(table_of(X), "X").table if hasattr(X, "columns") else _rows.features(self, X, reset=False)
        return self.model.answer(table)

    def decided(self, answer: Answer) -> NDArray[Any]:
        """[n]: what an answer comes to."""
        return np.asarray(self.classes_[answer.decision] if self.model.classes else answer.score)

    def predict(self, X: Any) -> NDArray[Any]:
        """[n]: the class that is decided (a rule decides it, not always the likelier one), or the value."""
        return self.decided(self.answer(X))

    @available_if(lambda self: bool(self.model.classes))     # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """float64[n, C]: the calibrated probabilities; no rule shifts them."""
        return self.answer(X).score

    def abstains(self, X: Any) -> NDArray[np.bool_]:
        """bool[n]: where the model leaves the decision to somebody else."""
        return self.answer(X).abstained

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.estimator_type = "classifier" if self.model.classes else "regressor"
        tags.classifier_tags = ClassifierTags() if self.model.classes else None
        tags.regressor_tags = None if self.model.classes else RegressorTags()
        tags.input_tags.allow_nan = True
        return tags
