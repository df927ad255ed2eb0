"""Smaller nets and forests on real data, before and after: ``python -m benchmarks.compression [CASE …]``.

Cases: ``digits`` (MNIST, 784-512-256-10), ``images`` (MNIST, two convolutions), ``adult`` (105-512-512-2) and
``forest`` (Adult, LightGBM 500 × 31). Each learns, goes into a graph, and is made smaller in every way; what is left is
judged on rows that neither the net nor the way has seen. CPU time of one thread, medians of runs in turn.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks import compression_data, harness
from shall import graph as g
from shall.graph.compiled import Compiled
from shall.graph.node import Graph
from shall.graph.session import Session
from shall.methods.compress import int8_nets, pruned_nets, smaller_forests
from shall.methods.compress._parts import Rows

ROUNDS: Final = 31
BATCH: Final = 256
BY_CLASS: Final = ("digits", "images")
Metric = Callable[[NDArray[Any], NDArray[Any]], float]


def accuracy(said: NDArray[Any], label: NDArray[Any]) -> float:
    """The share of rows whose largest score is their class's."""
    return float((said.argmax(axis=1) == label).mean())


def auc(said: NDArray[Any], label: NDArray[Any]) -> float:
    """The area under the curve of the second score over the first, ties counted half."""
    score = said[:, 1] - said[:, 0]
    _, rank, counts = np.unique(score, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    positive = label == 1
    ours = middle[rank][positive].sum() - positive.sum() * (positive.sum() + 1) / 2
    return float(ours / (positive.sum() * (~positive).sum()))


def net_case(name: str) -> tuple[Graph, compression_data.Split, int]:
    """A net that learned, in a graph; its data, and how many weights it has."""
    import torch

    nn = torch.nn
    torch.manual_seed(0)
    torch.set_num_threads(1)
    data = compression_data.adult() if name == "adult" else compression_data.digits()
    nets = {"digits": lambda: _dense(nn, (784, 512, 256, 10)), "images": lambda: _images(nn),
            "adult": lambda: _dense(nn, (data[0].shape[1], 512, 512, 2))}
    net, shape = nets[name](), (1, 28, 28) if name == "images" else None
    _learn(torch, net, (data[0], data[1]), shape, {"digits": 15, "images": 4, "adult": 3}[name])
    x = g.inputs({f"x{place}": "number" for place in range(data[0].shape[1])})
    weights = sum(one.numel() for one in net.parameters())
    return g.compile(x, score=g.module(net, x, shape=shape)).graph, data, weights


def _dense(nn: Any, widths: Sequence[int]) -> Any:
    layers: list[Any] = []
    for one, other in pairwise(widths):
        layers += [nn.Linear(one, other), nn.ReLU(), nn.Dropout(0.2)]
    return nn.Sequential(*layers[:-2])


def _images(nn: Any) -> Any:
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 49, 192), nn.ReLU(), nn.Dropout(0.2), nn.Linear(192, 10))


def _learn(torch: Any, net: Any, data: tuple[NDArray[Any], NDArray[Any]], shape: Sequence[int] | None,
           epochs: int) -> None:
    rows = torch.tensor(data[0], dtype=torch.float32).reshape(-1, *(shape or data[0].shape[1:]))
    labels = torch.tensor(data[1])
    adam = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=1e-2)
    for _ in range(epochs):
        for some in torch.randperm(len(rows)).split(128):
            adam.zero_grad()
            torch.nn.functional.cross_entropy(net(rows[some]), labels[some]).backward()
            adam.step()
    net.eval()


def net_ways(graph: Graph, rows: Rows) -> Iterator[tuple[str, Graph]]:
    """What is made of a net."""
    yield "as it was", graph
    yield "int8", _made(int8_nets.quantised(graph, rows))
    for share in (0.25, 0.5, 0.75):
        less = _made(pruned_nets.pruned(graph, rows, share))
        yield f"{1 - share:.2g} of the units", less
        yield f"{1 - share:.2g} of the units, int8", _made(int8_nets.quantised(less, rows))


