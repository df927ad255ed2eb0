"""The group audit beside Aequitas: ``python -m benchmarks.other_peers [ROWS [ROUNDS]]``.

Rates of 67 groups and their disparities. Aequitas starts from a frame in memory, with the intersection joined into one
column beforehand, and gives ratios to one group; `shall` reads the Parquet file within its time and gives gaps over
all pairs. CPU seconds of fresh processes that take turns; imports and a warm-up are left out.
"""

from __future__ import annotations

import statistics
import sys
from typing import Final

from benchmarks import harness, synthetic_log

PEER: Final = ("aequitas==1.1.0", "pandas==2.3.3", "pyarrow==26.0.1")
NAMES: Final = {"tpr": "true_positive_rate", "fpr": "false_positive_rate", "fnr": "false_negative_rate",
                "pprev": "selection_rate", "precision": "precision"}


def main(rows: int = 1_000_000, rounds: int = 3) -> None:
    """Run both in turn, hold the rates together, print the ratio."""
    log = str(synthetic_log.write(rows, harness.BENCH / f"log-{rows}.parquet"))
    synthetic_log.write(2000, harness.BENCH / "log-2000.parquet")
    peer = harness.environment("aequitas", PEER)
    found = harness.interleaved(
        {"ours": lambda: harness.run(sys.executable, "benchmarks.peers.ours", log),
         "Aequitas": lambda: harness.run(peer, "benchmarks.peers.aequitas_audit", log)},
        {"ours": 3 * rounds, "Aequitas": rounds})
    cpu = {name: statistics.median(result["cpu"] for result in results) for name, results in found.items()}
    ours, theirs = found["ours"][0]["found"], found["Aequitas"][0]["found"]
    apart = [abs(ours[grouping][group][NAMES[rate]] - value)
             for grouping in ("sex", "race") for group, row in theirs.items() if group in ours[grouping]
             for rate, value in row.items()]
    versions = found["Aequitas"][0]["versions"]
    harness.save("other_peers", [
        f"python -m benchmarks.other_peers {rows} {rounds}",
        f"{rows:,} rows, 67 groups; median CPU seconds",
        f"  {'shall, Parquet reading included':<36}{cpu['ours']:9.4f}",
        f"  {'Aequitas ' + versions['aequitas'] + ', pandas ' + versions['pandas']:<36}{cpu['Aequitas']:9.4f}",
        f"  {'ratio':<36}{cpu['Aequitas'] / cpu['ours']:9.1f}x",
        f"{len(apart)} rates of both differ by at most {max(apart):.1g}",
    ], {"rows": rows, "cpu": cpu, "versions": versions, "apart": max(apart)})


if __name__ == "__main__":
    main(*(int(float(argument)) for argument in sys.argv[1:]))
