"""What a row costs Page-Hinkley and ADWIN of river: ``python -m benchmarks.peers.river_rows LINES ROWS``."""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from river import drift


def main() -> None:
    """So many lines, a detector each, every row one after another; CPU seconds."""
    lines, rows = int(sys.argv[1]), int(sys.argv[2])
    values = (np.random.default_rng(0).random((rows, lines)) < 0.8).astype(float).tolist()
    found = {}
    for name in ("PageHinkley", "ADWIN"):
        detectors = [getattr(drift, name)() for _ in range(lines)]
        began = time.process_time()
        for row in values:
            for detector, value in zip(detectors, row, strict=True):
                detector.update(value)
        found[name] = time.process_time() - began
    print(json.dumps(found))


if __name__ == "__main__":
    main()
