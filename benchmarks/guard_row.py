"""What a guard costs: ``python -m benchmarks.guard_row``.

A guard of all three kinds on Adult (13 columns, 78 pairs), asked about rows one at a time, as a service would, and
10,000 at once. CPU of this process, the least of 15 rounds; the model itself is not in it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow.parquet as pq

from benchmarks.harness import save, timed
from examples.fetch import fetch
from shall import guard
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode

ROUNDS: Final = 15
ALONE: Final = 2000
TOGETHER: Final = 10_000


def main() -> None:
    """Make it, ask it."""
    train, test = (pq.read_table(fetch("adult") / f"{name}.parquet").drop_columns(["fnlwgt"])
                   for name in ("train", "test"))
    names = [name for name in train.column_names if name != "income"]
    encoding = encode.fit(train, names)
    label = np.array([one == ">50K" for one in train["income"].to_pylist()], dtype=np.int64)
    P = lightgbm.fit(encoding(train), label, encoding.sizes, classes=2, settings={"rounds": 100}).probabilities(
        encoding(test))
    made, seconds = timed(lambda: guard(
        P[:6000], test["income"].slice(0, 6000), classes=["<=50K", ">50K"], rows=test.slice(0, 6000), training=train,
        columns=names, coverage=0.9, risk=0.05))
    rows = test.slice(6000, TOGETHER).to_pylist()
    told = [{"score": chance} for chance in P[6000:6000 + TOGETHER, 1:]]
    alone = min(timed(lambda: [made(row, one) for row, one in zip(rows[:ALONE], told, strict=False)])[1]
                for _ in range(ROUNDS)) / ALONE
    together = min(timed(lambda: made(rows, P[6000:6000 + TOGETHER]))[1] for _ in range(ROUNDS)) / TOGETHER
    figures = {"made": seconds, "kilobytes": len(made.json) / 1000, "alone": 1e6 * alone, "together": 1e6 * together}
    save("guard_row", [
        "python -m benchmarks.guard_row",
        f"{figures['made']:.2f} CPU s to make it of {train.num_rows:,} and 6,000 rows; {figures['kilobytes']:.0f} kB",
        f"a row by itself    {figures['alone']:6.1f} microseconds", f"of 10,000 at once  {figures['together']:6.1f}"],
        figures)


if __name__ == "__main__":
    main()
