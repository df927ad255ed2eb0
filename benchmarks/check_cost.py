"""`shall check` of 50,000 rows, start of the process included: ``python -m benchmarks.check_cost [ROWS [ROUNDS]]``.

Eight requirements over 67 groups and scores, in a fresh process each time. Beside it a process that only loads the same
columns with pandas. CPU seconds, user and system, of the whole process.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks import harness, synthetic_log

GOAL: Final = 1.5                           # CPU seconds
SHALL: Final = """shall = 1
[subject]
name = "check"
kind = "classifier"
target = "label"
positive = "1"
[data]
log = "{log}"
[columns]
score = "score"
decision = "decision"
[groups]
sex = "sex"
race = "race"
age = "age"
[requirements]
ratio = "ratio of selection_rate over sex >= 0.80"
rates = "difference of true_positive_rate over race <= 0.50"
all = "difference of accuracy over sex by race by age <= 0.50"
undecided = "ratio of selection_rate over sex by race by age >= 0.50"
useful = "roc_auc >= 0.60"
alike = "difference of roc_auc over sex <= 0.20"
calibrated = "calibration_error(bins = 10) <= 0.05"
sharp = "brier <= 0.30"
"""
READ: Final = "import pandas; print(len(pandas.read_parquet('{log}')), 'rows')"


def main(rows: int = 50_000, rounds: int = 9) -> None:
    """Run both in turn."""
    log = synthetic_log.write(rows, harness.BENCH / f"log-{rows}.parquet")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "shall.toml").write_text(SHALL.format(log=log))
        jobs = {"shall check": ["-m", "shall", "check", "--no-record"], "bare Python": ["-c", "print('no rows')"],
                "pandas.read_parquet": ["-c", READ.format(log=log)]}
        found: dict[str, list[float]] = {name: [] for name in jobs}
        for turn in range(rounds + 1):
            for name, arguments in jobs.items():
                spent = _once(arguments, folder)
                if turn:                        # the first round writes byte code
                    found[name].append(spent)
    cpu = {name: statistics.median(times) for name, times in found.items()}
    kept = "kept" if cpu["shall check"] <= GOAL else "not kept"
    harness.save("check_cost", [
        f"python -m benchmarks.check_cost {rows} {rounds}",
        f"{rows:,} rows, 8 requirements, 67 groups and scores; median CPU seconds of {rounds} fresh processes",
        *(f"  {name:<22}{cpu[name]:7.2f}   ({min(times):.2f} to {max(times):.2f})" for name, times in found.items()),
        f"wanted at most {GOAL} s: {kept}",
    ], {"rows": rows, "cpu": cpu, "rounds": found})


def _once(arguments: list[str], folder: str) -> float:
    before = _children()
    ran = subprocess.run([sys.executable, *arguments], cwd=folder, stdout=subprocess.PIPE, text=True, check=False,
                         env={**os.environ, "PYTHONPATH": str(harness.ROOT / "src"), "OMP_NUM_THREADS": "1"})
    if " rows" not in ran.stdout:
        raise RuntimeError(ran.stdout)
    return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*(int(float(argument)) for argument in sys.argv[1:]))
