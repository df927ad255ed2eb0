"""Counting rows as they come: ``python -m benchmarks.micro_batches [ROUNDS]``.

Batches of 1 to 10,000 rows (sex by race by age, decision, label) go one after another to a
`tally.Counter`; the tally is asked for at the end, which is counted too. Beside it `tally.count` of each batch alone,
and, as the reference, numpy that adds codes which somebody has made already to an array of all 540 cells. CPU
microseconds a batch, the best round of each, in turn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import harness, synthetic_log
from shall.core.log import Binding, Column, GroupDef
from shall.tally import Counter, Need, Plan, compile_plan, count

SIZES: Final = (1, 10, 100, 1_000, 10_000)
GOALS: Final = {1: 20.0, 10_000: 300.0}     # microseconds
GROUPS: Final = ("sex", "race", "age")
CELLS: Final = 540


def main(rounds: int = 7) -> None:
    """Time all sizes and ways in turn."""
    binding = Binding((("label", Column("label")), ("decision", Column("decision"))),
                      groups=tuple(GroupDef(name, name) for name in GROUPS))
    plan = compile_plan([Need(groups=GROUPS, axes=("decision", "label"))], binding)
    log = synthetic_log.write(100_000, harness.BENCH / "log-100000.parquet")
    (rows,) = pq.read_table(log, columns=list(plan.columns)).combine_chunks().to_batches()
    spent: dict[tuple[str, int], list[float]] = {}
    for _ in range(rounds):
        for size in SIZES:
            batches = [rows.slice(start, size) for start in range(0, min(len(rows), 2000 * size), size)][:2000]
            for name, way in _ways(plan, batches).items():
                spent.setdefault((name, size), []).append(1e6 * harness.timed(way)[1] / len(batches))
    best = {key: min(times) for key, times in spent.items()}
    kept = "kept" if all(best["tally.Counter", size] <= goal for size, goal in GOALS.items()) else "not kept"
    harness.save("micro_batches", [
        f"python -m benchmarks.micro_batches {rounds}",
        f"CPU microseconds a batch of so many rows{'':<9}{''.join(f'{size:>10,}' for size in SIZES)}",
        *(f"  {name:<47}{''.join(f'{best[name, size]:10.1f}' for size in SIZES)}"
          for name in dict.fromkeys(name for name, _ in best)),
        f"wanted: {', '.join(f'{size:,} rows in at most {goal:.0f}' for size, goal in GOALS.items())}: {kept}",
    ], {"best_us": {f"{name}, {size}": time for (name, size), time in best.items()}})


def _ways(plan: Plan, batches: list[pa.RecordBatch]) -> dict[str, Callable[[], object]]:
    def counter() -> object:
        counting = Counter(plan)
        for batch in batches:
            counting.add(batch)
        return counting.tally()

    coded = [np.arange(batch.num_rows) % CELLS for batch in batches]

    def reference() -> object:
        cells = np.zeros(CELLS, dtype=np.int64)
        for codes in coded:
            np.add.at(cells, codes, 1)
        return cells

    return {"tally.Counter": counter, "tally.count": lambda: [count(plan, batch) for batch in batches],
            "numpy.add.at, codes at hand": reference}


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
