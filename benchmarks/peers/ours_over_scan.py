"""Reading the columns of a log, or auditing it: ``python -m benchmarks.peers.ours_over_scan LOG WHAT THREADS``."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pyarrow
import pyarrow.parquet as pq

from benchmarks.harness import cpu_seconds
from benchmarks.peers.ours import audit

COLUMNS = ["label", "decision", "sex", "race", "age"]
BATCH = 2**19


def scan(path: Path) -> None:
    """Read the columns as the audit does, and drop them."""
    with pq.ParquetFile(path, read_dictionary=COLUMNS[2:], pre_buffer=False) as file:
        for _ in file.iter_batches(BATCH, columns=COLUMNS):
            pass


def main(path: Path, what: str, threads: int) -> None:
    """Warm up on a small log, then CPU and wall seconds of the one that was asked for."""
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:threads]))
    pyarrow.set_cpu_count(threads)
    work = {"scan": scan, "audit": audit}[what]
    work(path.parent / "log-100000.parquet")
    before, began = cpu_seconds(), time.perf_counter()
    work(path)
    print(json.dumps({"wall": time.perf_counter() - began, "cpu": cpu_seconds() - before}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
