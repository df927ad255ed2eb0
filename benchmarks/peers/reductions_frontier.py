"""Fairlearn's reductions: ``python -m benchmarks.peers.reductions_frontier DATA GROUPING QUESTION SEED BOUND ...``.

ExponentiatedGradient over LightGBM, one run for each bound, which is on the distance from the overall rate. Rows of
no group are a group of their own for it, as it cannot leave any out.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final

import fairlearn
import numpy as np
from fairlearn.reductions import DemographicParity, EqualizedOdds, ExponentiatedGradient
from lightgbm import LGBMClassifier
from sklearn.base import clone

from benchmarks.group_split import Part, both, calibration, described, encoded, parts
from benchmarks.harness import timed

SETTINGS: Final[dict[str, Any]] = {"learning_rate": 0.1, "n_jobs": 1, "verbose": -1, "random_state": 0,
                                   "deterministic": True, "force_row_wise": True}
LEAVES: Final = {"adult": 31, "compas": 8}


def fit(X: np.ndarray[Any, Any], part: Part, question: str, bound: float, learner: Any) -> Any:
    """One run of the algorithm."""
    moment = (EqualizedOdds if question == "odds" else DemographicParity)(difference_bound=bound)
    return ExponentiatedGradient(learner, moment).fit(X, part.label, sensitive_features=part.group)


def main(data: str, grouping: str, question: str, seed: int, bounds: list[float]) -> None:
    """Fit for every bound; measure the randomised classifier on validation, gate, and both."""
    train, validation, gate = parts(data, grouping, seed)
    codes: dict[str, dict[Any, int]] = {}
    X, *new = (encoded(part, codes) for part in (train, validation, gate))
    categories = [place for place, name in enumerate(train.table.column_names) if name in codes]
    learner = LGBMClassifier(**SETTINGS, num_leaves=LEAVES[data], categorical_feature=categories)
    clone(learner).fit(X[:2000], train.label[:2000])                    # warm up
    candidates, spent, pooled = [], [], both(validation, gate)
    for bound in bounds:
        model, cpu = timed(lambda bound=bound: _fitted(X, train, question, bound, learner))
        spent.append(cpu)
        if model is None:
            continue
        decided = [model.predict(side, random_state=0).astype(bool) for side in new]
        score = np.asarray(sum(weight * one.predict(new[1]) for weight, one in
                               zip(model.weights_, model.predictors_, strict=True) if weight > 0), dtype=float)
        candidates.append({"pooled": described(np.concatenate(decided), pooled, question), "bound": bound,
                           "gate": described(decided[1], gate, question), "fits": len(model.predictors_),
                           "validation": described(decided[0], validation, question),
                           "calibration_error": calibration(score, gate.label)})
    print(json.dumps({"cpu": sum(spent), "runs": spent, "candidates": candidates, "fairlearn": fairlearn.__version__,
                      "needs_group": False, "random": True}))


def _fitted(X: np.ndarray[Any, Any], part: Part, question: str, bound: float, learner: Any) -> Any:
    try:
        return fit(X, part, question, bound, learner)
    except ValueError as error:             # its linear programme sometimes has no solution
        print(f"bound {bound}: {error}", file=sys.stderr)
        return None


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]), [float(bound) for bound in sys.argv[5:]])
