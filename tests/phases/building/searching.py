"""A search on COMPAS: ``python searching.py FOLDER STUDY TRIALS WORKERS [KILL [CLUSTER [MEET]]]``.

It prints the digest of the model; with KILL it ends itself without a word once so many trials have come to an end, and
with MEET, a folder, it waits with its first one until another process has one too.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import shall
from examples.fetch import fetch
from shall.phases.build import BuildResult

ROOT = Path(__file__).resolve().parents[3]


def rows(folder: Path) -> None:
    """Write train and gate."""
    table = pq.read_table(fetch("compas") / "compas.parquet").select(
        ["sex", "age", "juv_fel_count", "priors_count", "c_charge_degree", "two_year_recid"])
    pq.write_table(table.slice(0, 700), folder / "train.parquet")
    pq.write_table(table.slice(700, 3000), folder / "gate.parquet")


def search(folder: Path, **options: Any) -> BuildResult:
    """Search under two requirements; ``options`` of `[build]`, and ``progress``."""
    progress = options.pop("progress", None)
    return shall.build({
        "subject": {"target": "two_year_recid", "positive": "1"}, "groups": {"sex": "sex"},
        "data": {name: str(folder / f"{name}.parquet") for name in ("train", "gate")},
        "requirements": {"useful": "roc_auc >= 0.60", "fair": "ratio of selection_rate over sex >= 0.50"},
        "build": {"trials": 6, "learners": ["logistic_regression", "lightgbm"], "mitigations": ["reweighing"],
                  **options}}, progress=progress)


def main(folder: str, study: str, trials: str, workers: str, kill: str = "0", cluster: str = "",
         meet: str = "") -> None:
    """Search, and print the digest of what was found."""
    ended: list[str] = []

    def tell(what: str, done: int) -> None:
        if not what.startswith(("best", "searching")):
            return
        ended.append(what)
        print("trial", len(ended), flush=True)
        if len(ended) == int(kill):
            os.kill(os.getpid(), signal.SIGKILL)
        if meet:
            (Path(meet) / str(os.getpid())).touch()
            until = time.monotonic() + 200
            while len([*Path(meet).iterdir()]) < 2 and time.monotonic() < until:
                time.sleep(0.01)

    more = {name: value for name, value in (("study", study), ("cluster", cluster)) if value}
    found = search(Path(folder), trials=int(trials), workers=int(workers), progress=tell, **more)
    assert found.candidate is not None
    print("found", found.trials, found.candidate.digest, len(ended), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
