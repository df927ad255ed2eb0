"""FairGBM under equalised odds on Adult: ``python -m benchmarks.peers.fairgbm_frontier SEED``.

Four training runs, of two tolerances and two steps of the multipliers; each with its own thresholds of 0.3 to 0.7 as
candidates, as its scores need not be cut at one half. Runs in an environment of its own with numpy below 1.24.
"""

from __future__ import annotations

import json
import sys
from itertools import product
from typing import Any, Final

import numpy as np
from fairgbm import FairGBMClassifier

from benchmarks.group_split import both, calibration, described, encoded, parts
from benchmarks.harness import timed

TOLERANCES: Final = (0.01, 0.04)
STEPS: Final = (0.005, 0.1)
THRESHOLDS: Final = tuple(round(0.30 + 0.02 * place, 2) for place in range(21))


def main(seed: int) -> None:
    """Fit; measure every threshold of every run on validation, gate, and both."""
    train, validation, gate = parts("adult", "sex", seed)
    codes: dict[str, dict[Any, int]] = {}
    X, *new = (encoded(part, codes) for part in (train, validation, gate))
    candidates, spent, errors, pooled = [], [], [], both(validation, gate)
    for tolerance, step in product(TOLERANCES, STEPS):
        learner = FairGBMClassifier(
            constraint_type="FNR,FPR", constraint_fpr_tolerance=tolerance, constraint_fnr_tolerance=tolerance,
            multiplier_learning_rate=step, n_estimators=100, num_leaves=31, n_jobs=1, random_state=0)
        _, cpu = timed(lambda learner=learner: learner.fit(X, train.label, constraint_group=train.group))
        spent.append(cpu)
        scores = [learner.predict_proba(side)[:, 1] for side in new]
        errors.append(calibration(scores[1], gate.label))
        for threshold in THRESHOLDS:
            decided = [score >= threshold for score in scores]
            candidates.append({"pooled": described(np.concatenate(decided), pooled, "odds"),
                               "gate": described(decided[1], gate, "odds"),
                               "validation": described(decided[0], validation, "odds")})
    print(json.dumps({"cpu": sum(spent), "runs": spent, "candidates": candidates, "calibration_error": min(errors),
                      "needs_group": False, "random": False}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
