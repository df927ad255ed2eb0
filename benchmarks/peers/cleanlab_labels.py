"""cleanlab: label issues by its own cross-validation of LightGBM with our settings.

``python -m benchmarks.peers.cleanlab_labels TABLE``; runs in an environment of its own. Text is a category.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from typing import Any

import pandas
from cleanlab.classification import CleanLearning
from lightgbm import LGBMClassifier

from benchmarks.harness import cpu_seconds


def learner() -> Any:
    """LightGBM as `shall` asks it."""
    return LGBMClassifier(
        n_estimators=150, learning_rate=0.06, num_leaves=31, min_child_samples=20, colsample_bytree=0.5, n_jobs=1,
        verbosity=-1, random_state=0, deterministic=True, force_row_wise=True)


def main(path: str) -> None:
    """The rows whose label is an issue, best first by its own quality score."""
    frame = pandas.read_parquet(path)
    label = frame.pop("label").to_numpy()
    for name in frame.select_dtypes(include=["object", "string"]).columns:
        frame[name] = frame[name].astype("category")
    before = cpu_seconds()
    learning = CleanLearning(learner(), cv_n_folds=5, seed=0, verbose=False, low_memory=False)
    found = learning.find_label_issues(frame, label)
    cpu = cpu_seconds() - before
    print(json.dumps({"cpu": cpu, "flagged": found.index[found["is_label_issue"]].tolist(),
                      "quality": found["label_quality"].round(6).tolist(), "version": version("cleanlab")}))


if __name__ == "__main__":
    main(sys.argv[1])
