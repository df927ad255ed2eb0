"""What shall builds, and each of its methods alone, as estimators of scikit-learn. Loads on first use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shall.estimators.abstaining import AbstainingClassifier
    from shall.estimators.conformal import ConformalClassifier, ConformalRegressor
    from shall.estimators.constrained import ConstrainedClassifier, ConstrainedRegressor
    from shall.estimators.fitted import Fitted
    from shall.estimators.learner import Learner
    from shall.estimators.mitigated import Mitigated

_HOME = {"AbstainingClassifier": "abstaining", "ConformalClassifier": "conformal", "ConformalRegressor": "conformal",
         "ConstrainedClassifier": "constrained", "ConstrainedRegressor": "constrained", "Fitted": "fitted",
         "Learner": "learner", "Mitigated": "mitigated"}

__all__ = ["AbstainingClassifier", "ConformalClassifier", "ConformalRegressor", "ConstrainedClassifier",
           "ConstrainedRegressor", "Fitted", "Learner", "Mitigated"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
