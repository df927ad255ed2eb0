"""What one request costs a server, beside MLflow and BentoML: ``python -m benchmarks.serving [ROUNDS]``.

CPU of the server process (all its threads and children) for each request of a light client in another process, which
sends 256 different bodies over connections that are kept; one worker, one thread a library. Servers take turns, so
that a busy spell of the machine hits all of them, and medians of the rounds are told.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks import harness, serving_case
from benchmarks.serving_client import Connection, closed
from benchmarks.serving_ours import echo, serve, unlogged
from benchmarks.serving_process import Server, free_port, started

LIBRARIES: Final = ("lightgbm==4.7.0", "xgboost-cpu==3.2.0", "scikit-learn==1.9.1", "torch==2.13.0", "joblib==1.6.0")
MLFLOW: Final = ("mlflow==3.17.2", "onnx==1.23.2", "onnxruntime==1.31.1", *LIBRARIES)
BENTOML: Final = ("bentoml==1.4.39", "pandas==3.1.1", "pyarrow==26.0.1", *LIBRARIES)
Results = dict[str, list[dict[str, float]]]   # of each contender, round by round
MANY: Final = 16                            # connections
TEXTLESS: Final = "mlflow tensors"         # a missing text does not arrive there: numpy ends texts at their first NUL


@dataclass(frozen=True)
class Contender:
    """A server, what it is asked, and how often a round: a fraction of a second, so that turns are short."""

    server: str
    requests: Sequence[bytes]
    count: int
    rows: int = 1
    connections: int = MANY


def servers(folder: Path) -> dict[str, contextlib.AbstractContextManager[Server]]:
    """All of them."""
    mlflow, bentoml = harness.environment("mlflow", MLFLOW), harness.environment("bentoml", BENTOML)
    if not (folder / "mlflow-checked").is_dir():
        harness.run(mlflow, "benchmarks.peers.serve_mlflow", str(folder))
    bundle = folder / f"{serving_case.NAME}.zip"
    found = {"empty": echo(folder / "empty.txt"), "plain": unlogged(bundle, serving_case.NAME),
             "logged": serve(bundle, folder / "logged")}
    for kind in ("tensors", "graph", "checked", "pipeline"):
        port = free_port()
        found[f"mlflow {kind}"] = started(
            [mlflow.parent / "mlflow", "models", "serve", "-m", folder / f"mlflow-{kind}", "-p", str(port),
             "--env-manager", "local", "--workers", "1"], port, folder / f"mlflow-{kind}.txt", ready="/ping",
            env={"PATH": f"{mlflow.parent}:/usr/bin:/bin", "MLFLOW_DISABLE_TELEMETRY": "true"})
    port = free_port()
    found["bentoml pipeline"] = started(
        [bentoml.parent / "bentoml", "serve", "benchmarks.peers.serve_bentoml:Pipeline", "--port", str(port)], port,
        folder / "bentoml.txt", ready="/readyz",
        env={"SERVING_FOLDER": str(folder), "BENTOML_DO_NOT_TRACK": "true", "PATH": f"{bentoml.parent}:/usr/bin:/bin"})
    return found


def contenders() -> dict[str, Contender]:
    """What is measured, by name."""
    case = serving_case
    one, many = case.bodies(case.named, 1), case.bodies(case.named, 64, 32)
    return {
        "empty": Contender("empty", one, 4000),
        "plain": Contender("plain", one, 800),
        "logged": Contender("logged", one, 800),
        "empty alone": Contender("empty", one, 1500, connections=1),
        "plain alone": Contender("plain", one, 500, connections=1),
        "logged alone": Contender("logged", one, 400, connections=1),
        "plain V2": Contender("plain", case.bodies(case.protocol, 1), 500),
        "logged V2": Contender("logged", case.bodies(case.protocol, 1), 500),
        "plain Arrow": Contender("plain", case.bodies(case.arrow, 1), 250),
        "plain 64": Contender("plain", many, 64, 64),
        "logged 64": Contender("logged", many, 64, 64),
        "plain V2 64": Contender("plain", case.bodies(case.protocol, 64, 32), 64, 64),
        "plain Arrow 64": Contender("plain", case.bodies(case.arrow, 64, 32), 64, 64),
        "mlflow tensors": Contender("mlflow tensors", case.bodies(case.tensors, 1), 250),
        "mlflow graph": Contender("mlflow graph", case.bodies(case.records, 1), 64),
        "mlflow graph 64": Contender("mlflow graph", case.bodies(case.records, 64, 32), 24, 64),
        "mlflow checked": Contender("mlflow checked", case.bodies(case.records, 1), 32),
        "mlflow pipeline": Contender("mlflow pipeline", case.bodies(case.records, 1), 16),
        "bentoml pipeline": Contender("bentoml pipeline", case.bodies(case.bento, 1), 16),
    }


def measured(found: Mapping[str, Server], asked: Mapping[str, Contender], rounds: int) -> Results:
    """CPU microseconds a request, answers a second and the median of their times, for every round."""
    results: Results = {name: [] for name in asked}
    for turn in range(-1, rounds):
        for name, one in asked.items():
            server, count = found[one.server], one.count if turn >= 0 else one.connections * 2
            before = server.cpu()
            seen = closed(server.port, one.requests, one.connections, count=count)
            used = (server.cpu() - before) / count * 1e6
            if seen.failed:
                raise RuntimeError(f"{name}: {seen.statuses}; it printed {server.told.read_text()[-2000:]}")
            if turn >= 0:                       # the first round warms
                results[name].append({"cpu": used, "rate": seen.rate, "p50": seen.quantiles(0.5)[0]})
                print(f"{turn} {name:<18}{used:10.1f} us {seen.rate:10.0f} /s", file=sys.stderr, flush=True)
    return results


LINES: Final = {
    "empty": "raw ASGI, empty", "plain": "shall, not logged", "logged": "shall, validated and logged durably",
    "empty alone": "raw ASGI, empty, one connection", "plain alone": "shall, not logged, one connection",
    "logged alone": "shall, logged, one connection",
    "plain V2": "shall, V2", "logged V2": "shall, V2, logged", "plain Arrow": "shall, Arrow IPC",
    "mlflow tensors": "MLflow, ONNX, packed tensors", "mlflow graph": "MLflow, the graph by named columns",
    "mlflow checked": "MLflow, the same, with a signature",
    "mlflow pipeline": "MLflow, the pipeline in Python", "bentoml pipeline": "BentoML, the pipeline in Python",
    "plain 64": "shall, 64 rows of JSON", "logged 64": "shall, 64 rows, logged", "plain V2 64": "shall, 64 rows of V2",
    "plain Arrow 64": "shall, 64 rows of Arrow", "mlflow graph 64": "MLflow, the graph, 64 rows",
}
GOALS: Final = (("plain", "empty", "<=", 10), ("logged", "empty", "<=", 14), ("mlflow graph", "logged", ">=", 10),
                ("mlflow pipeline", "logged", ">=", 100),
                ("bentoml pipeline", "logged", ">=", 100))


def score_of(content: Any) -> float | None:
    """The first score in an answer of any of them."""
    if isinstance(content, list) and content:
        return next((found for one in content if (found := score_of(one)) is not None), None)
    if not isinstance(content, dict):
        return None
    found = content["data"] if content.get("name") == "score" else content.get("score")
    while isinstance(found, list):
        found = found[0]
    return float(found) if found is not None else score_of([*content.values()])


def apart(found: Mapping[str, Server], asked: Mapping[str, Contender], rows: int = 16) -> tuple[int, float]:
    """How many scores of how far apart at most: of every contender that answers one row in JSON."""
    said: dict[str, list[float | None]] = {}
    for name, one in asked.items():
        if one.rows == 1 and one.server not in ("empty", TEXTLESS) and not name.endswith(("Arrow", "alone")):
            connection = Connection(found[one.server].port)
            said[name] = [score_of(json.loads(connection.answer(body)[1])) for body in one.requests[:rows]]
            connection.close()
    scores = np.array(list(said.values()), dtype=float)
    return scores.size, float(np.ptp(scores, axis=0).max()) if len(scores) else 0.0


def ratio(results: Results, one: str, other: str) -> float:
    """The median over rounds of what one costs over what the other costs in the same round."""
    return statistics.median(a["cpu"] / b["cpu"] for a, b in zip(results[one], results[other], strict=True))


def base(name: str) -> str:
    """The empty handler that a contender is held against: one that is asked by as many at once."""
    return "empty alone" if name.endswith("alone") else "empty"


def told(results: Results, memory: Mapping[str, float]) -> list[str]:
    """The lines."""
    medians = {name: {key: statistics.median(one[key] for one in some) for key in ("cpu", "rate", "p50")}
               for name, some in results.items()}
    lines = [f"{'a request':<38}{'CPU us':>9}{'over empty':>12}{'answers/s':>11}{'p50 ms':>8}{'MB':>6}"]
    for name, label in LINES.items():
        if name in medians:
            one = medians[name]
            lines.append(f"  {label:<36}{one['cpu']:9,.0f}{ratio(results, name, base(name)):11.1f}x{one['rate']:11,.0f}"
                         f"{one['p50']:8.1f}{memory.get(name, 0) or '':>6}")
    for one, other, sense, goal in GOALS:
        if one in results and other in results:
            found = ratio(results, one, other)
            kept = "kept" if (found <= goal if sense == "<=" else found >= goal) else "not kept"
            lines.append(f"{LINES[one]}, over {LINES[other]}: {found:.1f}x (wanted {sense} {goal}x): {kept}")
    return lines


def main(rounds: int = 15, *only: str) -> None:
    """Start all, ask in turns."""
    folder = serving_case.folder()
    shutil.rmtree(folder / "logged", ignore_errors=True)
    asked = {name: one for name, one in contenders().items() if not only or name in only}
    with contextlib.ExitStack() as stack:
        found = {name: stack.enter_context(one) for name, one in servers(folder).items()
                 if name in {one.server for one in asked.values()}}
        results = measured(found, asked, rounds)
        number, far = apart(found, asked)
        memory = {name: round(server.memory()) for name, server in found.items()}
    lines = [*told(results, memory), f"{number} scores of all that answer one row: at most {far:.1e} apart"]
    if only:
        print(*lines, sep="\n")
        return
    harness.save("serving", [f"python -m benchmarks.serving {rounds}", *versions(), *lines],
                 {"rounds": results, "memory": memory})


def versions() -> list[str]:
    """Of whom."""
    ours = ("uvicorn", "uvloop", "httptools", "onnxruntime", "msgspec")
    return [", ".join(f"{name} {version(name)}" for name in ours),
            f"peers: {MLFLOW[0].replace('==', ' ')}, {BENTOML[0].replace('==', ' ')}; closed loop, {MANY} connections"]


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]), *sys.argv[2:])
