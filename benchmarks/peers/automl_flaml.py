"""FLAML on one split: ``python -m benchmarks.peers.automl_flaml FOLDER KIND SECONDS SEED``."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import pandas
from flaml import AutoML

from benchmarks.harness import cpu_seconds
from benchmarks.peers import cpu_clock  # noqa: F401  (first: the clock of all that follows)
from benchmarks.peers.automl_scores import of_classes, of_numbers


def main(folder: str, kind: str, seconds: str, seed: str) -> None:
    """Fit within the budget, and score at the gate."""
    logging.disable(logging.WARNING)
    train, gate = (pandas.read_parquet(Path(folder) / f"{part}.parquet") for part in ("train", "gate"))
    truth, X = gate.pop("target"), train.drop(columns="target")
    before = cpu_seconds()
    automl = AutoML()
    automl.fit(X, train["target"], task="regression" if kind == "regressor" else "classification",
               metric="rmse" if kind == "regressor" else "accuracy", time_budget=float(seconds), n_jobs=1, verbose=0,
               seed=int(seed))
    cpu = cpu_seconds() - before
    said = automl.predict(gate)
    scores = of_numbers(said, truth) if kind == "regressor" else of_classes(
        said, automl.predict_proba(gate), [str(name) for name in automl.classes_], truth)
    print(json.dumps({"cpu": cpu, **scores, "what": automl.best_estimator}))


if __name__ == "__main__":
    main(*sys.argv[1:])
