"""How long one row takes in a graph: predicted from a table of operations measured on this machine, and measured.

A row costs a base, so much for each column that is packed, and for each node so much, and so much for its work: the
splits that a row meets in trees, the weights of a net, else the columns that it gives. The table is fitted by least
squares, none of its numbers below 0, to parts of graphs that were measured; it is kept, and grows.
"""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

from shall.graph import Compiled
from shall.graph.node import Graph, Node
from shall.methods.compress import _cut

REPEATS: Final = 5
ROWS: Final = 40                            # that are measured at a time
PARTS: Final = 24                           # of a graph that are measured
KEPT: Final = 400                           # measurements
SWEEPS: Final = 400
FORMAT: Final = 1
Counts = Mapping[str, float]                # "trees": how many nodes, "trees work": how much work


@dataclass(frozen=True)
class Costs:
    """``seconds`` of each count; ``known``: what was measured, counts and seconds."""

    seconds: Mapping[str, float]
    known: tuple[tuple[Counts, float], ...] = ()

    def predicted(self, graph: Graph) -> float:
        """Seconds of one row."""
        return sum(self.seconds.get(name, 0.0) * count for name, count in counts(graph).items())

    def knows(self, graph: Graph) -> bool:
        """Whether every operation of a graph was measured."""
        return counts(graph).keys() <= self.seconds.keys()

    def with_measured(self, more: Sequence[tuple[Graph, float]]) -> Costs:
        """Fitted to further measurements, too."""
        known = (*self.known, *((counts(graph), seconds) for graph, seconds in more))[-KEPT:]
        return Costs(_fitted(known), known)


def counts(graph: Graph) -> dict[str, float]:
    """What a row costs by: of each operation the nodes and their work."""
    found = {"base": 1.0, "columns": float(len(graph.inputs))}
    for node in graph.nodes:
        if node.op != "constant":
            name, work = _work(node)
            found[name] = found.get(name, 0.0) + 1
            found[f"{name} work"] = found.get(f"{name} work", 0.0) + work
    return found


def _work(node: Node) -> tuple[str, float]:
    settings = node.settings
    if "roots" in settings:
        return node.op, _splits(settings)
    if node.op == "net":
        whole = any(layer["weight"].dtype.kind in "iu" for layer in settings["layers"] if "weight" in layer)
        return "net int8" if whole else "net", sum(_weights(layer) for layer in settings["layers"])
    return node.op, float(node.kind.width)


def _splits(settings: Mapping[str, Any]) -> float:
    """How many splits a row meets in all trees, where each is as deep as its leaves are many."""
    trees = len(settings["roots"])
    return trees * float(1 + np.log2(max(1.0, len(settings["value"]) / trees)))


def _weights(layer: Mapping[str, Any]) -> float:
    inner = sum(_weights(one) for one in layer.get("layers", ()))
    return inner + (float(layer["weight"].size) if "weight" in layer else 0.0)


def parts(graph: Graph) -> Iterator[Graph]:
    """The graph as it is, and parts of it that end at one node: those of models first."""
    yield graph
    models = _cut.models(graph)
    others = [place for place, node in enumerate(graph.nodes) if node.op != "constant" and place not in models]
    steps = np.unique(np.linspace(0, len(others) - 1, max(0, PARTS - len(models))).astype(int)) if others else ()
    for place in (*models, *(others[step] for step in steps)):
        if graph.nodes[place].inputs:
            yield replace(graph, outputs=(("part", place),)).pruned()


def measured(several: Sequence[Compiled], cases: Sequence[Mapping[str, Any]]) -> list[float]:
    """Seconds of processor time of one row, from plain values to the answer, of each: in turn, the least of some."""
    some = list(cases[:ROWS])
    found = [np.inf] * len(several)
    for turn in range(REPEATS + 1):
        for place, one in enumerate(several):
            began = time.process_time()
            for case in some:
                one(case)
            if turn:                        # the first is to get warm
                found[place] = min(found[place], (time.process_time() - began) / len(some))
    return [float(seconds) for seconds in found]


def table(place: Path | None) -> Costs:
    """What was kept of this machine and runtime; empty where nothing was."""
    try:
        told = json.loads(place.read_text()) if place is not None else {}
        if told.get("about") != _about():
            return Costs({})
        return Costs(told["seconds"], tuple((counted, seconds) for counted, seconds in told["known"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Costs({})


def keep(costs: Costs, place: Path | None) -> None:
    """Keep a table for the next time."""
    if place is not None:
        place.parent.mkdir(exist_ok=True)
        told = {"about": _about(), "seconds": dict(costs.seconds), "known": costs.known}
        place.write_text(json.dumps(told, indent=1) + "\n")


def _about() -> dict[str, Any]:
    machine = f"{platform.machine()} {platform.node()}"
    return {"format": FORMAT, "machine": machine, "onnxruntime": version("onnxruntime")}


def _fitted(known: Sequence[tuple[Counts, float]]) -> dict[str, float]:
    """Least squares of relative errors, by descending along one number after another, none below 0."""
    names = sorted({name for counted, _ in known for name in counted})
    seconds = np.array([one for _, one in known])
    table = np.array([[counted.get(name, 0.0) for name in names] for counted, _ in known]) / seconds[:, None]
    scale = np.maximum(np.sqrt((table**2).sum(axis=0)), 1e-12)
    table = table / scale
    found, left = np.zeros(len(names)), np.ones(len(seconds))
    for _ in range(SWEEPS):
        for place in range(len(names)):
            now = max(0.0, found[place] + float(table[:, place] @ left))
            left -= table[:, place] * (now - found[place])
            found[place] = now
    return dict(zip(names, (found / scale).tolist(), strict=True))
