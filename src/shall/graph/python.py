"""A graph run in numpy, node by node: what each operation means, and the place to look when engines differ."""

from __future__ import annotations

from collections.abc import Mapping

from shall import registry
from shall.graph.kinds import Array
from shall.graph.node import Graph


def values(graph: Graph, packed: Mapping[str, Array]) -> list[Array]:
    """The value of every node [n, width]; ``packed``: `numbers` float64[n, k] and `texts` str[n, m]."""
    found: list[Array] = []
    for node in graph.nodes:
        run = registry.find("graph", node.op).run
        found.append(packed[node.op] if node.op in packed and not node.inputs else
                     run(tuple(found[place] for place in node.inputs), node.settings))
    return found
