"""The worst slices of Adult beside sliceline, and false alarms: ``python -m benchmarks.slices [WORLDS]``.

Both get the same codes (14 columns, numbers in 10 ranges of quantiles), the same 0/1 errors of gradient boosted trees
on rows that they did not learn from, and the same score, alpha = 0.95, 1 % of the rows at least. sliceline runs with
numba, compiled before the clock starts; ours with the coding of its columns. Fresh processes take turns, CPU seconds.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Final

import lightgbm
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import harness, slice_worlds
from benchmarks.adult_split import DATA
from shall.methods.slices.columns import categories, numbers

SLICELINE: Final = ("sliceline[optimized]==0.3.0", "numba==0.68.1", "numpy==2.4.6")
ALPHA: Final = 0.95
ROUNDS: Final = 3
PROCESSES: Final = 4
WORLDS: Final = 1_000
ROWS: Final = 3_000
PLANTED: Final = (0.1, 0.15, 0.2)


def adult(path: Path) -> None:
    """Codes from 1 and errors of all 48,842 rows."""
    table = pa.concat_tables([pq.read_table(DATA / name) for name in ("train.parquet", "test.parquet")])
    label = np.array([value == ">50K" for value in table.column("income").to_pylist()], dtype=float)
    X = np.stack([(numbers(name, column.to_numpy(), 10) if pa.types.is_integer(column.type)
                   else categories(name, column.to_pylist())).codes
                  for name, column in zip(table.column_names, table.columns, strict=True) if name != "income"], axis=1)
    score, fold = np.zeros(len(label)), np.random.default_rng(0).integers(0, 2, len(label))
    for out in (0, 1):
        known = lightgbm.Dataset(X[fold != out], label[fold != out])
        model = lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1, "seed": 0}, known, 60)
        score[fold == out] = model.predict(X[fold == out])
    np.savez(path, X=X + 1, errors=((score >= 0.5) != label).astype(float))


def beside_sliceline(level: int, path: Path) -> tuple[list[str], dict[str, object]]:
    """CPU seconds of both, and whether they find the same."""
    python = harness.environment("sliceline", SLICELINE)
    told = (str(path), str(ALPHA), str(level))
    jobs = {"shall": partial(harness.run, sys.executable, "benchmarks.peers.ours_slices", *told),
            "sliceline": partial(harness.run, python, "benchmarks.peers.sliceline_slices", *told)}
    ran = harness.interleaved(jobs, dict.fromkeys(jobs, ROUNDS))
    cpu = {name: statistics.median(one["cpu"] for one in some) for name, some in ran.items()}
    ours, theirs = (sorted(map(tuple, ran[name][0]["slices"]), reverse=True)[:10] for name in ("shall", "sliceline"))
    same = np.allclose(ours, theirs, rtol=1e-9)
    many = ran["shall"][0]["possible"]
    line = (f"up to {level} features, {many:,} slices: shall {cpu['shall']:.3f} CPU s, sliceline "
            f"{cpu['sliceline']:.2f} CPU s, {cpu['sliceline'] / cpu['shall']:.0f} times; "
            f"{'the same' if same else 'NOT THE SAME'} ten slices (score, rows, errors)")
    return [line], {"cpu": cpu, "same": bool(same), "possible": many}


def alarms(worlds: int) -> tuple[list[str], dict[str, object]]:
    """False alarms where no slice is worse, and how often one that is worse is evident."""
    figures: dict[str, object] = {}
    lines = [f"{worlds:,} worlds of {ROWS:,} rows without any slice that is worse: some slice is said to be in"]
    for what in slice_worlds.BASES:
        for halves in (False, True):
            share = slice_worlds.share(worlds, ROWS, what, halves, processes=PROCESSES)
            how = "searched and judged on halves" if halves else "all rows, bounds for all slices"
            lines.append(f"  {what:7} {how:32} {share:6.1%}")
            figures[f"{what}, {how}"] = share
    lines.append(f"{worlds // 5:,} worlds with more errors in 12 % of the rows: found evident in")
    for planted in PLANTED:
        both = [slice_worlds.share(worlds // 5, ROWS, "errors", halves, planted, PROCESSES) for halves in (False, True)]
        lines.append(f"  {planted:.0%} more: all rows {both[0]:.0%}, halves {both[1]:.0%}")
        figures[f"planted {planted}"] = both
    return lines, figures


def main(worlds: int) -> None:
    """Run everything and save it."""
    figures: dict[str, object] = {}
    lines = ["python -m benchmarks.slices"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "adult.npz"
        adult(path)
        for level in (2, 3):
            told, figures[f"level {level}"] = beside_sliceline(level, path)
            lines += told
    told, figures["alarms"] = alarms(worlds)
    harness.save("slices", [*lines, *told], figures)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else WORLDS)
