"""The worst slices by sliceline: ``python -m benchmarks.peers.sliceline_slices FILE ALPHA LEVEL``."""

from __future__ import annotations

import json
import sys

import numpy as np
from sliceline.slicefinder import Slicefinder

from benchmarks.harness import timed


def main(path: str, alpha: float, level: int) -> None:
    """Print the scores of the best slices and the CPU seconds; compiled code is warmed first."""
    with np.load(path) as given:
        X, errors = given["X"], given["errors"]
    support, top = len(errors) // 100, 10
    Slicefinder(alpha=alpha, k=top, max_l=2, min_sup=500, verbose=False).fit(X[:4_000], errors[:4_000])
    finder = Slicefinder(alpha=alpha, k=top, max_l=level, min_sup=support, verbose=False)
    _, cpu = timed(lambda: finder.fit(X, errors))
    found = [[one["slice_score"], one["slice_size"], one["sum_slice_error"]] for one in finder.top_slices_statistics_]
    print(json.dumps({"cpu": cpu, "slices": found}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
