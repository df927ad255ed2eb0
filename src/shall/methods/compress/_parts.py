"""What the ways have in common: a candidate, the rows, and a graph with one node replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shall.graph import onnx
from shall.graph.kinds import Array
from shall.graph.node import Graph, Settings
from shall.graph.session import Session


@dataclass(frozen=True, slots=True)
class Candidate:
    """``said``: what was done, in words. ``first``: a small graph that is asked before (`graph/staged.py`)."""

    said: str
    graph: Graph
    first: Graph | None = None


@dataclass(frozen=True)
class Rows:
    """Rows as a graph takes them: `numbers` float64[n, k], `texts` object[n, m]."""

    packed: Mapping[str, Array]

    def values(self, graph: Graph, places: Sequence[int]) -> list[Array]:
        """What some nodes of a graph give, [n, width] each."""
        watched = replace(graph, outputs=(), references=())
        said = Session(onnx.emitted(watched, tuple(dict.fromkeys(places))))(dict(self.packed))
        return [said[f"node {place}"] for place in places]

    def take(self, places: Any) -> Rows:
        """Some of them."""
        return Rows({name: array[places] for name, array in self.packed.items()})

    def __len__(self) -> int:
        return len(next(iter(self.packed.values())))


def replaced(graph: Graph, place: int, settings: Settings) -> Graph:
    """The graph whose node at a place has other settings. What a library said of it, and of what follows, is no longer
    to be asked."""
    nodes = list(graph.nodes)
    nodes[place] = replace(nodes[place], settings=settings)
    touched = {place}
    for one, node in enumerate(nodes):
        if touched & set(node.inputs):
            touched.add(one)
    return replace(graph, nodes=tuple(nodes), references=tuple(one for one in graph.references
                                                               if one.node not in touched))


def places(graph: Graph, op: str) -> Iterator[int]:
    """Where an operation is in a graph."""
    return (place for place, node in enumerate(graph.nodes) if node.op == op)
