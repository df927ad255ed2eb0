"""Which bin a number is in, column by column, as numpy's `searchsorted`: ``edges`` of each column, ascending float64.

``side`` right counts the edges up to and with the number, left those below it. A missing number is in the last bin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, wanted
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

LESS_EQUAL, LESS = 0, 1                     # modes of TreeEnsemble


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many numbers."""
    wanted(kinds, "number")
    if len(settings["edges"]) != kinds[0].width or settings["side"] not in ("left", "right"):
        raise Fault(f"it has edges of {len(settings['edges'])} columns, and is given {kinds[0].width}")
    if any(not (np.diff(edges) >= 0).all() or np.isnan(edges).any() for edges in settings["edges"]):
        raise Fault("its edges do not ascend", "sort them")
    return Kind("number", kinds[0].width)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, width]."""
    found = [np.searchsorted(edges, column, side=settings["side"])
             for column, edges in zip(values[0].T, settings["edges"], strict=True)]
    return np.column_stack(found).astype(np.float64)


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """A forest of one small tree a column."""
    forest = _Forest()
    for column, edges in enumerate(settings["edges"]):
        forest.grow(column, np.asarray(edges))
    mode = LESS if settings["side"] == "right" else LESS_EQUAL
    nodes = np.array(forest.nodes, dtype=np.int64)
    return to("TreeEnsemble", inputs[0], tree_roots=forest.roots, n_targets=kinds[0].width, aggregate_function=1,
              post_transform=0, nodes_modes=np.full(len(nodes), mode, np.uint8),
              nodes_splits=np.array(forest.splits), nodes_featureids=nodes[:, 0].tolist(),
              nodes_truenodeids=nodes[:, 1].tolist(), nodes_trueleafs=nodes[:, 2].tolist(),
              nodes_falsenodeids=nodes[:, 3].tolist(), nodes_falseleafs=nodes[:, 4].tolist(),
              leaf_targetids=forest.targets, leaf_weights=np.array(forest.leaves))


def jumps(settings: Settings, width: int) -> Mapping[int, Sequence[float]]:
    """It jumps at its edges."""
    return dict(enumerate(settings["edges"]))


class _Forest:
    """Balanced trees; nodes are column, place below, whether that is a leaf, place above, whether that is a leaf."""

    def __init__(self) -> None:
        self.roots: list[int] = []
        self.splits: list[float] = []
        self.nodes: list[list[int]] = []
        self.leaves: list[float] = []
        self.targets: list[int] = []

    def grow(self, column: int, edges: Array) -> None:
        """The tree of one column; without edges, a node whose sides are the same."""
        self.roots.append(len(self.nodes))
        if len(edges):
            self._node(column, edges, 0, len(edges))
            return
        self.splits.append(0.0)
        leaves = self._side(column, edges, 0, 0), self._side(column, edges, 0, 0)
        self.nodes.append([column, *leaves[0], *leaves[1]])

    def _node(self, column: int, edges: Array, low: int, high: int) -> int:
        place, middle = len(self.nodes), (low + high) // 2
        self.nodes.append([])
        self.splits.append(float(edges[middle]))
        below = self._side(column, edges, low, middle)
        above = self._side(column, edges, middle + 1, high)
        self.nodes[place] = [column, *below, *above]
        return place

    def _side(self, column: int, edges: Array, low: int, high: int) -> tuple[int, int]:
        if low < high:
            return self._node(column, edges, low, high), 0
        self.leaves.append(float(low))
        self.targets.append(column)
        return len(self.leaves) - 1, 1
