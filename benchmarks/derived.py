"""All that follows from a tally, at any number of rows: ``python -m benchmarks.derived [PEER_ROWS [ROUNDS]]``.

Six rates of 67 groups (sex, race, sex by race by age), each with two exact bounds; for each rate and grouping the
smallest ratio and the largest difference over all pairs, 1,770 among the 60 groups, with both bounds corrected for all
pairs. Beside it, one replicate of the bootstrap by which Fairlearn bounds the same: an interval takes a thousand.
CPU milliseconds, user and system, of fresh processes in turn; counting is done before, and nothing is remembered.
"""

from __future__ import annotations

import statistics
import sys
from typing import Final

from benchmarks import harness, synthetic_log
from benchmarks.group_audit import PEER

ROWS: Final = (100_000, 1_000_000, 10_000_000)
GOAL: Final = 50.0                          # CPU milliseconds


def main(peer_rows: int = ROWS[0], rounds: int = 3) -> None:
    """Time ours at three sizes and Fairlearn's replicate at one of them."""
    logs = {rows: str(synthetic_log.write(rows, harness.BENCH / f"log-{rows}.parquet")) for rows in ROWS}
    peer = harness.environment("fairlearn", PEER)
    jobs = {f"{rows:,}": lambda rows=rows: harness.run(sys.executable, "benchmarks.peers.ours_derived", logs[rows])
            for rows in ROWS}
    jobs["Fairlearn"] = lambda: harness.run(peer, "benchmarks.peers.fairlearn_bootstrap", logs[peer_rows])
    found = harness.interleaved(jobs, {**{f"{rows:,}": rounds for rows in ROWS}, "Fairlearn": min(rounds, 2)})
    ours = {rows: 1000 * statistics.median(result["cpu"] for result in found[f"{rows:,}"]) for rows in ROWS}
    verdicts = {rows: 1000 * statistics.median(result["verdicts"] for result in found[f"{rows:,}"]) for rows in ROWS}
    replicate = 1000 * statistics.median(result["cpu"] for result in found["Fairlearn"])
    version = found["Fairlearn"][0]["version"]
    kept = "kept" if max(ours.values()) <= GOAL else "not kept"
    harness.save("derived", [
        f"python -m benchmarks.derived {peer_rows} {rounds}",
        "CPU milliseconds, the rows counted already       all intervals   36 verdicts, and what would settle them",
        *(f"  shall, {rows:>10,} rows{ours[rows]:35.1f}{verdicts[rows]:16.1f}" for rows in ROWS),
        f"  Fairlearn {version}, {peer_rows:,} rows, one replicate of 1,000{replicate:13,.0f}",
        f"  1,000 replicates over all intervals of ours at as many rows{1000 * replicate / ours[peer_rows]:13,.0f}x",
        f"wanted at most {GOAL:.0f} ms: {kept}",
    ], {"ours_ms": ours, "verdicts_ms": verdicts, "replicate_ms": replicate, "peer_rows": peer_rows,
        "rounds": {name: [result["cpu"] for result in results] for name, results in found.items()}})


if __name__ == "__main__":
    main(*(int(float(argument)) for argument in sys.argv[1:]))
