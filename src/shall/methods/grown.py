"""Trees that are kept as plain arrays, and stairs of numbers, as the forests of a graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from shall.graph import Value
from shall.graph.forest import Forest

Split = tuple[int, float, bool, tuple[int, ...] | None]     # feature, threshold, whether missing goes left, a set


@dataclass
class Grown:
    """A forest that is being written, split by split; a child is its place, a leaf ~its place."""

    outputs: int
    splits: list[Split] = field(default_factory=list)
    sides: list[list[int]] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    roots: list[int] = field(default_factory=list)

    def leaf(self, value: Any, target: int = 0) -> int:
        """Its place."""
        self.values.append(value)
        self.targets.append(target)
        return ~(len(self.values) - 1)

    def split(self, feature: int, threshold: float, missing_left: bool = False,
              of: tuple[int, ...] | None = None) -> int:
        """Its place; `turn` says its sides."""
        self.splits.append((feature, threshold, missing_left, of))
        self.sides.append([0, 0])
        return len(self.splits) - 1

    def turn(self, split: int, left: int, right: int) -> None:
        """The sides of a split."""
        self.sides[split] = [left, right]

    def stair(self, feature: int, edges: Sequence[float], values: Sequence[Any], otherwise: Any) -> None:
        """One more tree: ``values`` [b] by how many of ``edges`` [b - 1] are below a number; one for missing."""
        root = self.split(feature, np.inf)
        first = self._steps(feature, edges, values, 0, len(edges))
        self.turn(root, first, self.leaf(otherwise))
        self.roots.append(root)

    def _steps(self, feature: int, edges: Sequence[float], values: Sequence[Any], low: int, high: int) -> int:
        if low == high:
            return self.leaf(values[low])
        middle = (low + high) // 2
        place = self.split(feature, float(edges[middle]))
        left = self._steps(feature, edges, values, low, middle)
        self.turn(place, left, self._steps(feature, edges, values, middle + 1, high))
        return place

    def said(self, x: Value, divisor: float = 1.0) -> Value:
        """The sum of the trees [outputs], as a node."""
        feature, threshold, missing_left, sets = zip(*self.splits, strict=True) if self.splits else ((), (), (), ())
        left, right = np.array(self.sides, dtype=np.int32).reshape(-1, 2).T
        named = [some for some in sets if some is not None]
        members = np.cumsum([some is not None for some in sets], dtype=np.int32) - 1
        forest = Forest(
            np.array(feature, dtype=np.int32), np.array(threshold, dtype=np.float64), left.copy(), right.copy(),
            np.array(missing_left, dtype=np.bool_),
            np.where([some is not None for some in sets], members, -1).astype(np.int32).reshape(-1),
            np.array([number for number, some in enumerate(named) for _ in some], dtype=np.int32),
            np.array([code for some in named for code in sorted(some)], dtype=np.int32),
            np.array(self.roots, dtype=np.int32), np.array(self.values, dtype=np.float64),
            np.array(self.targets, dtype=np.int32), self.outputs)
        return trees(forest, x, divisor)


def trees(forest: Forest, x: Value, divisor: float = 1.0) -> Value:
    """The node of a forest; what it adds up to is divided."""
    settings = forest.settings()
    return Value("trees", (x,), settings if divisor == 1.0 else {**settings, "divisor": divisor})


def ordered(children: Sequence[tuple[int, int]], root: int) -> Iterator[int]:
    """The nodes of a tree from its root on, each after its parent; a leaf is its own child."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        left, right = children[node]
        if left != node:
            waiting += [right, left]
