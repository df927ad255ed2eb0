"""The page over 100,000 verdicts: how long every page takes, beside an empty one: ``python -m benchmarks.page``.

Verdicts of a real log, judged by `shall.watch` with groups and bounds, under twenty names, for as many windows as are
asked for, spread over ``models`` models; beside them two versions that were shipped and checked, proposals, reviews and
what people did, and a log of decisions (`benchmarks/page_beside.py`). A `shall page` in a process of its own is asked
over one connection, in turns with a page that reads nothing; what is worked out beside is waited for before ("first").
Times are of the client, from the request to the last byte; the machine is shared, so the CPU time of the server, per
page, is told beside them.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

import shall
from benchmarks import page_beside
from benchmarks.harness import save
from shall.reports.json import of_verdict
from shall.stores import open_store

VERDICTS: Final = 100_000
LINES: Final = 20
MODELS: Final = 5
ASKED: Final = 20                           # times a page
WAITS: Final = b'data-refresh="2"'          # in a page of which a part is still worked out
LIMIT: Final = 0.2                          # seconds, of the goal
EMPTY: Final = "/page/sign-in"              # without tokens it says one sentence, and reads nothing
FILE: Final[Mapping[str, Any]] = {
    "shall": 1, "subject": {"name": "m", "target": "paid", "positive": "yes"}, "columns": {"decision": "said"},
    "groups": {"sex": "sex", "age": "age"},
    "requirements": {
        "useful": "accuracy >= 0.70", "fair": "ratio of selection_rate over sex by age >= 0.80",
        "equal": "difference of false_positive_rate over sex <= 0.10", "sure": "precision over age >= 0.60",
        "found": "recall over sex >= 0.70"}}


def verdicts() -> list[list[dict[str, Any]]]:
    """The verdicts of twenty windows, as they are recorded; three to six groups each."""
    random = np.random.default_rng(9)
    rows = 20_000
    paid = random.random(rows) < 0.5
    said = np.where(random.random(rows) < 0.8, paid, ~paid)
    log = pa.table({"sex": random.choice(["women", "men"], rows), "age": random.choice(["18-30", "31-50", "51-"], rows),
                    "paid": np.where(paid, "yes", "no"), "said": np.where(said, "yes", "no")})
    report = shall.watch(dict(FILE), log, window="1000 rows")
    return [[of_verdict(one) for one in window.verdicts] for window in report.windows]


def filled(place: Path, many: int, models: int) -> float:
    """A store with so many verdicts; the seconds that it took."""
    began, windows = time.monotonic(), verdicts()
    with contextlib.closing(open_store(place)) as store:
        for number in range(many // LINES):
            base = windows[number % len(windows)]
            found = [{**base[line % len(base)], "name": f"line-{line}"} for line in range(LINES)]
            body = {"window": f"window {number // models}", "rows": 1_000, "labelled": 1_000, "verdicts": found,
                    "alarms": [], "life": "f" * 64}
            store.append("verdicts", f"model-{number % models}@1", body, key=str(number))
        for model in range(models):
            store.append("shipped", f"model-{model}", {"version": "1", "answers": "a" * 64})
    return time.monotonic() - began


@contextlib.contextmanager
def shown(place: Path) -> Iterator[tuple[dict[str, Any], float]]:
    """`shall page`, what it told, and the seconds until it answered: it has read the store then."""
    began = time.monotonic()
    command = [sys.executable, "-m", "shall", "page", "--store", str(place), "--port", "0", "--json",
               "--file", str(place.parent.parent / "shall.toml"), "--log", str(place.parent.parent)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    assert process.stdout is not None
    try:
        told = json.loads(process.stdout.readline())
        yield told, time.monotonic() - began
    finally:
        process.terminate()
        process.wait(20)


def waited(port: int, path: str) -> float:
    """The seconds until a page is whole, from the first time that it is asked for."""
    began = time.monotonic()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as asking:
        while time.monotonic() - began < 120:
            asking.request("GET", path, headers={"Accept": "text/html"})
            if WAITS not in asking.getresponse().read():
                break
            time.sleep(0.2)
    return time.monotonic() - began


def asked(port: int, paths: Sequence[str]) -> dict[str, tuple[list[float], int]]:
    """The seconds of every time that each page was asked, in turns, and its bytes."""
    found: dict[str, tuple[list[float], int]] = {}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as asking:
        for _ in range(ASKED):
            for path in paths:
                began = time.perf_counter()
                asking.request("GET", path, headers={"Accept": "text/html"})
                answer = asking.getresponse()
                size = len(answer.read())
                assert answer.status == 200, (path, answer.status)
                times, _ = found.setdefault(path, ([], 0))
                times.append(time.perf_counter() - began)
                found[path] = times, size
    return found


def cpu(pid: int) -> float:
    """Seconds of processors that a process used."""
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def cost(told: Mapping[str, Any], path: str) -> float:
    """CPU seconds of the server for a page: the clock of the machine ticks a hundred times a second."""
    before = cpu(told["pid"])
    asked(told["port"], [path])
    return (cpu(told["pid"]) - before) / ASKED


def memory(pid: int) -> float:
    """Megabytes that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(arguments: Sequence[str]) -> None:
    """Measure and save."""
    many, models = (int(one) for one in (*arguments, VERDICTS, MODELS)[:2]) if len(arguments) != 1 else (
        int(arguments[0]), MODELS)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / ".shall" / "shall.db"
        place.parent.mkdir()
        writing = filled(place, many, models)
        page_beside.made(Path(folder), place)
        size = place.stat().st_size / 1e6
        with shown(place) as (told, reading):
            paths = (EMPTY, *page_beside.paths(many // LINES // 2))
            first = {path: waited(told["port"], path) for path in paths}
            found, held = asked(told["port"], paths), memory(told["pid"])
            spent = {path: cost(told, path) for path in paths}
    slow = [path for path in paths if spent[path] > LIMIT]
    lines = [f"{told['verdicts']:,} verdicts of {models} models in {many // LINES:,} records, {size:,.0f} MB; "
             f"written in {writing:.0f} s, read once in {reading:.1f} s; the process holds {held:,.0f} MB",
             f"{len(paths)} addresses of all {len(page_beside.PATTERNS)} pages; over {LIMIT * 1e3:.0f} ms of CPU: "
             f"{', '.join(slow) or 'none'}",
             f"{'page':<60}{'CPU ms':>8}{'p50 ms':>9}{'p99 ms':>9}{'first s':>9}{'KB':>6}"]
    for path, (times, length) in found.items():
        half, most = statistics.median(times), float(np.quantile(times, 0.99))
        name, cpu_ms = path.removeprefix("/page") or "/", spent[path] * 1e3
        lines.append(f"  {name[:58]:<58}{cpu_ms:>8.1f}{half * 1e3:>9.1f}{most * 1e3:>9.1f}{first[path]:>9.1f}"
                     f"{length / 1e3:>6.0f}")
    save("page", ["python -m benchmarks.page", *lines], {
        "verdicts": told["verdicts"], "models": models, "reading": reading, "megabytes": held,
        "pages": {path: {"p50": statistics.median(times), "p99": float(np.quantile(times, 0.99)), "bytes": length,
                         "cpu": spent[path], "first": first[path]}
                  for path, (times, length) in found.items()}})


if __name__ == "__main__":
    main(sys.argv[1:])
