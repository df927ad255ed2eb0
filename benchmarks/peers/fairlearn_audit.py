"""Fairlearn: six rates and their gaps over three groupings, from a frame that is in memory already.

``python -m benchmarks.peers.fairlearn_audit LOG``; runs in the environment of Fairlearn.
"""

from __future__ import annotations

import json
import sys

import fairlearn
import pandas
import sklearn
from fairlearn.metrics import (
    MetricFrame,
    false_negative_rate,
    false_positive_rate,
    selection_rate,
    true_positive_rate,
)
from sklearn.metrics import accuracy_score, precision_score

from benchmarks.harness import cpu_seconds

GROUPINGS = (("sex",), ("race",), ("sex", "race", "age"))
METRICS = {
    "selection_rate": selection_rate, "true_positive_rate": true_positive_rate,
    "false_positive_rate": false_positive_rate, "false_negative_rate": false_negative_rate,
    "precision": precision_score, "accuracy": accuracy_score,
}


def audit(frame: pandas.DataFrame) -> dict[str, dict[str, dict[str, float]]]:
    """Rates by group, differences and ratios, by grouping."""
    found = {}
    for grouping in GROUPINGS:
        measured = MetricFrame(metrics=METRICS, y_true=frame["label"], y_pred=frame["decision"],
                               sensitive_features=frame[list(grouping)])
        table = {"|".join(key) if isinstance(key, tuple) else key: dict(row)
                 for key, row in measured.by_group.to_dict("index").items()}
        table["difference"] = measured.difference(method="between_groups").to_dict()
        table["ratio"] = measured.ratio(method="between_groups").to_dict()
        found[" by ".join(grouping)] = table
    return found


def main(path: str) -> None:
    """Warm up on a few rows, then audit all of them."""
    frame = pandas.read_parquet(path, columns=["label", "decision", "sex", "race", "age"])
    audit(frame.iloc[:2000])
    before = cpu_seconds()
    found = audit(frame)
    cpu = cpu_seconds() - before
    versions = {"fairlearn": fairlearn.__version__, "scikit-learn": sklearn.__version__, "pandas": pandas.__version__}
    print(json.dumps({"cpu": cpu, "versions": versions, "found": found}))


if __name__ == "__main__":
    main(sys.argv[1])
