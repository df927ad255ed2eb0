"""Equalised odds on Adult: ``python -m benchmarks.equalized_odds [SEEDS]``; both differences over sex at most 0.05."""

from __future__ import annotations

import sys

from benchmarks import harness
from benchmarks.frontiers import Problem, main

FAIRGBM = ("fairgbm==0.9.14", "numpy==1.23.5", "scipy==1.10.1", "scikit-learn==1.2.2", "pyarrow==12.0.1")
PROBLEMS = (Problem("Adult, difference of true and of false positive rates over sex <= 0.05", "adult", "sex", "odds",
                    0.05, (0.02,)),)


def fairgbm(seed: int) -> harness.Result:
    """Boosting with the constraint in it, four runs, each with a threshold chosen on validation."""
    return harness.run(harness.environment("fairgbm", FAIRGBM), "benchmarks.peers.fairgbm_frontier", str(seed))


if __name__ == "__main__":
    main("equalized_odds", PROBLEMS, sys.argv[1:], {"FairGBM 0.9.14, 4 runs and thresholds": fairgbm})
