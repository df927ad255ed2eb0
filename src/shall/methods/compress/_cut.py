"""Graphs cut and joined: nodes in place of others, without what no output needs; where all models come together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from shall.graph.node import Graph, Node

MODELS: Final = ("trees", "linear_trees", "net")
STRAIGHT: Final = ("linear", "linear_single")   # models, too, or a step before or after one


def spliced(graph: Graph, place: int, more: Sequence[Node]) -> Graph:
    """The graph with new nodes in place of one: the last of ``more`` gives what it gave.

    Inputs of ``more`` are places of the graph before ``place``; from ``place`` on they are those of ``more``. What
    libraries said of nodes is no longer to be asked.
    """
    by = len(more) - 1

    def moved(one: int) -> int:
        return one + by if one >= place else one

    after = (replace(node, inputs=tuple(map(moved, node.inputs))) for node in graph.nodes[place + 1:])
    outputs = tuple((name, moved(one)) for name, one in graph.outputs)
    return replace(graph, nodes=(*graph.nodes[:place], *more, *after), outputs=outputs, references=())


def models(graph: Graph, more: Sequence[str] = ()) -> list[int]:
    """The nodes that are trees or nets, or one of some more operations."""
    return [place for place, node in enumerate(graph.nodes) if node.op in (*MODELS, *more)]


def waists(graph: Graph) -> list[int]:
    """Nodes through which everything goes that the models say: the first, and those that follow of it and constants.

    Of linear models, too, where there is one for them all; none where there is neither tree nor net.
    """
    return (_waists(graph, models(graph, STRAIGHT)) or _waists(graph, models(graph))) if models(graph) else []


def _waists(graph: Graph, some: Sequence[int]) -> list[int]:
    inside, found = set(some), list[int]()
    last, needs = max(inside), _needed_last(graph)
    for place in range(min(inside), len(graph.nodes)):
        given = graph.nodes[place].inputs
        if place not in inside and not inside & set(given):
            continue
        if found and not all(one in inside or not graph.behind([one]) & _outside(graph) for one in given):
            break
        inside.add(place)
        taken = [one for one in inside if one <= place and needs[one] > place]
        if place >= last and taken == [place] and graph.nodes[place].kind.what == "number":
            found.append(place)
    return found


def _needed_last(graph: Graph) -> list[int]:
    """By node the place of the last one that takes it; an output is taken after all."""
    found = [-1] * len(graph.nodes)
    for place, node in enumerate(graph.nodes):
        for one in node.inputs:
            found[one] = place
    for _, place in graph.outputs:
        found[place] = len(graph.nodes)
    return found


def _outside(graph: Graph) -> set[int]:
    """The packed inputs."""
    return {place for place, node in enumerate(graph.nodes) if not node.inputs and node.op in ("numbers", "texts")}