def forest_case() -> tuple[Graph, compression_data.Split, int]:
    """LightGBM on Adult, in a graph; its data, and how many leaves it has."""
    import lightgbm

    data = compression_data.adult()
    learned = lightgbm.LGBMClassifier(n_estimators=500, num_leaves=31, learning_rate=0.03, verbose=-1, n_jobs=1)
    learned.fit(data[0], data[1])
    x = g.inputs({f"x{place}": "number" for place in range(data[0].shape[1])})
    return g.compile(x, score=g.predict_proba(learned, x.numeric)).graph, data, 500 * 31


def forest_ways(graph: Graph, rows: Rows) -> Iterator[tuple[str, Graph]]:
    """What is made of a forest."""
    yield "as it was", graph
    for share, leaves in smaller_forests.SHARES:
        yield (f"{share:.2g} of the trees, {leaves:.2g} of their leaves",
               _made(smaller_forests.smaller(graph, rows, share, leaves)))


def _made(graph: Graph | None) -> Graph:
    if graph is None:
        raise AssertionError("there is nothing to be made smaller")
    return graph


def examined(ways: Sequence[tuple[str, Graph]], data: compression_data.Split, metric: Metric) -> list[harness.Result]:
    """Size, speed and metric of each; the first is what the others are compared with."""
    contents = [Compiled(graph).onnx for _, graph in ways]
    sessions = [Session(content) for content in contents]
    speeds = {rows: _medians(sessions, data[2][:rows]) for rows in (1, BATCH)}
    return [{"way": said, "bytes": len(content), "metric": metric(session({"numbers": data[2]})["score"], data[3]),
             **{f"cpu_{rows}": spent[place] for rows, spent in speeds.items()}}
            for place, ((said, _), content, session) in enumerate(zip(ways, contents, sessions, strict=True))]


def _medians(sessions: Sequence[Session], rows: NDArray[Any]) -> list[float]:
    spent: list[list[float]] = [[] for _ in sessions]
    for _ in range(ROUNDS):
        for place, session in enumerate(sessions):
            session({"numbers": rows})
            began = time.process_time()
            for _ in range(max(1, BATCH // 8 // len(rows))):
                session({"numbers": rows})
            spent[place].append((time.process_time() - began) / max(1, BATCH // 8 // len(rows)))
    return [statistics.median(one) for one in spent]


def run(name: str) -> list[harness.Result]:
    """One case."""
    graph, data, size = forest_case() if name == "forest" else net_case(name)
    ways = [*(forest_ways if name == "forest" else net_ways)(graph, Rows({"numbers": data[0]}))]
    found = examined(ways, data, accuracy if name in BY_CLASS else auc)
    return [{**one, "case": name, "weights": size, "rows": len(data[2])} for one in found]


def line(one: harness.Result, first: harness.Result) -> str:
    """A result as a line, against the one as it was."""
    return (f"  {one['way']:<38}{one['metric']:8.4f}{one['metric'] - first['metric']:+9.4f}{one['bytes'] / 1000:9.0f}"
            f"{first['bytes'] / one['bytes']:7.1f}×{one['cpu_1'] * 1e6:9.0f}{first['cpu_1'] / one['cpu_1']:6.1f}×"
            f"{one['cpu_256'] * 1e6:9.0f}{first['cpu_256'] / one['cpu_256']:6.1f}×")


def main(names: Sequence[str]) -> None:
    """Every case, or those that are named; each is kept when it is done."""
    for name in names:
        found = run(name)
        parts, metric = "leaves" if name == "forest" else "weights", "accuracy" if name in BY_CLASS else "AUC"
        harness.save(f"compression_{name}", [
            f"python -m benchmarks.compression {name}", f"{found[0]['weights']:,} {parts}, {found[0]['rows']:,} rows",
            f"{'':<40}{metric:>8}   change       kB    less 1 row µs   less  256 rows   less",
            *(line(one, found[0]) for one in found)], {"results": found})


if __name__ == "__main__":
    main(sys.argv[1:] or ["digits", "forest", "adult", "images"])
