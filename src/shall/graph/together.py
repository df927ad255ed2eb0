"""Steps of single columns that are done side by side: each operator costs as much as hundreds of numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from shall.graph.kinds import Kind
from shall.graph.node import Graph, Node

FUNCTIONS: Final = frozenset({"sigmoid"})   # those that are several operators


def side_by_side(graph: Graph) -> Graph:
    """The same graph, in which a function of several columns that do not need one another is one node."""
    for function in sorted(FUNCTIONS):
        graph = _one(graph, function)
    return graph


def _one(graph: Graph, function: str) -> Graph:
    every = [place for place, node in enumerate(graph.nodes) if _is(node, function)]
    members = [place for place in every if not graph.behind(graph.nodes[place].inputs).intersection(every)]
    if len(members) < 2:
        return graph
    needed = graph.behind(one for place in members for one in graph.nodes[place].inputs)
    rest = [place for place in range(len(graph.nodes)) if place not in needed and place not in members]
    first = sorted(needed)
    new = {place: at for at, place in enumerate(first)}
    stacked, width = len(first), len(members)
    several = Kind("number", width)
    new |= {place: stacked + 2 + at for at, place in enumerate(members)}
    new |= {place: stacked + 2 + width + at for at, place in enumerate(rest)}

    def moved(place: int) -> Node:
        node = graph.nodes[place]
        return replace(node, inputs=tuple(new[one] for one in node.inputs))

    nodes = (
        *(moved(place) for place in first),
        Node("stack", tuple(new[graph.nodes[place].inputs[0]] for place in members), {}, several),
        Node("elementwise", (stacked,), {"function": function}, several),
        *(Node("pick", (stacked + 1,), {"columns": (at,)}, Kind("number")) for at in range(width)),
        *(moved(place) for place in rest))
    return replace(graph, nodes=nodes, outputs=tuple((name, new[place]) for name, place in graph.outputs))


def _is(node: Node, function: str) -> bool:
    return node.op == "elementwise" and node.settings["function"] == function and node.kind.width == 1
