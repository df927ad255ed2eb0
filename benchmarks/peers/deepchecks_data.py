"""deepchecks: which features tell the label (or another column) by its predictive power score, and rows twice.

``python -m benchmarks.peers.deepchecks_data TABLE TARGET``; runs in an environment of its own. Its own limit is 0.8.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

import pandas
from deepchecks.tabular import Dataset
from deepchecks.tabular.checks import DataDuplicates, FeatureLabelCorrelation

from benchmarks.harness import cpu_seconds

LIMIT = 0.8


def main(path: str, target: str) -> None:
    """Every feature's score, those beyond the limit, and the share of rows that are there twice."""
    frame = pandas.read_parquet(path)
    dates = [name for name in frame if name.endswith("date")]
    for name in dates:                      # it takes a date as a moment only
        frame[name] = pandas.to_datetime(frame[name]).astype("int64") // 10**9
    text = [name for name in frame.select_dtypes(include=["object", "string"]).columns if name != target]
    for name in text:
        frame[name] = frame[name].astype(object)
    before = cpu_seconds()
    data = Dataset(frame, label=target, cat_features=text, label_type="multiclass")
    scores = FeatureLabelCorrelation(random_state=0, n_samples=len(frame)).run(data, with_display=False).value
    told = cpu_seconds() - before
    before = cpu_seconds()
    twice = DataDuplicates(n_samples=len(frame)).run(data, with_display=False).value
    print(json.dumps({"cpu": told, "cpu_twice": cpu_seconds() - before,
                      "scores": {name: float(score) for name, score in scores.items()},
                      "flagged": [name for name, score in scores.items() if score > LIMIT], "twice": float(twice),
                      "version": version("deepchecks")}))


if __name__ == "__main__":
    main(*sys.argv[1:3])
