"""Fairlearn's reductions approach on Adult: ``python -m benchmarks.peers.exponentiated_gradient SEED``.

ExponentiatedGradient over LightGBM under demographic parity, one run for each of a few bounds: its bound is a
difference from the overall rate, so a ratio has to be sought by a sweep.
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

from benchmarks.adult_split import Part, described, parts
from benchmarks.harness import timed

BOUNDS = (0.01, 0.02)
SETTINGS: dict[str, Any] = {"n_estimators": 100, "learning_rate": 0.1, "num_leaves": 31, "n_jobs": 1, "verbose": -1,
                            "random_state": 0, "deterministic": True, "force_row_wise": True}


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


def fit(X: np.ndarray[Any, Any], part: Part, bound: float, categories: list[int]) -> Any:
    """One run of the algorithm."""
    model = ExponentiatedGradient(LGBMClassifier(**SETTINGS, categorical_feature=categories),
                                  DemographicParity(difference_bound=bound))
    model.fit(X, part.label, sensitive_features=part.female)
    return model


def main(seed: int) -> None:
    """Fit for every bound; measure the randomised classifier on validation, gate, and both."""
    train, validation, gate = parts(seed)
    codes: dict[str, dict[Any, int]] = {}
    X = encoded(train, codes)
    sides = [encoded(part, codes) for part in (validation, gate)]
    categories = [place for place, name in enumerate(train.table.column_names) if name in codes]
    LGBMClassifier(**SETTINGS, categorical_feature=categories).fit(X[:2000], train.label[:2000])        # warm up
    labels, female = (np.concatenate([getattr(p, name) for p in (validation, gate)]) for name in ("label", "female"))
    candidates, spent = [], []
    for bound in BOUNDS:
        model, cpu = timed(lambda bound=bound: fit(X, train, bound, categories))
        spent.append(cpu)
        decided = [model.predict(side, random_state=0).astype(bool) for side in sides]
        candidates.append({"pooled": described(np.concatenate(decided), labels, female),
                           "gate": described(decided[1], gate.label, gate.female), "bound": bound,
                           "validation": described(decided[0], validation.label, validation.female),
                           "fits": len(model.predictors_)})
    print(json.dumps({"cpu": sum(spent), "runs": spent, "candidates": candidates, "fairlearn": fairlearn.__version__,
                      "needs_group": False, "random": True}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
