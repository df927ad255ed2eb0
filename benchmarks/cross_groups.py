"""The price of a ratio of 0.80 over sex by race: ``python -m benchmarks.cross_groups [SEEDS]``; Adult and COMPAS."""

from __future__ import annotations

import sys

from benchmarks.frontiers import Problem, main

PROBLEMS = (
    Problem("COMPAS, ratio of selection rates over sex by race >= 0.8", "compas", "cross", "ratio", 0.8,
            (0.01, 0.02, 0.05)),
    Problem("Adult, ratio of selection rates over sex by race >= 0.8", "adult", "cross", "ratio", 0.8, (0.01,)))

if __name__ == "__main__":
    main("cross_groups", PROBLEMS, sys.argv[1:])
