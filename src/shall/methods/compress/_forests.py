"""Forests made smaller: some trees of them, trees cut at a depth, and leaf values fitted again."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from shall.graph.forest import Forest
from shall.graph.kinds import Array

RIDGE: Final = 1.0                          # rows that a leaf's old value counts for
STEPS: Final = 60
ENOUGH: Final = 1e-4                        # of the residual that the first step had


def some(forest: Forest, trees: Array, depth: int | None = None) -> Forest:
    """A forest of some trees, by their places; a split at ``depth`` becomes a leaf with the mean of the leaves below."""
    grown = _Growing(forest, depth)
    roots = [grown.take(int(root)) for root in forest.roots[trees]]
    splits = np.array(grown.splits, np.int64)
    sides = {name: np.array(value, forest.left.dtype) for name, value in (("left", grown.left), ("right", grown.right))}
    arrays = {name: getattr(forest, name)[splits] for name in ("feature", "threshold", "missing_left", "member")}
    leaves = [np.asarray(one, np.int64) for one in grown.leaves]
    value = np.array([forest.value[one].mean(axis=0) for one in leaves], forest.dtype)
    target = forest.target if forest.value.ndim == 2 else forest.target[[one[0] for one in leaves]]
    return replace(forest, **arrays, **sides, roots=np.array(roots, forest.roots.dtype), target=target,
                   value=value.reshape(len(leaves), *forest.value.shape[1:]))


class _Growing:
    """Copies trees, parents first; ``leaves``: of each new leaf the old ones that it stands for."""

    def __init__(self, forest: Forest, depth: int | None) -> None:
        self.forest, self.depth = forest, depth
        self.splits: list[int] = []
        self.left: list[int] = []
        self.right: list[int] = []
        self.leaves: list[list[int]] = []

    def take(self, root: int) -> int:
        if root < 0:
            return self._leaf([~root])
        top, waiting = self._split(root), [(root, len(self.splits) - 1, 1)]
        while waiting:
            old, new, level = waiting.pop()
            for side, children in ((self.left, self.forest.left), (self.right, self.forest.right)):
                child = int(children[old])
                if child >= 0 and (self.depth is None or level < self.depth):
                    side[new] = self._split(child)
                    waiting.append((child, side[new], level + 1))
                else:
                    side[new] = self._leaf(self._below(child))
        return top

    def _split(self, old: int) -> int:
        self.splits.append(old)
        self.left.append(0)
        self.right.append(0)
        return len(self.splits) - 1

    def _leaf(self, old: list[int]) -> int:
        self.leaves.append(old)
        return ~(len(self.leaves) - 1)

    def _below(self, child: int) -> list[int]:
        found, waiting = [], [child]
        while waiting:
            one = waiting.pop()
            if one < 0:
                found.append(~one)
            else:
                waiting += [int(self.forest.left[one]), int(self.forest.right[one])]
        return found


def sums(forest: Forest, reached: Array, value: Array | None = None) -> Array:
    """float64[n, outputs]: of the leaves int64[n, T] that rows reached."""
    value = forest.value if value is None else value
    if value.ndim == 2:
        return np.asarray(value[reached].sum(axis=1), dtype=np.float64)
    found = np.zeros((len(reached), forest.outputs))
    for tree in reached.T:
        found[np.arange(len(reached)), forest.target[tree]] += value[tree]
    return found


def fitted(forest: Forest, reached: Array, wanted: Array) -> Forest:
    """The forest with leaf values by which its sums come near to those ``wanted`` [n, outputs].

    Least squares with a ridge towards the values that it had, by conjugate gradients: leaves that no row reaches keep
    theirs. Reference: Hestenes and Stiefel (1952).
    """
    value = forest.value.astype(np.float64)
    residual = wanted - sums(forest, reached)
    step = _solved(forest, reached, residual)
    return replace(forest, value=(value + step).astype(forest.dtype))


def _solved(forest: Forest, reached: Array, residual: Array) -> Array:
    right = _back(forest, reached, residual)
    found = np.zeros_like(right)
    left, way = right.copy(), right.copy()
    length = first = float((left * left).sum())
    for _ in range(STEPS):
        if length <= first * ENOUGH**2 or not length:
            break
        ahead = _back(forest, reached, sums(forest, reached, way)) + RIDGE * way
        far = length / float((way * ahead).sum())
        found, left = found + far * way, left - far * ahead
        now = float((left * left).sum())
        way, length = left + now / length * way, now
    return found


def _back(forest: Forest, reached: Array, residual: Array) -> Array:
    """By leaf the sum of the residuals of its rows."""
    trees = reached.shape[1]
    if forest.value.ndim == 2:
        return np.stack([np.bincount(reached.ravel(), np.repeat(column, trees), len(forest.value))
                         for column in residual.T], axis=1)
    own = residual[np.arange(len(residual))[:, None], forest.target[reached]]
    return np.bincount(reached.ravel(), own.ravel(), len(forest.value))
