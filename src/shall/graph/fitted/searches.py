"""What wraps one fitted estimator and says what it says: searches, FrozenEstimator, RANSACRegressor."""

from __future__ import annotations

from typing import Any, Final

from shall.core.errors import InputError
from shall.graph.converting import Given, said
from shall.graph.fitted._given import name
from shall.graph.value import Value

INSIDE: Final = {"GridSearchCV": "best_estimator_", "RandomizedSearchCV": "best_estimator_",
                 "HalvingGridSearchCV": "best_estimator_", "HalvingRandomSearchCV": "best_estimator_",
                 "FrozenEstimator": "estimator", "RANSACRegressor": "estimator_"}
CLASSES: Final = tuple(f"sklearn.{one}" for one in INSIDE)


def transform(fitted: Any, x: Given) -> Value:
    """What the estimator inside says."""
    return said(_inside(fitted), x, "transform")


def predict_proba(fitted: Any, x: Given) -> Value:
    """float64[n, classes]."""
    return said(_inside(fitted), x, "predict_proba")


def decision_function(fitted: Any, x: Given) -> Value:
    """float64[n] or [n, classes]."""
    return said(_inside(fitted), x, "decision_function")


def predict(fitted: Any, x: Given) -> Value:
    """The class, or the number."""
    return said(_inside(fitted), x, "predict")


def _inside(fitted: Any) -> Any:
    attribute = next((INSIDE[one.__name__] for one in type(fitted).__mro__ if one.__name__ in INSIDE), "estimator")
    if not hasattr(fitted, attribute):
        raise InputError(f"the {name(fitted)} has kept no estimator: fit it, with refit=True")
    return getattr(fitted, attribute)
