"""Fairlearn: what one replicate of the bootstrap of its MetricFrame takes, three groupings.

``python -m benchmarks.peers.fairlearn_bootstrap LOG``; runs in the environment of Fairlearn.
"""

from __future__ import annotations

import json
import sys

import fairlearn
import pandas
from fairlearn.metrics import MetricFrame

from benchmarks.harness import timed
from benchmarks.peers.fairlearn_audit import GROUPINGS, METRICS


def frames(rows: pandas.DataFrame, replicates: int) -> None:
    """The metrics of all groups, and the quantiles of so many replicates."""
    for grouping in GROUPINGS:
        options = {"n_boot": replicates, "ci_quantiles": [0.025, 0.975], "random_state": 0} if replicates else {}
        MetricFrame(metrics=METRICS, y_true=rows["label"], y_pred=rows["decision"],
                    sensitive_features=rows[list(grouping)], **options)


def main(path: str) -> None:
    """The time of one replicate is what it adds to the metrics alone."""
    rows = pandas.read_parquet(path, columns=["label", "decision", "sex", "race", "age"])
    frames(rows.iloc[:2000], 1)
    plain, replicate = (timed(lambda count=count: frames(rows, count))[1] for count in (0, 1))
    print(json.dumps({"cpu": replicate - plain, "plain": plain, "version": fairlearn.__version__}))


if __name__ == "__main__":
    main(sys.argv[1])
