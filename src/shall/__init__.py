"""Say once what a model shall satisfy; enforce it while it is built, before it ships, and as it runs.

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from shall.adapters import log, open_booster
    from shall.api import (
        build,
        check,
        compress,
        guard,
        image_limits,
        image_regions,
        image_set,
        image_tests,
        init,
        intersections,
        load_bundle,
        plan,
        predict,
        prove,
        ship,
        sign,
        slices,
        split,
        suspects,
        verify,
        watch,
    )
    from shall.core import errors
    from shall.core.builder import measure
    from shall.core.requirement import Requirement
    from shall.core.verdict import Finding, Verdict
    from shall.estimators import (
        AbstainingClassifier,
        ConformalClassifier,
        ConformalRegressor,
        ConstrainedClassifier,
        ConstrainedRegressor,
        Fitted,
        Learner,
        Mitigated,
    )
    from shall.runtimes.guard import Guard
    from shall.spec import load

_HOME: Final = {
    "build": "shall.api", "check": "shall.api", "init": "shall.api", "plan": "shall.api", "split": "shall.api",
    "watch": "shall.api", "compress": "shall.api", "load_bundle": "shall.api", "predict": "shall.api",
    "image_limits": "shall.api", "image_regions": "shall.api", "image_set": "shall.api", "image_tests": "shall.api",
    "intersections": "shall.api",
    "prove": "shall.api", "ship": "shall.api", "sign": "shall.api", "slices": "shall.api", "suspects": "shall.api",
    "verify": "shall.api", "errors": "shall.core", "load": "shall.spec", "log": "shall.adapters",
    "open_booster": "shall.adapters",
    "measure": "shall.core.builder", "Finding": "shall.core.verdict", "Requirement": "shall.core.requirement",
    "AbstainingClassifier": "shall.estimators",
    "ConformalClassifier": "shall.estimators", "ConformalRegressor": "shall.estimators",
    "Verdict": "shall.core.verdict", "ConstrainedClassifier": "shall.estimators",
    "ConstrainedRegressor": "shall.estimators", "Fitted": "shall.estimators", "Learner": "shall.estimators",
    "Mitigated": "shall.estimators", "Guard": "shall.runtimes.guard", "guard": "shall.api",
}

__all__ = ["AbstainingClassifier", "ConformalClassifier", "ConformalRegressor", "ConstrainedClassifier",
           "ConstrainedRegressor", "Finding", "Fitted", "Guard", "Learner", "Mitigated", "Requirement", "Verdict",
           "__version__", "build", "check", "compress", "errors", "guard", "image_limits", "image_regions",
           "image_set", "image_tests", "init", "intersections", "load", "load_bundle", "log", "measure",
           "open_booster", "plan", "predict", "prove", "ship", "sign", "slices", "split", "suspects", "verify", "watch"]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return _version()
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(_HOME[name])
    return importlib.import_module(f"{_HOME[name]}.{name}") if name == "errors" else getattr(home, name)


def __dir__() -> list[str]:
    return sorted(__all__)


def _version() -> str:
    metadata = importlib.import_module("importlib.metadata")
    try:
        return str(metadata.version("shall"))
    except metadata.PackageNotFoundError:   # run from a source tree that was never installed
        return "0+uninstalled"
