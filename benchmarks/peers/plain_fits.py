"""Plain fits of LightGBM with the settings that ours begins with: ``… peers.plain_fits FOLDER N``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.harness import timed
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode

BARRED = ("income", "sex", "race")


def main(folder: str, fits: str) -> None:
    """Read, encode, and fit so many times; only the fits are timed."""
    table = pq.read_table(Path(folder) / "train.parquet")
    encoding = encode.fit(table, tuple(name for name in table.column_names if name not in BARRED))
    X, y = encoding(table), np.array([value == ">50K" for value in table["income"].to_pylist()], dtype=np.int64)
    _, cpu = timed(lambda: [lightgbm.fit(X, y, encoding.sizes, seed=seed) for seed in range(int(fits))])
    print(json.dumps({"cpu": cpu}))


if __name__ == "__main__":
    main(*sys.argv[1:])
