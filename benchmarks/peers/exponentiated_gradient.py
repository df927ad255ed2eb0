"""Fairlearn's reductions approach on Adult: ``python -m benchmarks.peers.exponentiated_gradient SEED [same]``.

ExponentiatedGradient over LightGBM under demographic parity, one run for each of a few bounds: its bound is a
difference from the overall rate, so a ratio has to be sought by a sweep. LightGBM has its usual settings, or with
``same`` those of ours.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import fairlearn
import numpy as np
import pyarrow as pa
from fairlearn.reductions import DemographicParity, ExponentiatedGradient
from lightgbm import LGBMClassifier
from sklearn.base import clone

from benchmarks.adult_split import Part, calibration, described, parts
from benchmarks.harness import timed

BOUNDS = (0.01, 0.02)
SETTINGS: dict[str, Any] = {"n_estimators": 100, "learning_rate": 0.1, "num_leaves": 31, "n_jobs": 1, "verbose": -1,
                            "random_state": 0, "deterministic": True, "force_row_wise": True}
SAME: dict[str, Any] = {**SETTINGS, "n_estimators": 150, "learning_rate": 0.06, "colsample_bytree": 0.5}


def encoded(part: Part, codes: dict[str, dict[Any, int]]) -> np.ndarray[Any, Any]:
    """Numbers as they are, text as the codes of the training rows."""
    columns = []
    for name in part.table.column_names:
        column = part.table.column(name)
        if pa.types.is_string(column.type):
            known = codes.setdefault(name, {value: code for code, value in enumerate(sorted(
                value for value in set(column.to_pylist()) if value is not None))})
            columns.append(np.array([known.get(value, np.nan) for value in column.to_pylist()], dtype=float))
        else:
            columns.append(column.to_numpy().astype(float))
    return np.column_stack(columns)


def fit(X: np.ndarray[Any, Any], part: Part, bound: float, learner: Any) -> Any:
    """One run of the algorithm."""
    model = ExponentiatedGradient(learner, DemographicParity(difference_bound=bound))
    model.fit(X, part.label, sensitive_features=part.female)
    return model


def mixture(model: Any, X: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """float64[n]: the chance of a positive decision, the only score that the randomised classifier has."""
    return np.asarray(sum(weight * learner.predict(X) for weight, learner in
                          zip(model.weights_, model.predictors_, strict=True) if weight > 0), dtype=float)


def main(seed: int, settings: dict[str, Any]) -> None:
    """Fit for every bound; measure the randomised classifier on validation, gate, and both."""
    train, validation, gate = parts(seed)
    codes: dict[str, dict[Any, int]] = {}
    X = encoded(train, codes)
    sides = [encoded(part, codes) for part in (validation, gate)]
    categories = [place for place, name in enumerate(train.table.column_names) if name in codes]
    learner = LGBMClassifier(**settings, categorical_feature=categories)
    clone(learner).fit(X[:2000], train.label[:2000])                    # warm up
    labels, female = (np.concatenate([getattr(p, name) for p in (validation, gate)]) for name in ("label", "female"))
    candidates, spent = [], []
    for bound in BOUNDS:
        model, cpu = timed(lambda bound=bound: fit(X, train, bound, learner))
        spent.append(cpu)
        decided = [model.predict(side, random_state=0).astype(bool) for side in sides]
        candidates.append({"pooled": described(np.concatenate(decided), labels, female),
                           "gate": described(decided[1], gate.label, gate.female), "bound": bound,
                           "validation": described(decided[0], validation.label, validation.female),
                           "calibration_error": calibration(mixture(model, sides[1]), gate.label),
                           "fits": len(model.predictors_)})
    print(json.dumps({"cpu": sum(spent), "runs": spent, "candidates": candidates, "fairlearn": fairlearn.__version__,
                      "needs_group": False, "random": True}))


if __name__ == "__main__":
    main(int(sys.argv[1]), SAME if sys.argv[2:] == ["same"] else SETTINGS)
