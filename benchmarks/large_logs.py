"""Memory and CPU of 10^7 rows beside 10^6: ``python -m benchmarks.large_logs [most]``; with `most`, 10^8 rows too.

One Parquet file, 67 groups: in fresh processes, turn by turn, `shall check` (rates, scores, bounds: the whole command),
the six rates of `benchmarks.ours` alone, and pyarrow reading the same columns and dropping them. Peak memory is that
of the process (ru_maxrss). The file of 10^8 rows takes 1.3 GB below `.bench/`.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks import harness, synthetic_log
from benchmarks.folder_manifest import SHALL

ROUNDS: Final = 3
COUNT: Final = """
import sys
from pathlib import Path
from benchmarks.ours import tables
from benchmarks.peers.ours import GROUPINGS, ROLES
tables(Path(sys.argv[1]), ROLES, GROUPINGS)
"""
SCAN: Final = """
import sys
import pyarrow.parquet as pq
names = ["decision", "label", "sex", "race", "age"]
with pq.ParquetFile(sys.argv[1], read_dictionary=names[2:], pre_buffer=False) as file:
    for batch in file.iter_batches(2**19, columns=names, use_threads=False):
        pass
"""
Spent = tuple[float, float]                 # CPU seconds, peak MB


def main(most: str = "") -> None:
    """Median CPU and largest peak of each job and size."""
    sizes = [10**6, 10**7, *([10**8] if most else [])]
    logs = {rows: _log(rows) for rows in sizes}
    found: dict[tuple[str, int], list[Spent]] = {}
    for turn in range(ROUNDS):
        for rows, log in logs.items():
            for name, job in _jobs(log).items():
                if turn == 0 or rows < 10**8:
                    found.setdefault((name, rows), []).append(job())
    figures = {key: (statistics.median(cpu for cpu, _ in spent), max(peak for _, peak in spent))
               for key, spent in found.items()}
    harness.save("large_logs", [
        f"python -m benchmarks.large_logs {most}".rstrip(),
        f"one Parquet file, 67 groups; median CPU seconds and largest peak memory of {ROUNDS} fresh processes "
        "(10^8 rows: 1)",
        f"  {'':<40}{'rows':>12}{'CPU s':>9}{'us/row':>9}{'peak MB':>9}",
        *(f"  {name:<40}{rows:12,}{cpu:9.2f}{1e6 * cpu / rows:9.3f}{peak:9.0f}"
          for (name, rows), (cpu, peak) in sorted(figures.items())),
        *_grown(figures),
    ], {f"{name}, {rows}": {"cpu": cpu, "peak_mb": peak} for (name, rows), (cpu, peak) in figures.items()})


def _grown(figures: dict[tuple[str, int], Spent]) -> Iterator[str]:
    for name in dict.fromkeys(name for name, _ in figures):
        if (name, 10**8) in figures:
            few, (cpu, peak), (most, highest) = figures[name, 10**6][0], figures[name, 10**7], figures[name, 10**8]
            more = (most - few) / (cpu - few) * (10**7 - 10**6) / (10**8 - 10**6)
            yield (f"  {name}: 10^8 rows take {highest / peak:.2f} of the memory of 10^7, and {more:.2f} of the CPU "
                   "for each row beyond the first million")


def _jobs(log: Path) -> dict[str, Callable[[], Spent]]:
    return {"shall check, rates, scores and bounds": lambda: _check(log),
            "shall, the counts of six rates": lambda: _spent([sys.executable, "-c", COUNT, str(log)]),
            "pyarrow, the columns read and dropped": lambda: _spent([sys.executable, "-c", SCAN, str(log)])}


def _check(log: Path) -> Spent:
    with tempfile.TemporaryDirectory(prefix="shall-large-") as home:
        (Path(home) / "shall.toml").write_text(SHALL.replace('log = "log"', f"log = {json.dumps(str(log))}"))
        return _spent([sys.executable, "-m", "shall", "check", f"{home}/shall.toml"])


def _spent(command: list[str]) -> Spent:
    """CPU seconds and peak memory of a command."""
    paths = os.pathsep.join([str(harness.ROOT), str(harness.ROOT / "src")])
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=harness.ROOT,
                               env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": paths,
                                    "ARROW_DEFAULT_MEMORY_POOL": "system"})     # as the command line sets it
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1, 3):
        raise RuntimeError(f"{command} ended with {process.returncode}")
    print(f"{command[1:3]}: {used.ru_utime + used.ru_stime:.2f} CPU s, {used.ru_maxrss / 1024:.0f} MB",
          file=sys.stderr, flush=True)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _log(rows: int) -> Path:
    """The log of the speed benchmarks."""
    return synthetic_log.write(rows, harness.BENCH / f"log-{rows}.parquet")


if __name__ == "__main__":
    main(*sys.argv[1:])
