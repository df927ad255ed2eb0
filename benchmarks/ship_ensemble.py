"""The graph beside the pipeline that it was made of: ``python -m benchmarks.ship_ensemble [ROUNDS]``.

The ensemble of `ship_case`, one thread: the pandas pipeline, lean Python without pandas, and the graph in ONNX Runtime.
Told are medians of CPU over interleaved rounds, cold start and memory of fresh processes, and how far apart the
graph and the pipeline are on 250,000 rows that include those of training.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks import harness, ship_case
from benchmarks.ship_graph import written
from benchmarks.ship_lean import Lean
from shall.runtimes.score import Scorer

SIZES: Final = (1, 64, 4096)
TIMES: Final = {1: {"pandas": 10, "lean": 300, "shall": 2000}, 64: {"pandas": 10, "lean": 40, "shall": 100},
                4096: {"pandas": 1, "lean": 1, "shall": 2}}
WANTED: Final = {1: (150, 6), 64: (12, 0), 4096: (1.7, 0)}
FRESH: Final = 4                            # tables of 50,000 rows more, for the comparison
PART: Final = 10_000


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as a server gets them."""
    return [{name: None if value is None or value != value else value for name, value in row.items()}
            for row in frame.to_dict("records")]


def cpu(work: Callable[[], Any], times: int) -> float:
    """CPU microseconds of one call."""
    began = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - began) / times * 1e6


def speed(made: ship_case.Ensemble, scorer: Scorer, frame: pd.DataFrame, rounds: int) -> dict[str, float]:
    """Medians of CPU microseconds a call, by contender and number of rows."""
    lean = Lean(made)
    found: dict[str, list[float]] = {}
    for turn in range(rounds):
        for size in SIZES:
            part = frame[turn * size:(turn + 1) * size]
            gaps = part.to_dict("records")
            rows, table = plain(part), pa.Table.from_pandas(part, preserve_index=False)
            jobs: dict[str, Callable[[], Any]] = {
                "pandas": lambda part=part, gaps=gaps: made.predict(pd.DataFrame(gaps) if len(gaps) == 1 else part),
                "lean": lambda rows=rows: lean(rows),
                "shall": lambda rows=rows, table=table: scorer(rows[0] if len(rows) == 1 else table)}
            for who, job in jobs.items():
                job()
                found.setdefault(f"{who} {size}", []).append(cpu(job, TIMES[size][who]))
    return {name: statistics.median(values) for name, values in found.items()}


def apart(made: ship_case.Ensemble, frames: Sequence[pd.DataFrame]) -> dict[str, float]:
    """How far apart both are, on each row of some tables."""
    graph = written(made, inside=True)
    largest: dict[str, float] = {"rows": 0, "flips": 0}
    for frame in frames:
        for start in range(0, len(frame), PART):
            part = frame[start:start + PART]
            said = graph(pa.Table.from_pandas(part, preserve_index=False))
            (score, decision, abstained), each = made.predict(part), made.scores(part)
            for name, one in {**{f"score {place}": each[:, place] for place in range(4)}, "mean": each.mean(axis=1),
                              "score": score}.items():
                largest[name] = max(largest.get(name, 0.0), float(np.abs(said[name] - one).max()))
            largest["flips"] += int(((said["decision"] != decision) | (said["abstained"] != abstained)).sum())
            largest["rows"] += len(part)
    return largest


def fresh(folder: Path, rounds: int) -> dict[str, dict[str, float]]:
    """CPU, wall and memory of fresh processes that score one row."""
    jobs = {who: (lambda who=who: harness.run(sys.executable, "benchmarks.peers.ship_cold", who, str(folder)))
            for who in ("python", "pandas", "shall")}
    found = harness.interleaved(jobs, dict.fromkeys(jobs, rounds))
    return {who: {key: statistics.median(one[key] for one in several) for key in ("cpu", "wall", "mb")}
            for who, several in found.items()}


def told(speeds: dict[str, float], cold: dict[str, dict[str, float]], far: dict[str, float], size: int) -> list[str]:
    """The lines."""
    lines = [f"{'CPU us a call':<16}" + "".join(f"{name:>13}" for name in (
        "pandas", "lean", "shall", "pandas/ours", "lean/ours", "wanted"))]
    for rows in SIZES:
        pandas, lean, ours = (speeds[f"{who} {rows}"] for who in ("pandas", "lean", "shall"))
        wanted = " ".join(f"{one:g}x" for one in WANTED[rows] if one)
        lines.append(f"  {rows:>5} rows{'':<4}{pandas:13,.0f}{lean:13,.0f}{ours:13,.0f}{pandas / ours:12.1f}x"
                     f"{lean / ours:12.1f}x{wanted:>13}")
    theirs, ours_cold = cold["pandas"], cold["shall"]
    lines.append(f"cold start, one row: CPU s {theirs['cpu']:.2f} and {ours_cold['cpu']:.2f} "
                 f"(1/{theirs['cpu'] / ours_cold['cpu']:.1f}; wanted 1/10), wall s {theirs['wall']:.2f} and "
                 f"{ours_cold['wall']:.2f}")
    lines.append(f"memory: MB {theirs['mb']:.0f} and {ours_cold['mb']:.0f} (1/{theirs['mb'] / ours_cold['mb']:.1f}; "
                 f"wanted 1/4); bare Python {cold['python']['mb']:.0f}")
    names = {"score 0": "LightGBM", "score 1": "XGBoost", "score 2": "logistic", "score 3": "net", "mean": "their mean",
             "score": "after isotonic"}
    differences = ", ".join(f"{label} {far[name]:.1e}" for name, label in names.items())
    lines.append(f"{far['rows']:,.0f} rows, those of training among them: {far['flips']:.0f} decisions flipped; "
                 f"largest difference: {differences}")
    lines.append(f"the graph: {size / 2**20:.2f} MB")
    return lines


def main(rounds: int = 7) -> None:
    """Fit, compile, compare."""
    frame, y = ship_case.rows()
    made = ship_case.fitted(frame, y)
    graph = written(made)
    folder = harness.BENCH / "ship"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "graph.onnx").write_bytes(graph.onnx)
    (folder / "graph.json").write_bytes(graph.json)
    (folder / "row.json").write_text(json.dumps(plain(frame[:1])[0]))
    joblib.dump(made, folder / "pipeline.joblib")
    speeds = speed(made, Scorer(graph.onnx, graph.json), frame, rounds)
    cold = fresh(folder, 5)
    far = apart(made, [frame, *(ship_case.rows(seed)[0] for seed in range(1, 1 + FRESH))])
    harness.save("ship_ensemble", [f"python -m benchmarks.ship_ensemble {rounds}", *told(
        speeds, cold, far, len(graph.onnx))], {"speed": speeds, "cold": cold, "apart": far})


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
