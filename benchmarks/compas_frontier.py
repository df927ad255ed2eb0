"""The price of fairness on COMPAS: ``python -m benchmarks.compas_frontier [SEEDS]``; ratio over sex at least 0.80."""

from __future__ import annotations

import sys

from benchmarks.frontiers import Problem, main

PROBLEMS = (Problem("COMPAS, ratio of selection rates over sex >= 0.8", "compas", "sex", "ratio", 0.8,
                    (0.01, 0.02, 0.05)),)

if __name__ == "__main__":
    main("compas_frontier", PROBLEMS, sys.argv[1:])
