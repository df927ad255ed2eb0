"""One log beside TensorFlow Model Analysis: ``python -m benchmarks.model_analysis [ROWS [PEER_ROUNDS]]``.

Rates, area and calibration of everybody and of 67 groups. The peer starts from a frame in memory and gives no bounds;
`shall` reads the Parquet file within its time and gives every bound and verdict. CPU seconds of fresh processes, warmed
up.
"""

from __future__ import annotations

import statistics
import sys
from typing import Final

from benchmarks import harness, synthetic_log

PEER: Final = ("tensorflow-model-analysis==0.52.0",)
SAME: Final = ("binary_accuracy", "precision", "recall", "fpr", "fnr")


def main(rows: int = 100_000, peer_rounds: int = 1) -> None:
    """Run both, hold the rates together, print the ratio."""
    log = str(synthetic_log.write(rows, harness.BENCH / f"log-{rows}.parquet"))
    synthetic_log.write(2000, harness.BENCH / "log-2000.parquet")
    peer = harness.environment("tfma", PEER)
    found = harness.interleaved(
        {"ours": lambda: harness.run(sys.executable, "benchmarks.peers.ours_whole", log),
         "TFMA": lambda: harness.run(peer, "benchmarks.peers.tfma_audit", log)}, {"ours": 5, "TFMA": peer_rounds})
    cpu = {name: statistics.median(result["cpu"] for result in results) for name, results in found.items()}
    theirs, ours = found["TFMA"][0]["found"], found["ours"][0]["found"]
    apart = [abs(row[name] - ours[key][name]) for key, row in theirs.items() for name in SAME]
    version = found["TFMA"][0]["versions"]["tensorflow-model-analysis"]
    harness.save("model_analysis", [
        f"python -m benchmarks.model_analysis {rows} {peer_rounds}",
        f"{rows:,} rows, {len(theirs)} slices: five rates, area, calibration; median CPU seconds",
        f"  {'shall, reading, bounds and verdicts':<40}{cpu['ours']:9.3f}",
        f"  {'TensorFlow Model Analysis ' + version:<40}{cpu['TFMA']:9.1f}",
        f"  {'ratio':<40}{cpu['TFMA'] / cpu['ours']:9,.0f}x",
        f"{len(apart)} rates of both differ by at most {max(apart):.1g} (the peer counts in 32 bits)",
    ], {"rows": rows, "cpu": cpu, "version": version, "apart": max(apart)})


if __name__ == "__main__":
    main(*(int(float(argument)) for argument in sys.argv[1:]))
