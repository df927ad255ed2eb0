"""What alarms of pairs cost where groups are many: ``python -m benchmarks.watch_groups [ROWS]``.

A difference over 100, 1,000 and 4,000 groups is watched in processes of their own, quiet and with one group that is
far below (so that alarms are sought): CPU seconds and the peak of the memory, beside a process that does the same of
two groups. Then lives of a model exactly at its bound, of lines that alarm by window: the time to the first false alarm
in periods, where windows are told by rows and the rate by time.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any, Final

import numpy as np
import pyarrow as pa

import shall
from benchmarks import harness
from shall.phases.watching.spending import Spending

GROUPS: Final = (2, 100, 1_000, 4_000)
LIVES: Final = 4_000
AT_ONCE: Final = 200                        # windows
PACES: Final = ("even", "bursts", "years apart")


def inside(groups: int, rows: int, bad: bool) -> None:
    """In a process of its own; the memory is what comes on top of the log."""
    chance = np.random.default_rng(1)
    who = chance.integers(0, groups, rows)
    chosen = chance.random(rows) < np.where(bad & (who == 1), 0.05, 0.5)
    times = np.datetime64("2026-01-01", "s") + np.cumsum(chance.exponential(60, rows)).astype("timedelta64[s]")
    log = pa.table({"at": times, "decision": chosen.astype(int), "who": np.array([f"g{one}" for one in who])})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found, cpu = harness.timed(lambda: shall.watch({
        "columns": {"time": "at", "decision": "decision"}, "groups": {"who": "who"}, "watch": {"windows": ["1 year"]},
        "requirements": {"fair": f"difference of selection_rate over who <= {0.2 if bad else 0.9}"}}, log))
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(json.dumps({"cpu": cpu, "peak": peak, "alarms": len(found.sounded)}))


def gaps(pace: str, number: int, chance: np.random.Generator) -> Any:
    """Periods between windows."""
    if pace == "even":
        return np.full(number, 0.01)
    if pace == "bursts":
        return chance.choice([0.0, 0.001, 0.5], number, p=[0.6, 0.3, 0.1])
    return chance.exponential(2.0, number)


def first_alarm(pace: str, chance: np.random.Generator) -> float:
    """Periods until the first false alarm of a life in which each window is broken as often as its share allows."""
    spending, window, clock, begun = Spending(1.0), 0, 0.0, 0.0
    while True:
        times, index = clock + np.cumsum(gaps(pace, AT_ONCE, chance)), np.arange(window, window + AT_ONCE)
        begun = times[0] if not window else begun
        spending.hear(index, times)
        broken = np.flatnonzero(chance.random(AT_ONCE) < [spending.share(one) for one in index.tolist()])
        if len(broken):
            return float(times[broken[0]] - begun)
        clock, window = times[-1], window + AT_ONCE


def main(rows: int = 100_000) -> None:
    """Run all and keep."""
    own = sys.executable, "benchmarks.watch_groups", "inside"
    costs = {f"{groups}, {kind}": harness.run(*own, str(groups), str(rows), str(int(kind == "alarms")))
             for groups in GROUPS for kind in ("quiet", "alarms")}
    lines = [f"python -m benchmarks.watch_groups {rows}",
             f"difference of selection_rate over groups, {rows:,} rows: CPU seconds, MB on top of the log, alarms"]
    lines += [f"  {name:16} {one['cpu']:6.2f} s {one['peak']:6,} MB  {one['alarms']} alarms"
              for name, one in costs.items()]
    chance, waits = np.random.default_rng(7), {}
    lines.append(f"periods to the first false alarm by window, mean of {LIVES:,} lives (standard error); promised 1")
    for pace in PACES:
        found = [first_alarm(pace, chance) for _ in range(LIVES)]
        waits[pace] = float(np.mean(found)), float(np.std(found) / np.sqrt(LIVES))
        lines.append(f"  {pace:16} {waits[pace][0]:6.2f} ({waits[pace][1]:.2f})")
    harness.save("watch_groups", lines, {"rows": rows, "costs": costs, "waits": waits})


if __name__ == "__main__":
    if sys.argv[1:2] == ["inside"]:
        inside(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "1")
    else:
        main(*map(int, sys.argv[1:]))
