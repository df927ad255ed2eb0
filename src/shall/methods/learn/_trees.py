"""A forest of boosted trees as plain arrays: what it says of rows, and how it is written down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.graph import Value, stack
from shall.methods import nodes as said
from shall.methods.grown import Grown, ordered
from shall.methods.learn import _rows
from shall.methods.task import Floats, Ints

CERTAIN: Final = 100.0                          # margin of the only class that training rows had


@dataclass(frozen=True)
class Tree:
    """Its nodes [m], the root first; a leaf is its own left and right node, and has a value.

    A row goes left where its feature is at most the threshold, or, where ``codes`` names the node, is one of its codes;
    where it is missing, or a code that the other side does not have either, as ``missing`` says.
    """

    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    missing: NDArray[np.bool_]
    value: Floats
    codes: Mapping[int, tuple[Sequence[int], Sequence[int]]]        # by node: the codes of the left and right side

    def __call__(self, X: Floats) -> Floats:
        """float64[n]."""
        found, left = np.zeros(len(X)), [(0, np.arange(len(X)))]
        while left:
            node, rows = left.pop()
            if self.left[node] == node:
                found[rows] = self.value[node]
            elif len(rows):
                goes = self._goes(node, X[:, self.feature[node]][rows])
                left += [(self.left[node], rows[goes]), (self.right[node], rows[~goes])]
        return found

    def _goes(self, node: int, x: Floats) -> NDArray[np.bool_]:
        """bool[n]: whether these values go left at a node."""
        if node not in self._sides:
            return np.asarray((x <= self.threshold[node]) | (np.isnan(x) if self.missing[node] else False))
        side = self._sides[node]
        return side[np.minimum(np.nan_to_num(x, nan=len(side)).astype(np.int64), len(side) - 1)]

    @cached_property
    def _sides(self) -> dict[int, NDArray[np.bool_]]:
        """Whether each code goes left; what is beyond, or missing, as the last entry."""
        found = {}
        for place, (left, right) in self.codes.items():
            side = np.full(max([-1, *left, *right]) + 2, self.missing[place])
            side[list(left)], side[list(right)] = True, False
            found[place] = side
        return found

    def described(self) -> dict[str, Any]:
        """As plain data."""
        arrays = {name: getattr(self, name).tolist() for name in _ARRAYS}
        return {**arrays, "codes": [[place, *map(list, sides)] for place, sides in self.codes.items()]}

    @staticmethod
    def of(described: Mapping[str, Any]) -> Tree:
        """From plain data."""
        arrays: dict[str, Any] = {name: np.array(described[name], dtype=kind) for name, kind in _ARRAYS.items()}
        return Tree(**arrays, codes={place: (left, right) for place, left, right in described["codes"]})


_ARRAYS: Final[dict[str, Any]] = {"feature": np.int64, "threshold": np.float64, "left": np.int64, "right": np.int64,
                  "missing": np.bool_, "value": np.float64}


@dataclass(frozen=True, slots=True)
class Learned:
    """The margin to start from, and by step one tree a margin; ``present``: the classes that have a margin."""

    sizes: tuple[int, ...]
    classes: int                                # 0: a number
    present: tuple[int, ...]
    start: tuple[float, ...]
    steps: tuple[tuple[Tree, ...], ...]

    def margins(self, X: Floats) -> Floats:
        """float64[n, margins]."""
        known = np.asfortranarray(_rows.known(X, self.sizes))           # a tree reads it by column
        found = np.tile(np.array(self.start), (len(X), 1))
        for place, tree in self.trees():
            found[:, place] += tree(known)
        return found

    def probabilities(self, X: Floats) -> Floats:
        """float64[n, classes]."""
        found = np.zeros((len(X), self.classes))
        found[:, list(self.present)] = _rows.probabilities_of(self.margins(X))
        return found

    def values(self, X: Floats) -> Floats:
        """float64[n]."""
        return np.asarray(self.margins(X)[:, 0])

    def content(self) -> bytes:
        """What was learned, as JSON."""
        steps = [[tree.described() for tree in step] for step in self.steps]
        return json.dumps({"sizes": self.sizes, "classes": self.classes, "present": self.present, "start": self.start,
                           "steps": steps}).encode()

    def trees(self) -> Iterator[tuple[int, Tree]]:
        """In their order, each with the margin that it adds to."""
        return ((place, tree) for step in self.steps for place, tree in enumerate(step))


def constant(present: int, sizes: tuple[int, ...], classes: int) -> Learned:
    """Where all rows are of one class."""
    other = (present + 1) % classes
    return Learned(sizes, classes, (present, other), (-CERTAIN,), ())


def load(content: bytes) -> Learned:
    """From the JSON of `content`."""
    plain = json.loads(content)
    steps = tuple(tuple(Tree.of(tree) for tree in step) for step in plain["steps"])
    return Learned(tuple(plain["sizes"]), plain["classes"], tuple(plain["present"]), tuple(plain["start"]), steps)


def nodes(learned: Learned, x: Value) -> Value:
    """The same in a graph, as one forest: [classes], or [1] number."""
    forest = Grown(len(learned.start))
    forest.roots += [forest.leaf(value, place) for place, value in enumerate(learned.start)]
    for place, tree in learned.trees():
        _grow(forest, tree, place)
    margins = forest.said(x)
    if not learned.classes:
        return margins
    said_of = said.probabilities(margins)
    columns = [said_of[:, learned.present.index(label)] if label in learned.present else said_of[:, 0] * 0.0
               for label in range(learned.classes)]
    return stack(*columns)


def _grow(forest: Grown, tree: Tree, target: int) -> None:
    children = list(zip(tree.left.tolist(), tree.right.tolist(), strict=True))
    places: dict[int, int] = {}
    order = list(ordered(children, 0))
    for node in order:
        leaf = children[node][0] == node
        places[node] = forest.leaf(float(tree.value[node]), target) if leaf else forest.split(*_split(tree, node))
    for node in order:
        if places[node] >= 0:
            sides = [places[child] for child in children[node]]
            forest.turn(places[node], *(sides[::-1] if _turned(tree, node) else sides))
    forest.roots.append(places[0])


def _turned(tree: Tree, node: int) -> bool:
    """What is neither of the left codes nor of the right ones goes as a missing value does: right, in a forest."""
    return node in tree.codes and bool(tree.missing[node])


def _split(tree: Tree, node: int) -> tuple[int, float, bool, tuple[int, ...] | None]:
    feature = int(tree.feature[node])
    if node not in tree.codes:
        return feature, float(tree.threshold[node]), bool(tree.missing[node]), None
    left, right = tree.codes[node]
    return feature, 0.0, False, tuple(right if tree.missing[node] else left)
