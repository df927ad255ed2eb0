"""Group audit of a million rows beside Fairlearn: ``python -m benchmarks.group_audit [ROWS [PEER_ROUNDS]]``.

Six rates and their gaps over sex, race and sex by race by age: 67 groups. CPU seconds, user and
system, of fresh processes run in turn; imports and a warm-up are not counted. Fairlearn starts
from a frame in memory; `shall` reads the Parquet file within its time.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from typing import Any, Final

from benchmarks import harness, synthetic_log

PEER: Final = ("fairlearn==0.15.0", "scikit-learn==1.9.1", "pandas==3.0.6", "pyarrow==26.0.1")
OUR_ROUNDS: Final = 15


def main(rows: int = 1_000_000, peer_rounds: int = 2) -> None:
    """Run all, hold the results together, print the ratio and the honest baselines beside it."""
    log = str(synthetic_log.write(rows, harness.BENCH / f"log-{rows}.parquet"))
    synthetic_log.write(2000, harness.BENCH / "log-2000.parquet")
    peer = harness.environment("fairlearn", PEER)
    found = harness.interleaved(
        {"ours": lambda: harness.run(sys.executable, "benchmarks.peers.ours", log),
         "ours, with bounds": lambda: harness.run(sys.executable, "benchmarks.peers.ours", log, "bounds"),
         "Fairlearn": lambda: harness.run(peer, "benchmarks.peers.fairlearn_audit", log),
         "baselines": lambda: harness.run(peer, "benchmarks.peers.baselines", log)},
        {"ours": OUR_ROUNDS, "ours, with bounds": OUR_ROUNDS, "Fairlearn": peer_rounds, "baselines": 3})
    cpu = {name: statistics.median(result["cpu"] for result in results) for name, results in found.items()}
    baselines = {way: statistics.median(result["took"][way] for result in found["baselines"])
                 for way in found["baselines"][0]["took"]}
    compared, unequal = differences(found["ours"][0]["found"], found["Fairlearn"][0]["found"])
    versions = found["Fairlearn"][0]["versions"]
    peer_name = f"Fairlearn {versions['fairlearn']} MetricFrame"
    harness.save("group_audit" if rows == 1_000_000 else f"group_audit_{rows}", [
        f"python -m benchmarks.group_audit {rows} {peer_rounds}",
        f"{rows:,} rows, 67 groups, six rates and their gaps; median CPU seconds",
        _line("shall, Parquet reading included", found["ours"]),
        _line("shall, with bounds of every gap", found["ours, with bounds"]),
        _line(peer_name, found["Fairlearn"]),
        f"  {'ratio':<36}{cpu['Fairlearn'] / cpu['ours']:9,.0f}x",
        f"  {'ratio, ours with bounds':<36}{cpu['Fairlearn'] / cpu['ours, with bounds']:9,.0f}x",
        "honest baselines: the same numbers by hand, without bounds, from a frame in memory",
        *(f"  {way:<36}{spent:9.4f}" for way, spent in baselines.items()),
        f"{compared} numbers compared with Fairlearn's, {len(unequal)} differ in any bit {unequal[:3] or ''}".rstrip(),
    ], {"rows": rows, "cpu": cpu, "baselines": baselines, "versions": versions, "compared": compared,
        "unequal": unequal, "rounds": {name: [result["cpu"] for result in results] for name, results in found.items()}})


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> tuple[int, list[str]]:
    """How many numbers were compared, and those that are not equal to the last bit."""
    compared, unequal = 0, []
    for grouping, table in theirs.items():
        for group, row in table.items():
            for rate, value in row.items():
                compared += 1
                if ours[grouping][group][rate] != value:
                    unequal.append(f"{grouping}: {group}: {rate}: {ours[grouping][group][rate]!r}, Fairlearn {value!r}")
    return compared, unequal


def _line(name: str, results: Sequence[harness.Result]) -> str:
    times = sorted(result["cpu"] for result in results)
    return f"  {name:<36}{statistics.median(times):9.4f}   ({times[0]:.4g} to {times[-1]:.4g}, n = {len(times)})"


if __name__ == "__main__":
    main(*(int(float(argument)) for argument in sys.argv[1:]))
