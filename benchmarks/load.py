"""How much a server bears, and how long answers take: ``python -m benchmarks.load [SECONDS]``.

One row of 37 columns through 100 trees, checked, decided and logged durably before it is answered (L1: 16 connections
that ask as soon as they were answered; L2: at half that rate, each answer timed from when it was due); many rows at a
time (L3); the page of metrics (L5). Client and server share the machine, so times are theirs together.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, Final

from benchmarks import harness, load_bodies, load_case
from benchmarks.serving_client import Seen, at_rate, closed
from benchmarks.serving_metrics import page_of
from benchmarks.serving_ours import echo, serve
from benchmarks.serving_process import Server

CONNECTIONS: Final = 16
JSON_ROWS: Final = 1000
ARROW_ROWS: Final = 100_000
SERIES: Final = 10_000
LEVELS: Final = (0.5, 0.99, 0.999)


def one_row(server: Server, bare: Server, seconds: float) -> dict[str, Seen]:
    """L1 and L2; the bare echo takes turns with the closed loop."""
    bodies = load_bodies.single(256)
    closed(server.port, bodies, CONNECTIONS, count=500)
    found: dict[str, Seen] = {}
    parts: dict[str, list[Seen]] = {"ours": [], "echo": []}
    for _ in range(4):
        parts["ours"].append(closed(server.port, bodies, CONNECTIONS, seconds=seconds / 4))
        parts["echo"].append(closed(bare.port, bodies, CONNECTIONS, seconds=min(seconds / 4, 2.0)))
    for name, some in parts.items():
        found[name] = together(some)
    found["half"] = at_rate(server.port, bodies, CONNECTIONS, found["ours"].rate / 2, seconds)
    found["explained"] = closed(server.port, load_bodies.explained(32), 2, seconds=min(seconds, 5.0))
    return found


def together(parts: list[Seen]) -> Seen:
    """Several loads as one."""
    whole = Seen()
    for part in parts:
        whole.seconds.extend(part.seconds)
        whole.statuses.update(part.statuses)
        whole.wall += part.wall
    return whole


def batches(server: Server, times: int = 5) -> dict[str, dict[str, float]]:
    """L3: rows a second, and by how many times the body memory grew at most, after two that warm."""
    found = {}
    many = {"json": (load_bodies.several(JSON_ROWS, 4), JSON_ROWS),
            "arrow": ([load_bodies.stream(ARROW_ROWS)], ARROW_ROWS)}
    for name, (bodies, rows) in many.items():
        for _ in range(2):                  # what a first one needs for good
            closed(server.port, bodies, 1, count=1)
        before, seen = server.memory(), []
        server.forget_peak()
        for _ in range(times):
            seen.append(closed(server.port, bodies, 1, count=1))
        size = max(map(len, bodies)) / 2**20
        found[name] = {"rows": rows, "rate": rows / statistics.median(one.wall for one in seen), "body": size,
                       "grown": server.peak() - before, "failed": sum(one.failed for one in seen)}
    return found


def beside(server: Server) -> Seen:
    """One row at a rate while somebody else has 100,000 rows decided."""
    content = load_bodies.stream(ARROW_ROWS)
    other = threading.Thread(target=closed, args=(server.port, [content], 1), kwargs={"count": 2})
    other.start()
    seen = Seen()
    while other.is_alive():
        seen = together([seen, at_rate(server.port, load_bodies.single(64), 4, 50.0, 1.0)])
    return seen


def told(found: dict[str, Seen], many: dict[str, dict[str, float]], page: dict[str, float]) -> list[str]:
    """The lines."""
    lines = [f"{'one row, 37 columns, 100 trees':<41}{'answers/s':>11}" + "".join(
        f"{f'p{100 * level:g} ms':>10}" for level in LEVELS) + f"{'not 2xx':>9}"]
    names = {"ours": "L1 closed loop, 16 connections", "echo": "   a bare echo, in turn",
             "half": "L2 half that rate, from when due", "explained": "   four reasons, 2 connections",
             "beside": "L3 50/s while 100,000 rows are decided"}
    for name, label in names.items():
        one = found[name]
        lines.append(f"  {label:<39}{one.rate:11,.0f}" + "".join(f"{value:10.2f}" for value in one.quantiles(*LEVELS))
                     + f"{one.failed:9}")
    lines.append(f"  over the bare echo: {found['ours'].rate / found['echo'].rate:.2f}x the answers")
    for name, label in (("json", "L3 JSON"), ("arrow", "L3 Arrow IPC")):
        one = many[name]
        lines.append(f"  {label}, {one['rows']:,.0f} rows at a time: {one['rate']:,.0f} rows/s; body {one['body']:.2f} "
                     f"MB, memory at most {one['grown']:+.1f} MB ({one['grown'] / one['body']:.1f}x)")
    lines.append(f"  L5 /metrics with {page['series']:,.0f} series: {1000 * page['seconds']:.1f} ms CPU, "
                 f"{page['bytes'] / 2**20:.2f} MB")
    return lines


def measured(folder: Path, seconds: float, options: tuple[str, ...] = ()) -> dict[str, Any]:
    """All of it, with a fresh server."""
    bundle = load_case.packed(folder)
    with serve(bundle, folder / "log", *options) as server, echo(folder / "echo.txt") as bare:
        found = one_row(server, bare, seconds)
        many = batches(server)
        found["beside"] = beside(server)
    return {"found": found, "many": many, "page": page_of(SERIES)}


def main(seconds: float = 10.0) -> None:
    """Measure and keep."""
    folder = Path(tempfile.mkdtemp(prefix="shall-load-", dir=harness.BENCH))
    try:
        one = measured(folder, seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    found = {name: {"rate": seen.rate, "ms": seen.quantiles(*LEVELS), "statuses": dict(seen.statuses)}
             for name, seen in one["found"].items()}
    harness.save("load", [f"python -m benchmarks.load {seconds:g}", *told(one["found"], one["many"], one["page"])],
                 {"one row": found, "many": one["many"], "page": one["page"]})


if __name__ == "__main__":
    main(*(float(argument) for argument in sys.argv[1:]))
