"""The group audit over only reading its columns: ``python -m benchmarks.over_scan [ROWS [ROUNDS]]``.

Six rates and their gaps of 67 groups from a Parquet file, beside pyarrow that reads the same columns in like batches
and drops them; on one thread by CPU seconds, on two by seconds of the clock. Fresh processes in turn, after a warm-up.
Of the clock the fastest round counts on both sides, for on a busy machine all others measure its neighbours.
"""

from __future__ import annotations

import statistics
import sys
from typing import Final

from benchmarks import harness, synthetic_log

CPU_GOAL: Final = 2.5                       # times only reading, on one thread
WALL_GOAL: Final = 1.6                      # on two


def main(rows: int = 10_000_000, rounds: int = 9) -> None:
    """Run the four in turn."""
    log = str(synthetic_log.write(rows, harness.BENCH / f"log-{rows}.parquet"))
    synthetic_log.write(100_000, harness.BENCH / "log-100000.parquet")
    names = [(what, threads) for threads in (1, 2) for what in ("scan", "audit")]
    jobs = {f"{what} {threads}": lambda what=what, threads=threads: harness.run(
        sys.executable, "benchmarks.peers.ours_over_scan", log, what, str(threads)) for what, threads in names}
    found = harness.interleaved(jobs, dict.fromkeys(jobs, rounds))
    cpu = {name: statistics.median(result["cpu"] for result in results) for name, results in found.items()}
    wall = {name: min(result["wall"] for result in results) for name, results in found.items()}
    in_cpu, in_wall = cpu["audit 1"] / cpu["scan 1"], wall["audit 2"] / wall["scan 2"]
    kept = "kept" if in_cpu <= CPU_GOAL and in_wall <= WALL_GOAL else "not kept"
    harness.save("over_scan", [
        f"python -m benchmarks.over_scan {rows} {rounds}",
        f"{rows:,} rows, 67 groups, plain numpy; {rounds} rounds    median CPU s   least wall s",
        *(f"  {told:<24}{'one thread' if threads == 1 else 'two threads':<14}{cpu[f'{what} {threads}']:16.3f}"
          f"{wall[f'{what} {threads}']:15.3f}" for what, threads in names
          for told in ["pyarrow, only reading" if what == "scan" else "shall, the group audit"]),
        f"  audit over reading: {in_cpu:.2f}x the CPU on one thread, {in_wall:.2f}x the wall time on two",
        f"wanted at most {CPU_GOAL}x the CPU and {WALL_GOAL}x the wall time: {kept}",
    ], {"rows": rows, "cpu": cpu, "wall": wall, "rounds": found})


if __name__ == "__main__":
    main(*(int(float(argument)) for argument in sys.argv[1:]))
