"""Fifty requirements beside five that share their groups: ``python -m benchmarks.many_requirements [ROWS [ROUNDS]]``.

Whole processes of `shall check`, from the Parquet file to the report, in turn; CPU seconds, user and system. Fifty are
six rates, as ratio and as difference, over sex, race, sex by race, and sex by race by age, and two of the scores; five
are of the same groups and columns. A process that checks one line of a small log shows what its start takes.
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
from benchmarks.ours import RATES

GOAL: Final = 1.5                           # times the CPU of five
HEAD: Final = """shall = 1
[subject]
name = "many"
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
"""
GROUPS: Final = ("sex", "race", "sex by race", "sex by race by age")
SCORES: Final = ["roc_auc >= 0.60", "brier <= 0.30"]
FIFTY: Final = [line for groups in GROUPS for rate in RATES for line in (
    f"ratio of {rate} over {groups} >= 0.80", f"difference of {rate} over {groups} <= 0.20")] + SCORES
FIVE: Final = ["ratio of selection_rate over sex >= 0.80", "difference of true_positive_rate over race <= 0.20",
               "difference of accuracy over sex by race <= 0.20",
               "ratio of precision over sex by race by age >= 0.80", SCORES[0]]


def main(rows: int = 1_000_000, rounds: int = 9) -> None:
    """Run the three in turn."""
    large, small = (synthetic_log.write(count, harness.BENCH / f"log-{count}.parquet") for count in (rows, 2000))
    jobs = {"fifty requirements": (FIFTY, large), "five requirements": (FIVE, large),
            "one, of 2,000 rows": (SCORES[:1], small)}
    found: dict[str, list[float]] = {name: [] for name in jobs}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(rounds + 1):
            for name, (lines, log) in jobs.items():
                spent = _check(Path(folder), lines, log)
                if turn:                        # the first round writes byte code
                    found[name].append(spent)
    cpu = {name: statistics.median(times) for name, times in found.items()}
    fifty, five, start = cpu.values()
    ratio = fifty / five
    harness.save("many_requirements", [
        f"python -m benchmarks.many_requirements {rows} {rounds}",
        f"`shall check` of {rows:,} rows, 67 groups and scores; median CPU seconds of {rounds} fresh processes",
        *(f"  {name:<22}{cpu[name]:7.2f}   ({min(times):.2f} to {max(times):.2f})" for name, times in found.items()),
        f"  fifty over five: {ratio:.2f}x; beyond the start {fifty - start:.2f} s over {five - start:.2f} s",
        f"wanted at most {GOAL}x: {'kept' if ratio <= GOAL else 'not kept'}",
    ], {"rows": rows, "cpu": cpu, "ratio": ratio, "rounds": found})


def _check(folder: Path, lines: list[str], log: Path) -> float:
    told = HEAD.format(log=log) + "".join(f'r{number} = "{line}"\n' for number, line in enumerate(lines))
    (folder / "shall.toml").write_text(told)
    before = _children()
    ran = subprocess.run([sys.executable, "-m", "shall", "check", "--no-record"], cwd=folder, text=True, check=False,
                         stdout=subprocess.PIPE,
                         env={**os.environ, "PYTHONPATH": str(harness.ROOT / "src"), "OMP_NUM_THREADS": "1"})
    spent = _children() - before
    if f"{len(lines)} requirement" not in ran.stdout:
        raise RuntimeError(ran.stdout)
    return spent


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*(int(float(argument)) for argument in sys.argv[1:]))
