"""Stairs: numbers that stay the same between ascending edges, by one forest of small balanced trees for all of them.

A tree costs a tenth of what comparing with every edge does, and one operator for several stairs what one for one does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from shall.graph.kinds import Array

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

MODES: Final = {"left": 0, "right": 1}      # of TreeEnsemble: below an edge is x <= edge, or x < edge


class Stair(NamedTuple):
    """``steps`` float64[edges + 1], of the numbers of a ``column``; the last one where a number is missing, too."""

    column: int
    edges: Array
    steps: Array


def emit_stairs(to: Emitter, x: str, stairs: list[Stair], side: str) -> str:
    """float64[n, stairs]; on an edge the step above it where ``side`` is right, else the one below."""
    forest = _Forest()
    for target, stair in enumerate(stairs):
        forest.grow(stair, target)
    nodes = np.array(forest.nodes, dtype=np.int64)
    return to("TreeEnsemble", x, tree_roots=forest.roots, n_targets=len(stairs), aggregate_function=1,
              post_transform=0, nodes_modes=np.full(len(nodes), MODES[side], np.uint8),
              nodes_splits=np.array(forest.splits), nodes_featureids=nodes[:, 0].tolist(),
              nodes_truenodeids=nodes[:, 1].tolist(), nodes_trueleafs=nodes[:, 2].tolist(),
              nodes_falsenodeids=nodes[:, 3].tolist(), nodes_falseleafs=nodes[:, 4].tolist(),
              leaf_targetids=forest.targets, leaf_weights=np.array(forest.leaves))


class _Forest:
    """Nodes are: column, place below, whether that is a leaf, place above, whether that is a leaf."""

    def __init__(self) -> None:
        self.roots: list[int] = []
        self.splits: list[float] = []
        self.nodes: list[list[int]] = []
        self.leaves: list[float] = []
        self.targets: list[int] = []

    def grow(self, stair: Stair, target: int) -> None:
        """One tree; without edges, a node whose sides are the same."""
        self.roots.append(len(self.nodes))
        if len(stair.edges):
            self._node(stair, target, 0, len(stair.edges))
            return
        self.splits.append(0.0)
        self.nodes.append([stair.column, *self._side(stair, target, 0, 0), *self._side(stair, target, 0, 0)])

    def _node(self, stair: Stair, target: int, low: int, high: int) -> int:
        place, middle = len(self.nodes), (low + high) // 2
        self.nodes.append([])
        self.splits.append(float(stair.edges[middle]))
        below = self._side(stair, target, low, middle)
        above = self._side(stair, target, middle + 1, high)
        self.nodes[place] = [stair.column, *below, *above]
        return place

    def _side(self, stair: Stair, target: int, low: int, high: int) -> tuple[int, int]:
        if low < high:
            return self._node(stair, target, low, high), 0
        self.leaves.append(float(stair.steps[low]))
        self.targets.append(target)
        return len(self.leaves) - 1, 1
