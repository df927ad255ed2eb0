"""Which numbers of a row its trees ask most often: by those, rows of a batch are put beside each other (`alike.py`)."""

from __future__ import annotations

from typing import Final

import numpy as np

from shall.graph import forest
from shall.graph.alike import MOST
from shall.graph.kinds import Array
from shall.graph.node import Graph, Node

FEWEST: Final = 4000                        # splits; the order of rows costs more than fewer can win
TREES: Final = frozenset({"trees", "linear_trees"})
ALONE: Final = frozenset({"arithmetic", "cast", "clip", "elementwise", "finite", "single", "where"})    # by column


def most_asked(graph: Graph) -> tuple[int, ...]:
    """Places among the packed numbers, the most asked first; none where the trees are small.

    A split counts for as much as the share of rows that would meet it, if each split parted them evenly. What is made
    of a number column by column counts for that number.
    """
    weights, splits = np.zeros(len(graph.numbers)), 0
    origins: list[Array] = []
    for node in graph.nodes:
        origins.append(_origins(node, [origins[place] for place in node.inputs]))
        if node.op in TREES:
            grown = forest.of(node.settings)
            splits += len(grown.feature)
            origin = origins[node.inputs[0]][grown.feature]
            np.add.at(weights, origin[origin >= 0], (0.5 ** forest.levels(grown))[origin >= 0])
    first = np.argsort(-weights, kind="stable")[:MOST]
    return tuple(first[weights[first] > 0].tolist()) if splits >= FEWEST else ()


def _origins(node: Node, given: list[Array]) -> Array:
    """int64[width]: the packed number behind each column of a node, or -1."""
    found = np.full(node.kind.width, -1)
    if node.op == "numbers":
        return np.arange(node.kind.width)
    if node.op == "pick":
        return given[0][list(node.settings["columns"])]
    if node.op == "stack":
        return np.concatenate(given)
    for one in given if node.op in ALONE else ():
        found = np.where(found < 0, one, found) if len(one) == len(found) else found
    return found
