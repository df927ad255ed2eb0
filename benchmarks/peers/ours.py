"""`shall`: the same rates and gaps, from the Parquet file: ``python -m benchmarks.peers.ours LOG [bounds]``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.harness import timed
from benchmarks.ours import Table, bounded_gaps, rates_and_gaps, tables

ROLES = {"label": "label", "decision": "decision"}
GROUPINGS = (("sex",), ("race",), ("sex", "race", "age"))


def audit(path: Path) -> dict[str, Table]:
    """Rates by group, differences and ratios, by grouping; reading included."""
    return {" by ".join(grouping): rates_and_gaps(cells) for grouping, cells in tables(path, ROLES, GROUPINGS).items()}


def with_bounds(path: Path) -> int:
    """The same, and 95 % bounds of each rate, difference and ratio; how many gaps that are."""
    counted = tables(path, ROLES, GROUPINGS).values()
    return sum(len([rates_and_gaps(cells), *bounded_gaps(cells)]) - 1 for cells in counted)


def main(path: Path, *, bounds: bool) -> None:
    """Warm up on a small log, then audit the one that was asked for."""
    work = with_bounds if bounds else audit
    work(path.parent / "log-2000.parquet")
    found, cpu = timed(lambda: work(path))
    print(json.dumps({"cpu": cpu, "found": found}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), bounds="bounds" in sys.argv[2:])
