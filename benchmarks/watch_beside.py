"""What a watch costs those who answer: ``python -m benchmarks.watch_beside [SECONDS [RATE]]``.

Two servers of one model at once, by the same file of twenty requirements: one watches its own log every second, as
often as it can, the other is asked to watch nothing. Requests of one row come at a constant rate to one of them and
then to the other, in turn, each timed from when it was due; labels of what was decided are sent in between, untimed, so
that lines that need them are looked at too. What counts is the ratio of the two in neighbouring turns: both have the
same machine, and in every second pair the other one goes first.
"""

from __future__ import annotations

import json
import re
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from benchmarks import harness, load_bodies, load_case
from benchmarks.load import together
from benchmarks.serving_client import Seen, at_rate, closed, get, request
from benchmarks.serving_ours import serve
from benchmarks.serving_process import Server
from shall import bundle

LINES: Final = (
    "selection_rate <= 0.95", "selection_rate >= 0.02", "ratio of selection_rate over region >= 0.02",
    "ratio of selection_rate over device >= 0.02", "difference of selection_rate over plan <= 0.9",
    "selection_rate over bank <= 0.99", "ratio of selection_rate over channel by plan >= 0.01",
    "share(score >= 0.9) <= 0.9", "share(score < 0.1) over device <= 0.95", "share(x0 > 0) <= 0.95",
    "missing_rate(x3) <= 0.5", "missing_rate(x7) over region <= 0.9", "share(city = 'city-3') <= 0.5", "rows >= 10",
    "accuracy >= 0.05", "true_positive_rate over device >= 0.01", "difference of accuracy over plan <= 0.95",
    "brier <= 0.9", "roc_auc >= 0.05", "precision over region >= 0.01")
WATCHED, UNWATCHED = "watched", "unwatched"
TURN: Final = 5.0                           # seconds
CONNECTIONS: Final = 8
LEVELS: Final = (0.5, 0.99)
ID: Final = re.compile(rb'"id":\s*"([^"]+)"')
AT_ONCE: Final = 500                        # labels of one request
ROWS_READ: Final = re.compile(r"^shall_watch_rows_total\{[^}]*\} (\S+)", re.MULTILINE)


def spec(watches: bool) -> str:
    """The shall file, of which the lines are watched or only asked of a check."""
    phases = "" if watches else ', phases = ["check"]'
    lines = "\n".join(f'line{place} = {{ that = "{line}"{phases} }}' for place, line in enumerate(LINES))
    groups = "\n".join(f'{name} = "{name}"' for name in ("region", "device", "plan", "bank", "channel"))
    return (f'shall = 1\n[subject]\nname = "{load_case.NAME}"\ntarget = "label"\npositive = "1"\n[groups]\n{groups}\n'
            f'[watch]\nwindows = ["1 minute"]\nfalse_alarms = "1 per year"\nevery = "1 second"\nmatured = "1 day"\n'
            f"[requirements]\n{lines}\n")


def packed(folder: Path, name: str) -> Path:
    """The model of the load tests, with such a file."""
    files = {path: content for path, content in bundle.read(load_case.packed(folder)).files.items()
             if path != "shall.toml"}
    return bundle.write({**files, "shall.toml": spec(name == WATCHED).encode()}, {"subject": load_case.NAME},
                        folder / f"{name}.zip")


def turn(server: Server, bodies: list[bytes], rate: float, seconds: float) -> tuple[Seen, float]:
    """Answers at a rate, and the CPU seconds of the server meanwhile; then the labels of what was decided."""
    ids: list[bytes] = []
    before = server.cpu()
    seen = at_rate(server.port, bodies, CONNECTIONS, rate, seconds, lambda _, body, __: ids.extend(ID.findall(body)))
    used = server.cpu() - before
    path = load_bodies.PATH.replace("decide", "labels")
    for start in range(0, len(ids), AT_ONCE):
        labels = [{"decision": one.decode(), "label": str(place % 2)}
                  for place, one in enumerate(ids[start:start + AT_ONCE])]
        closed(server.port, [request(path, json.dumps({"labels": labels}).encode())], 1, count=1)
    return seen, used


def measured(folder: Path, seconds: float, rate: float) -> dict[str, Any]:
    """Turns of both servers, the first one last in each second pair."""
    bodies = load_bodies.single(256)
    seen: dict[str, list[Seen]] = {WATCHED: [], UNWATCHED: []}
    used: dict[str, list[float]] = {WATCHED: [], UNWATCHED: []}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(serve(packed(folder, name), folder / name)) for name in seen}
        for server in servers.values():
            closed(server.port, bodies, CONNECTIONS, count=200)
        for pair in range(max(2, round(seconds / TURN / 2))):
            for name in ((WATCHED, UNWATCHED), (UNWATCHED, WATCHED))[pair % 2]:
                answers, cpu = turn(servers[name], bodies, rate, TURN)
                seen[name].append(answers)
                used[name].append(cpu)
        time.sleep(3)                       # the watch reads what came last
        read = {name: sum(map(float, ROWS_READ.findall(get(server.port, "/metrics")[1].decode())))
                for name, server in servers.items()}
    return {"seen": seen, "used": used, "read": read}


def ratios(seen: dict[str, list[Seen]], level: float) -> list[float]:
    """Of each pair of turns: the time with the watch over that without."""
    return [one.quantiles(level)[0] / other.quantiles(level)[0]
            for one, other in zip(seen[WATCHED], seen[UNWATCHED], strict=True)]


def told(found: dict[str, Any], rate: float) -> list[str]:
    """The lines."""
    titles = ("answers", *(f"p{100 * level:g} ms" for level in LEVELS), "not 2xx", "CPU ms", "watched")
    lines = [f"{f'one row at {rate:g}/s, in turns of {TURN:g} s':<41}" + "".join(f"{one:>9}" for one in titles)]
    for name, some in found["seen"].items():
        one, cpu = together(some), sum(found["used"][name])
        lines.append(f"  {f'{len(LINES)} requirements, {name}':<39}{len(one.seconds):>9,}"
                     + "".join(f"{value:9.2f}" for value in one.quantiles(*LEVELS))
                     + f"{one.failed:9}{1000 * cpu / len(one.seconds):9.2f}{found['read'][name]:9,.0f}")
    for level in LEVELS:
        every = ratios(found["seen"], level)
        lines.append(f"  p{100 * level:g} with the watch over without, {len(every)} pairs: median "
                     f"{statistics.median(every):.2f} [{min(every):.2f}, {max(every):.2f}]")
    return lines


def main(seconds: float = 240.0, rate: float = 100.0) -> None:
    """Measure and keep."""
    harness.BENCH.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="shall-beside-", dir=harness.BENCH))
    try:
        found = measured(folder, seconds, rate)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    lines = told(found, rate)
    harness.save("watch_beside", [f"python -m benchmarks.watch_beside {seconds:g} {rate:g}", *lines], {
        "ratios": {f"p{100 * level:g}": ratios(found["seen"], level) for level in LEVELS}, "read": found["read"],
        "ms": {name: together(some).quantiles(*LEVELS) for name, some in found["seen"].items()}})


if __name__ == "__main__":
    main(*(float(argument) for argument in sys.argv[1:]))
