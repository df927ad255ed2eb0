"""`shall.build` on one split without any real requirement: ``… automl_ours FOLDER KIND SECONDS SEED``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

import shall
from benchmarks.harness import cpu_seconds
from benchmarks.peers import cpu_clock  # noqa: F401  (first: the clock of all that follows)
from benchmarks.peers.automl_scores import of_classes, of_numbers
from shall.core.errors import InputError
from shall.phases.build import BuildResult

TRIALS = 100_000                                # the budget is the time


def _built(file: dict[str, Any], seconds: float) -> BuildResult:
    return shall.build(file, seconds=seconds, trials=TRIALS)


def main(folder: str, kind: str, seconds: str, seed: str) -> None:
    """Search within the budget, and score at the gate."""
    gate = pq.read_table(Path(folder) / "gate.parquet")
    truth = gate["target"].to_numpy(zero_copy_only=False)
    names = sorted(set(np.asarray(truth, dtype=str))) if kind != "regressor" else []
    subject = {"name": "automl", "target": "target"} | {
        "binary": {"positive": names[-1] if names else ""}, "multiclass": {"classes": names},
        "regressor": {"kind": "regressor"}}[kind]
    trivial = "root_mean_squared_error <= 1e9" if kind == "regressor" else "accuracy >= 0.05"
    before = cpu_seconds()
    try:
        result = _built({"subject": subject, "data": {part: str(Path(folder) / f"{part}.parquet")
                                                        for part in ("train", "gate")},
                           "requirements": {"trivial": trivial},
                           "build": {"seed": int(seed), "readiness": "off"}}, float(seconds))
    except InputError as no_model:          # as bad as what says the same of every row
        told = of_numbers(np.full(len(truth), truth.mean()), truth) if kind == "regressor" else of_classes(
            [max(names, key=list(truth).count)] * len(truth), np.full((len(truth), len(names)), 1 / len(names)),
            names, truth)
        print(json.dumps({"cpu": cpu_seconds() - before, **told, "what": f"no model: {no_model}"}))
        return
    cpu = cpu_seconds() - before
    assert result.candidate is not None
    answer = result.candidate.answer(gate.drop_columns(["target"]))
    scores = of_numbers(answer.score, truth) if kind == "regressor" else of_classes(
        np.array(names)[answer.decision], answer.score, names, truth)
    chosen = next(one for one in result.tried if one.chosen)
    print(json.dumps({"cpu": cpu, **scores, "what": f"{chosen.name}, {result.trials} trials",
                      "failed": len(result.failed), "held_out": chosen.objective}))


if __name__ == "__main__":
    main(*sys.argv[1:])
