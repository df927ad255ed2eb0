"""A second check of a folder beside the first: ``python -m benchmarks.folder_manifest [FILES [ROWS [ROUNDS]]]``.

Each job is one `shall check` in a fresh process: of a folder that was never checked, of the same folder with nothing
changed, with one file more, with one file changed, and without a store. CPU seconds of the whole process, and what
they are beyond those of a process that checks one file alone (imports, reading the shall file, statistics).
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks import harness, synthetic_log

SHALL: Final = """shall = 1
[subject]
name = "folder"
kind = "classifier"
target = "label"
positive = "1"
[data]
log = "log"
[groups]
sex = "sex"
race = "race"
age = "age"
[requirements]
sexes = "ratio of selection_rate over sex >= 0.80"
races = "difference of true_positive_rate over race <= 0.50"
all = "difference of accuracy over sex by race by age <= 0.50"
auc = "roc_auc over sex >= 0.6"
"""
SETTLE: Final = 2.5                         # seconds until the times of a file are trusted
JOBS: Final = ("first check", "nothing changed", "one file more", "one file changed", "without a store")


def main(files: int = 100, rows: int = 100_000, rounds: int = 3) -> None:
    """Median CPU of each job, and their ratios."""
    parts = [synthetic_log.write(rows, harness.BENCH / "folder" / f"{rows}-{number:04}.parquet", seed=number)
             for number in range(files + 1)]
    found = [_round(parts) for _ in range(rounds)]
    bare = statistics.median(one["bare"] for one in found)
    cpu = {name: statistics.median(one[name] for one in found) for name in JOBS}
    net = {name: spent - bare for name, spent in cpu.items()}
    whole = net["without a store"]
    harness.save("folder_manifest", [
        f"python -m benchmarks.folder_manifest {files} {rows} {rounds}",
        f"`shall check` of {files} files of {rows:,} rows, 67 groups and scores; median CPU seconds of {rounds} fresh "
        "processes",
        f"  {'':<28}{'process':>9}{'beyond':>10}{'of one pass':>13}",
        *(f"  {name:<28}{cpu[name]:9.3f}{net[name]:10.3f}{net[name] / whole:12.1%}" for name in JOBS),
        f"  {'(one file alone, no store)':<28}{bare:9.3f}",
        "after the last change rows, digests and verdicts are those of one pass: "
        f"{all(one['equal'] for one in found)}",
    ], {"files": files, "rows": rows, "cpu": cpu, "net": net, "bare": bare})


def _round(parts: list[Path]) -> dict[str, float]:
    """CPU seconds of each job in a new folder, and whether the last two found the same."""
    with tempfile.TemporaryDirectory(prefix="shall-folder-") as name:
        home = Path(name)
        (home / "shall.toml").write_text(SHALL)
        log = home / "log"
        log.mkdir()
        for part in parts[:-1]:
            shutil.copy(part, log / part.name)
        time.sleep(SETTLE)
        added, changed = log / parts[-1].name, log / parts[0].name
        steps: dict[str, Callable[[], object]] = {
            "first check": lambda: None, "nothing changed": lambda: None,
            "one file more": lambda: shutil.copy(parts[-1], added),
            "one file changed": lambda: shutil.copy(parts[1], changed), "without a store": lambda: None}
        spent, digests = {}, {}
        for job, step in steps.items():
            step()
            spent[job], digests[job] = _check(home, *(["--no-record"] if job == "without a store" else []))
        equal = digests["one file changed"] == digests["without a store"]
        shutil.rmtree(log)
        log.mkdir()
        shutil.copy(parts[0], log / "one.parquet")
        spent["bare"], _ = _check(home, "--no-record")
        return {**spent, "equal": equal}


def _check(home: Path, *arguments: str) -> tuple[float, str]:
    """CPU seconds of one check, and all its verdicts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run([sys.executable, "-m", "shall", "check", str(home / "shall.toml"), "--json", *arguments],
                         stdout=subprocess.PIPE, check=False,
                         env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(harness.ROOT / "src")})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = json.loads(ran.stdout)
    told = json.dumps([report["rows"], report["digests"], report["verdicts"]], sort_keys=True)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, told


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
