"""What a whole `shall build` costs: ``python -m benchmarks.build_cost [ROUNDS]``.

Adult in 80 % to learn from and a gate of 20 %, three requirements, one look: a fresh process from the files to the
certificate, with every trial that `build` makes by itself. In turn with it, for the speed of the machine: so many
plain fits of LightGBM on the same rows, and Fairlearn's ExponentiatedGradient for two bounds, without any certificate.
"""

from __future__ import annotations

import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import harness
from benchmarks.adult_frontier import PEER
from examples.fetch import fetch

GATE: Final = 0.2
FITS: Final = 20
GOAL: Final = 60
FILE: Final = """\
shall = 1
[subject]
name = "income"
target = "income"
positive = ">50K"
[data]
train = "train.parquet"
gate = "gate.parquet"
looks = 1
[groups]
sex = "sex"
race = "race"
[requirements]
useful = "roc_auc >= 0.85"
fair = "ratio of selection_rate over sex >= 0.80"
calibrated = "calibration_error <= 0.05"
"""
OURS: Final = "shall build, from file to certificate"
PLAIN: Final = f"{FITS} plain fits of LightGBM on the same rows"
USUAL: Final = "ExponentiatedGradient, 2 bounds, 60 % of the rows"
ROUNDS: Final = 3


def write(folder: Path, seed: int) -> None:
    """The file and its two parts."""
    table = pa.concat_tables([pq.read_table(fetch("adult") / name) for name in ("train.parquet", "test.parquet")])
    table = table.take(np.random.default_rng(seed).permutation(table.num_rows))
    end = int(GATE * table.num_rows)
    pq.write_table(table.slice(end), folder / "train.parquet")
    pq.write_table(table.slice(0, end), folder / "gate.parquet")
    (folder / "shall.toml").write_text(FILE)


def ours(seed: int) -> harness.Result:
    """One whole process; what it says, and its CPU seconds with those of its children."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), seed)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ran = subprocess.run([sys.executable, "-W", "ignore", "-m", "shall", "build"], cwd=folder, text=True,
                             capture_output=True, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode > 1:
        raise RuntimeError(ran.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu": cpu, "certified": ran.returncode == 0, "said": ran.stdout, "memory": after.ru_maxrss / 2**10}


def plain(seed: int) -> harness.Result:
    """So many fits with the settings that ours begins with."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), seed)
        return harness.run(sys.executable, "benchmarks.peers.plain_fits", folder, str(FITS))


def main(rounds: str = str(ROUNDS)) -> None:
    """Take turns, and print."""
    peer = harness.environment("frontier", PEER)
    found: dict[str, list[harness.Result]] = {OURS: [], PLAIN: [], USUAL: []}
    for seed in range(int(rounds)):
        jobs: dict[str, Callable[[], harness.Result]] = {
            OURS: lambda seed=seed: ours(seed), PLAIN: lambda seed=seed: plain(seed),
            USUAL: lambda seed=seed: harness.run(peer, "benchmarks.peers.exponentiated_gradient", str(seed))}
        for name, results in harness.interleaved(jobs, dict.fromkeys(jobs, 1)).items():
            found[name] += results
    cpu = {name: [one["cpu"] for one in some] for name, some in found.items()}
    lines = [f"python -m benchmarks.build_cost {rounds}",
             f"Adult, 39,074 rows to learn from, a gate of 9,768, three requirements; CPU seconds, {rounds} splits"]
    lines += [f"  {name:<52}{statistics.median(some):8.1f}   ({', '.join(f'{one:.1f}' for one in some)})"
              for name, some in cpu.items()]
    first = found[OURS][0]
    told = [re.sub(r" {3,}", "  ", line) for line in first["said"].splitlines()]
    lines += [f"  certified in {sum(one['certified'] for one in found[OURS])} of {rounds}; at most "
              f"{max(one['memory'] for one in found[OURS]):.0f} MiB; wanted at most {GOAL} s: "
              f"{'kept' if statistics.median(cpu[OURS]) <= GOAL else 'NOT KEPT'}",
              "  what the first one said:", *(f"    {line}" for line in told if line.strip())]
    harness.save("build_cost", lines, {"cpu": cpu, "certified": [one["certified"] for one in found[OURS]]})


if __name__ == "__main__":
    main(*sys.argv[1:])
