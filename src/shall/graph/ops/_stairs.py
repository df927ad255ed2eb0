"""Which step of a stair a number is on, by one small tree: as numpy's `searchsorted(edges, x, side="right")`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import Array

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

Node = tuple[float, int, int, bool, bool]       # split, the two sides, and whether each is a leaf


def emit_step(to: Emitter, x: str, edges: Array) -> str:
    """int64[n]: how many of the ascending edges are at most x [n, 1]; all of them where x is missing."""
    below = np.nextafter(edges, -np.inf)        # x >= edge, said as not x <= the number below it
    nodes = list(_nodes(below))
    splits, true, false, true_leaf, false_leaf = zip(*nodes, strict=True)
    leaves = np.arange(len(edges) + 1, dtype=np.float64)
    step = to("TreeEnsemble", x, nodes_splits=np.array(splits), nodes_featureids=[0] * len(nodes),
              nodes_modes=np.zeros(len(nodes), dtype=np.uint8), nodes_truenodeids=list(true),
              nodes_falsenodeids=list(false), nodes_trueleafs=[int(leaf) for leaf in true_leaf],
              nodes_falseleafs=[int(leaf) for leaf in false_leaf], leaf_targetids=[0] * len(leaves),
              leaf_weights=leaves, tree_roots=[0], n_targets=1, aggregate_function=1, post_transform=0)
    return to("Reshape", to.cast(step, np.int64), to.constant([-1], np.int64))


def _nodes(edges: Array) -> Iterator[Node]:
    """A balanced tree over the edges, the root first; leaf i is step i."""
    waiting, place = [(0, len(edges))], 1
    while waiting:
        low, high = waiting.pop(0)
        middle = (low + high) // 2
        sides = []
        for side in ((low, middle), (middle + 1, high)):
            leaf = side[0] == side[1]
            sides.append((side[0] if leaf else place, leaf))
            if not leaf:
                waiting.append(side)
                place += 1
        yield float(edges[middle]), sides[0][0], sides[1][0], sides[0][1], sides[1][1]
