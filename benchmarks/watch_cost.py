"""What watching costs: ``python -m benchmarks.watch_cost [ROWS [ROUNDS]]``.

Twenty requirements over 67 groups, scores and a column of seconds are folded over a log of decisions: a tally for each
window, and every line that can be looked at after every row. Beside it, in turn, a process that reads the same columns
and drops them; CPU seconds of the work, user and system, without the imports. Then a log that comes in small pieces,
and a log that grows, looked at as often as `[watch] every` says if nobody says anything: the rows of a minute, read
from a new file, folded as many at a time as a server does, and the state kept. Beside it what a row costs two detectors
of river, one a line, which keep no verdicts, no groups and no pairs.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import harness, synthetic_log
from benchmarks.alarms import RIVER
from shall.api.life.watches import AT_ONCE
from shall.api.life.watching import watching
from shall.api.opening import file_of, opened
from shall.phases.measuring import prepare
from shall.phases.watch import Folding
from shall.phases.watching.life import Life
from shall.phases.watching.windows import Allowed, Windows, seconds_in
from shall.spec.file import ShallFile, WatchOptions

GOAL: Final = 1.0                           # CPU seconds more than reading
ROW: Final = 20.0                           # us, amortised
LINES: Final = (
    "accuracy >= 0.5", "selection_rate <= 0.9", "true_positive_rate >= 0.3", "false_positive_rate <= 0.7",
    "precision >= 0.3", "brier <= 0.3", "quantile(seconds, q = 0.95) <= 1", "roc_auc >= 0.55",
    "ratio of selection_rate over sex >= 0.3", "ratio of selection_rate over race >= 0.2",
    "difference of true_positive_rate over sex <= 0.6", "difference of false_positive_rate over race <= 0.7",
    "difference of accuracy over sex <= 0.5", "ratio of precision over age >= 0.3", "accuracy over sex by race >= 0.3",
    "true_positive_rate over age >= 0.2", "false_positive_rate over race <= 0.9", "brier over sex <= 0.5",
    "selection_rate over sex <= 0.95", "accuracy over age >= 0.4")
WINDOWS: Final = ("1 month", "10000 rows", "1 month and 10000 rows")
PIECES: Final = (1, 64, 512, 4096)          # rows at a time
RATES: Final = (1, 10, 100, 1000)           # rows a second
LOOKS: Final = 5                            # at each of them
YEAR: Final = 31_536_000


def log(rows: int) -> Path:
    """A year of decisions."""
    path = harness.BENCH / f"watched-{rows}.parquet"
    if not path.is_file():
        table = pq.read_table(synthetic_log.write(rows, harness.BENCH / f"log-{rows}.parquet"))
        gone = (np.arange(rows) * (YEAR * 10**6) // rows).astype("timedelta64[us]")
        seconds = np.random.default_rng(1).exponential(0.1, rows)
        table = table.append_column("time", pa.array(np.datetime64("2025-01-01", "us") + gone))
        pq.write_table(table.append_column("seconds", pa.array(seconds)), path, synthetic_log.ROW_GROUP)
    return path


def asked(path: str) -> ShallFile:
    """Twenty requirements on a log."""
    return file_of({
        "shall": 1, "subject": {"name": "watched", "kind": "classifier", "target": "label", "positive": "1"},
        "data": {"log": path}, "columns": {"score": "score", "decision": "decision", "time": "time"},
        "groups": {name: name for name in ("sex", "race", "age")},
        "requirements": {f"r{number}": line for number, line in enumerate(LINES)}})


def folding(path: str, window: str) -> tuple[Folding, Any, list[Folding]]:
    """Ready to fold, the log, and the same of windows of further sizes."""
    file = asked(path)
    subject, (windows, *further) = opened(file, None, None), Windows.several(window.split(" and "))
    examination = prepare(file.requirements, subject.binding, file.confidence, subject.features)
    life = Life.of(examination, range(len(LINES)), Allowed.parse("1 per year"), windows)
    return Folding(examination, windows, life), subject.log, [Folding(examination, one) for one in further]


def read(path: str, window: str) -> int:
    """Only read the columns."""
    fold, rows, _ = folding(path, window)
    return sum(batch.num_rows for batch in rows.batches(fold.columns))


def watched(path: str, window: str) -> int:
    """Fold them."""
    fold, rows, further = folding(path, window)
    for batch in rows.batches(fold.columns):
        for one in (fold, *further):
            one.fold(batch)
    return fold.rows


def piecewise(path: str, window: str) -> dict[int, float]:
    """Microseconds of CPU a row, where so many come at a time."""
    found = {}
    for number in PIECES:
        fold, rows, _ = folding(path, window)
        batch = next(iter(rows.batches(fold.columns)))
        fold.fold(batch.slice(0, 4096))
        pieces = max(4, min(300, (batch.num_rows - 4096) // number))
        began = time.process_time()
        for piece in range(pieces):
            fold.fold(batch.slice(4096 + piece * number, number))
        found[number] = 1e6 * (time.process_time() - began) / (pieces * number)
    return found


def looks(path: str, window: str) -> dict[int, float]:
    """Microseconds of CPU a row, where so many come a second and wait for the next look; the median of some looks."""
    table, first, found = pq.read_table(path), 0, {}
    with tempfile.TemporaryDirectory() as folder:
        log, seconds = Path(folder, "log"), seconds_in(WatchOptions().every)
        log.mkdir()
        with watching(asked(str(log)), log, window=window, state=Path(folder, "state"), clock=float) as going:
            going.at_once = AT_ONCE
            for rate in RATES:
                rows, times = int(rate * seconds), []
                for _ in range(1 + LOOKS):              # the first also loads what is loaded on first use
                    pq.write_table(table.slice(first % (len(table) - rows), rows), log / f"{first:08}.parquet")
                    began = time.process_time()
                    assert going.look().rows == rows
                    times.append(1e6 * (time.process_time() - began) / rows)
                    first += rows
                found[rate] = statistics.median(times[1:])
    return found


def inside(job: str, path: str, window: str) -> None:
    """In a process of its own: a first time to load what is loaded on first use, then once more, timed."""
    works: dict[str, Callable[[str, str], Any]] = {"read": read, "watch": watched, "pieces": piecewise, "looks": looks}
    works[job](path, window)
    found, cpu = harness.timed(lambda: works[job](path, window))
    print(json.dumps({"cpu": cpu, "found": found}))


def main(rows: int = 1_000_000, rounds: int = 5) -> None:
    """Run all and keep."""
    path = str(log(rows))
    jobs = {f"{job}, {window}": lambda job=job, window=window: harness.run(
        sys.executable, "benchmarks.watch_cost", "inside", job, path, window)
        for window in WINDOWS for job in ("read", "watch")}
    times = {name: [one["cpu"] for one in found]
             for name, found in harness.interleaved(jobs, dict.fromkeys(jobs, rounds)).items()}
    pieces = harness.run(sys.executable, "benchmarks.watch_cost", "inside", "pieces", path, WINDOWS[0])["found"]
    waited = harness.run(sys.executable, "benchmarks.watch_cost", "inside", "looks", path, WINDOWS[0])["found"]
    river = harness.run(harness.environment("river", RIVER), "benchmarks.peers.river_rows", str(len(LINES)), "20000")
    lines = [f"python -m benchmarks.watch_cost {rows} {rounds}",
             f"{rows:,} rows, {len(LINES)} requirements, {len(LINES) - 1} looked at after every row; CPU seconds, "
             f"median (and least) of {rounds} processes"]
    more = {}
    for window in WINDOWS:
        just, all_ = (times[f"{job}, {window}"] for job in ("read", "watch"))
        more[window] = statistics.median(all_) - statistics.median(just)
        lines.append(f"  windows of {window:22} read {statistics.median(just):.3f} ({min(just):.3f}), watched "
                     f"{statistics.median(all_):.2f} ({min(all_):.2f}): {more[window]:.2f} more "
                     f"({min(all_) - min(just):.2f}), wanted at most {GOAL}")
    lines.append("  us of CPU a row where so many come at a time: "
                 + ", ".join(f"{number} {cost:,.1f}" for number, cost in pieces.items()) + f"; wanted at most {ROW:g}")
    lines.append(f"  us of CPU a row where so many come a second and are looked at every {WatchOptions().every}: "
                 + ", ".join(f"{number} {cost:,.1f}" for number, cost in waited.items()) + f"; wanted at most {ROW:g}")
    lines.append("  river, a detector a line, every row: " + ", ".join(
        f"{name} {1e6 * cpu / 20_000:.1f} us a row" for name, cpu in river.items()))
    harness.save("watch_cost", lines, {"rows": rows, "times": times, "more": more, "pieces": pieces, "looks": waited,
                                       "river": river})


if __name__ == "__main__":
    if sys.argv[1:2] == ["inside"]:
        inside(*sys.argv[2:])
    else:
        main(*map(int, sys.argv[1:]))
