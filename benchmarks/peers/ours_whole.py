"""`shall`: what TensorFlow Model Analysis tells of a log, with bounds and verdicts.

``python -m benchmarks.peers.ours_whole LOG``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import shall
from benchmarks.harness import timed

MEASURES = {"binary_accuracy": "accuracy", "precision": "precision", "recall": "recall", "fpr": "false_positive_rate",
            "fnr": "false_negative_rate", "auc": "roc_auc", "calibration": "calibration_error"}
GROUPS = {"sex": "sex", "race": "race", "age": "age"}
OVER = ("", " over sex", " over race", " over sex by race by age")


def audit(path: Path) -> dict[str, dict[str, float]]:
    """The figures of every group, by slice; reading, bounds and verdicts included."""
    lines = {f"{name} {place}": f"{measure}{over} between 0 and 1"
             for name, measure in MEASURES.items() for place, over in enumerate(OVER)}
    file = {"subject": {"target": "label", "positive": "1"}, "groups": GROUPS, "requirements": lines}
    found: dict[str, dict[str, float]] = {}
    for verdict in shall.check(file, path, record=False).verdicts:
        for row in verdict.deciding.groups:
            key = "|".join(value for _, value in sorted(row.group))
            if row.value is not None:
                found.setdefault(key, {})[verdict.name.split()[0]] = row.value
    return found


def main(path: Path) -> None:
    """Warm up on a small log, then audit the one that was asked for."""
    audit(path.parent / "log-2000.parquet")
    found, cpu = timed(lambda: audit(path))
    print(json.dumps({"cpu": cpu, "found": found}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
