"""AutoGluon on one split: ``python -m benchmarks.peers.automl_autogluon FOLDER KIND SECONDS SEED``.

Its presets for a laptop are kept (`medium_quality`: its default learners that are installed, and a weighted ensemble).
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import tempfile
from pathlib import Path

import pandas
from autogluon.tabular import TabularPredictor

from benchmarks.harness import cpu_seconds
from benchmarks.peers import cpu_clock  # noqa: F401  (first: the clock of all that follows)
from benchmarks.peers.automl_scores import of_classes, of_numbers

ABSENT = ["CAT", "FASTAI", "NN_TORCH", "TABM"]      # not installed


def main(folder: str, kind: str, seconds: str, seed: str) -> None:
    """Fit within the budget, and score at the gate."""
    train, gate = (pandas.read_parquet(Path(folder) / f"{part}.parquet") for part in ("train", "gate"))
    truth = gate.pop("target")
    problem = {"regressor": "regression"}.get(kind, kind)
    before = cpu_seconds()
    logging.disable(logging.WARNING)
    with (tempfile.TemporaryDirectory() as place, Path(os.devnull).open("w") as nowhere,
          contextlib.redirect_stderr(nowhere)):
        predictor = TabularPredictor("target", problem_type=problem, path=place, verbosity=0,
                                     eval_metric="root_mean_squared_error" if kind == "regressor" else "accuracy",
                                     learner_kwargs={"random_state": int(seed)})
        predictor.fit(train, time_limit=float(seconds), num_cpus=1, num_gpus=0, excluded_model_types=ABSENT)
        cpu = cpu_seconds() - before
        said = predictor.predict(gate)
        if kind == "regressor":
            scores = of_numbers(said, truth)
        else:
            probabilities = predictor.predict_proba(gate)
            scores = of_classes(said, probabilities, [str(name) for name in probabilities.columns], truth)
        print(json.dumps({"cpu": cpu, **scores, "what": f"{predictor.model_best} of {len(predictor.model_names())}"}))


if __name__ == "__main__":
    main(*sys.argv[1:])
