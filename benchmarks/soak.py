"""A server under mixed load for a long time: ``python -m benchmarks.soak [--minutes 3] [--rate 500] [--rows 65536]``.

Single rows, 64 rows at a time, V2, wrong requests and late labels come at a rate; every minute another version takes
over by the serve file; every five seconds metrics are read. At the end what was answered is held against what was
logged, id by id; memory, files, threads and times are followed all the while.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from scipy.stats import theilslopes

from benchmarks import harness, load_case
from benchmarks.serving_client import Seen, drive, get
from benchmarks.serving_ours import serve, serve_file
from benchmarks.serving_process import Server
from benchmarks.soak_mix import Mix
from shall import adapters

CONNECTIONS: Final = 32
LAST: Final = 0.5                       # seconds before the end in which nothing is sampled


@dataclass(frozen=True)
class Sample:
    """What was seen of the server at a time."""

    at: float
    memory: float                           # MB
    files: int
    threads: int
    scraped: float                          # seconds that the page of metrics took
    sealed: int                             # segments of the log
    journals: float                         # MB that are not sealed yet


@dataclass
class Soaked:
    """What a soak found."""

    mix: Mix
    seen: Seen
    samples: list[Sample]
    swaps: int
    logged: dict[str, Any]
    rate: float

    @property
    def exact(self) -> bool:
        """Whether what was answered is what was logged, id by id, once each."""
        return self.mix.answered == self.logged["ids"] and self.logged["rows"] == len(self.mix.answered)

    @property
    def slope(self) -> float:
        """MB in ten minutes, over the second half: making the first segments of the log is a part of warming up.

        The median of the slopes of all pairs (Theil and Sen), as a sample may fall into the seconds of a sealing.
        """
        some = [one for one in self.samples if one.at >= self.samples[-1].at / 2]
        return 600 * float(theilslopes([one.memory for one in some], [one.at for one in some]).slope)

    @property
    def slower(self) -> float:
        """By which part the 99th percentile of one row grew from the second fifth of the time to the last."""
        end = self.mix.seconds[-1][0]
        early, late = ([took for at, took in self.mix.seconds if begin <= 5 * at / end <= begin + 1]
                       for begin in (1, 4))
        return float(np.quantile(late, 0.99) / np.quantile(early, 0.99) - 1)

    def spread(self, name: str) -> int:
        """How far a number of files or threads is apart at most, after the first fifth."""
        some = [getattr(one, name) for one in self.samples if one.at >= self.samples[-1].at / 5]
        return max(some) - min(some)

    def grown(self, name: str) -> int:
        """By how much the lowest number of files or threads of the last half is above that of the half before.

        What a swap has open for a moment is not kept; what is kept is seen in each sample.
        """
        some = [getattr(one, name) for one in self.samples if one.at >= self.samples[-1].at / 5]
        return min(some[len(some) // 2:]) - min(some[:len(some) // 2])


def soaked(folder: Path, seconds: float, rate: float, *, swap: float = 60.0, scrape: float = 5.0,
           trees: int = 100, rows: int = 65_536) -> Soaked:
    """Start a server, let it soak, stop it, and read what it logged; ``rows`` of a segment of its log."""
    bundles = {version: load_case.packed(folder, int(version), trees) for version in ("1", "2")}
    file, mix, decisions = folder / "serve.toml", Mix(), folder / "decisions" / load_case.NAME
    serve_file(file, load_case.NAME, bundles, "1", rows)
    stop, samples, swaps = threading.Event(), list[Sample](), Counter[str]()
    with serve(file, folder) as server:
        drive(server.port, itertools.islice(mix.requests(), 100), CONNECTIONS, heard=mix.heard)

        def beside() -> None:
            began = time.monotonic()
            while not stop.wait(max(began + len(samples) * scrape - time.monotonic(), 0)):
                samples.append(sampled(server, time.monotonic() - began, decisions))
                if int(samples[-1].at / swap) > swaps["done"]:
                    swaps["done"] += 1
                    serve_file(file, load_case.NAME, bundles, "12"[swaps["done"] % 2], rows)

        follower = threading.Thread(target=beside)
        follower.start()
        try:
            seen = drive(server.port, mix.requests(), CONNECTIONS, seconds=seconds, rate=rate, heard=mix.heard)
        finally:
            stop.set()
            follower.join()
    samples = [one for one in samples if one.at < seconds - LAST] or samples    # later ones have no connections
    return Soaked(mix, seen, samples, swaps["done"], logged(decisions), rate)


def sampled(server: Server, at: float, decisions: Path) -> Sample:
    """Read its metrics, and look at its process and at its log."""
    began = time.perf_counter()
    status, _ = get(server.port, "/metrics")
    if status != 200:
        raise RuntimeError(f"/metrics answered {status}")
    took = time.perf_counter() - began
    journals = sum(_size(path) for path in decisions.rglob("*.journal")) / 2**20
    return Sample(at, server.memory(), server.files(), server.threads(), took, len([*decisions.glob("*.parquet")]),
                  journals)


def _size(path: Path) -> int:
    try:
        return int(path.stat().st_size)
    except FileNotFoundError:               # sealed just now
        return 0


def logged(folder: Path) -> dict[str, Any]:
    """The ids of all decisions of a log, and how many labels it has."""
    ids = column(folder, "id")
    labels = column(folder / "labels", "id") if (folder / "labels").is_dir() else []
    return {"ids": set(ids), "rows": len(ids), "labels": len({*labels}),
            "bytes": sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())}


def column(folder: Path, name: str) -> list[str]:
    """A column of a log, as `shall check` reads it."""
    batches = [batch.select([name]) for batch in adapters.open_log(str(folder)).batches([name])]
    return pa.Table.from_batches(batches)[name].to_pylist() if batches else []


def told(one: Soaked) -> list[str]:
    """The lines."""
    mix, end = one.mix, one.samples[-1]
    same = "exactly" if one.exact else "NOT THE SAME"
    p50, p99, p999 = one.seen.quantiles(0.5, 0.99, 0.999)
    return [
        f"{sum(one.seen.statuses.values()):,} requests in {one.seen.wall:,.0f} s, due at {one.rate:g}/s: "
        f"{len(mix.failed)} failed, {mix.shed} told to come again, {mix.wrong:,} wrong ones refused, {one.swaps} swaps "
        f"({', '.join(f'{name} answered {count:,}' for name, count in sorted(mix.models.items()))})",
        f"decisions answered {len(mix.answered):,}, logged {one.logged['rows']:,}: {same}; "
        f"labels answered {mix.kept:,}, kept {one.logged['labels']:,}; log {one.logged['bytes'] / 2**20:.1f} MB",
        f"memory {one.samples[0].memory:.0f} MB at first, {end.memory:.0f} MB at the end, "
        f"{one.slope:+.2f} MB in ten minutes over the second half; {one.samples[-1].sealed} segments, at most "
        f"{max(each.journals for each in one.samples):.1f} MB not sealed",
        f"open files {end.files} (apart at most {one.spread('files')}), threads {end.threads} "
        f"(apart at most {one.spread('threads')})",
        f"from when due: p50 {p50:.2f} ms, p99 {p99:.2f} ms, p99.9 {p999:.2f} ms; p99 of one row changed by "
        f"{100 * one.slower:+.0f} %; /metrics took at most {1000 * max(s.scraped for s in one.samples):.0f} ms",
    ]


def main() -> None:
    """Soak and keep."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--minutes", type=float, default=3.0)
    reader.add_argument("--rate", type=float, default=500.0)
    reader.add_argument("--swap", type=float, default=60.0)
    reader.add_argument("--rows", type=int, default=65_536, help="of a segment of the log")
    asked = reader.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="soak-", dir=harness.BENCH))
    one = soaked(folder, 60 * asked.minutes, asked.rate, swap=asked.swap, rows=asked.rows)
    shutil.rmtree(folder, ignore_errors=True)
    lines = told(one)
    harness.save("soak", [f"python -m benchmarks.soak --minutes {asked.minutes:g} --rate {asked.rate:g} "
                          f"--rows {asked.rows}", *lines], {
        "answered": len(one.mix.answered), "logged": one.logged["rows"], "failed": len(one.mix.failed),
        "shed": one.mix.shed, "swaps": one.swaps, "slope": one.slope, "slower": one.slower,
        "samples": [[s.at, s.memory, s.files, s.threads, s.scraped, s.sealed] for s in one.samples]})
    if one.mix.failed or not one.exact:
        print(*one.mix.failed[:5], sep="\n", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
