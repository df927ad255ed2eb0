"""A forest of boosted trees as plain arrays: what it says of rows, and how it is written down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

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
        for place, tree in self._trees():
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

    def _trees(self) -> Iterator[tuple[int, Tree]]:
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
