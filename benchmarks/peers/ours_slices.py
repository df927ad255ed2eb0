"""The worst slices by ours, with sliceline's score: ``python -m benchmarks.peers.ours_slices FILE ALPHA LEVEL``."""

from __future__ import annotations

import json
import sys

import numpy as np

from benchmarks.harness import timed
from shall.methods.slices.columns import categories
from shall.methods.slices.scores import SliceLine
from shall.methods.slices.slice_search import Found, search


def main(path: str, alpha: float, level: int) -> None:
    """Print the scores of the best slices and the CPU seconds, the coding of the columns included."""
    with np.load(path) as given:
        X, errors = given["X"], given["errors"]

    def found() -> Found:
        columns = [categories(f"x{place}", values) for place, values in enumerate(X.T)]
        return search(columns, errors, top=10, depth=level, support=len(errors) // 100, score=SliceLine(alpha))

    made, cpu = timed(found)
    print(json.dumps({"cpu": cpu, "slices": [[one.score, one.rows, one.rows * one.loss] for one in made.slices],
                      "tables": made.tables, "possible": made.possible}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
