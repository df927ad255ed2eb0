"""The log of the speed benchmarks: ``python -m benchmarks.synthetic_log ROWS PATH``.

Made of random numbers, for only its size and shape matter here: 2 x 5 x 6 = 60 intersections, the
smallest with 0.14 % of the rows. No statement about models is made from it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP: Final = 131_072
BLOCK: Final = 10_000_000                   # rows that are made at once: 10^8 of them would take 10 GB
SHARES: Final = {
    "sex": {"F": 0.51, "M": 0.49},
    "race": {"A": 0.62, "B": 0.15, "C": 0.12, "D": 0.08, "E": 0.03},
    "age": {"18-24": 0.095, "25-34": 0.185, "35-44": 0.22, "45-54": 0.20, "55-64": 0.18, "65+": 0.12},
}


def write(rows: int, path: Path, seed: int = 0) -> Path:
    """Write the log with so many rows, unless it is there."""
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    with pq.ParquetWriter(unfinished, _table(1, seed).schema, compression="snappy") as file:
        for number, start in enumerate(range(0, rows, BLOCK)):
            file.write_table(_table(min(BLOCK, rows - start), seed + number), ROW_GROUP)
    return unfinished.rename(path)


def _table(rows: int, seed: int) -> pa.Table:
    chance = np.random.default_rng(seed)
    groups = {name: chance.choice(len(shares), rows, p=list(shares.values())) for name, shares in SHARES.items()}
    lean = 0.25 * groups["sex"] - 0.2 * groups["race"] + 0.1 * groups["age"] - 0.3
    score = (1 / (1 + np.exp(-(lean + chance.normal(0, 1.4, rows))))).astype(np.float32)
    label = (chance.random(rows) < score).astype(np.int8)
    columns: dict[str, Any] = {"label": label, "score": score, "decision": (score >= 0.5).astype(np.int8)}
    for name, shares in SHARES.items():
        columns[name] = pa.DictionaryArray.from_arrays(groups[name].astype(np.int8), pa.array(list(shares)))
    return pa.table(columns)


if __name__ == "__main__":
    write(int(float(sys.argv[1])), Path(sys.argv[2]))
