"""cleanlab on chances that were made elsewhere: ``python -m benchmarks.peers.cleanlab_ranked CHANCES``.

CHANCES is a .npz with `chance` (float64[rows, classes]) and `label`; runs in an environment of its own.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores


def main(path: str) -> None:
    """The rows whose label is an issue, and the quality of every label, both by its defaults."""
    with np.load(path) as given:
        chance, label = given["chance"], given["label"]
    flagged = np.flatnonzero(find_label_issues(label, chance))
    quality = get_label_quality_scores(label, chance)
    print(json.dumps({"flagged": flagged.tolist(), "quality": quality.tolist()}))


if __name__ == "__main__":
    main(sys.argv[1])
