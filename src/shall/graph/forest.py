"""Trees as plain arrays, whoever grew them: what the operations `trees` and `linear_trees` keep, and how to walk them.

A child below 0 is a leaf: ~child is its place. The other children come after their parent, so no tree has a circle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

import numpy as np

from shall.graph.kinds import Array, Fault

DEEPEST: Final = 2000                       # levels; ONNX Runtime reads trees by recursion
MOST: Final = 50_000_000                    # nodes and leaves
LARGEST: Final = 2**24                      # of categories: float32 tells whole numbers apart up to here
CELLS: Final = 2_000_000                    # rows by trees that are walked at once
PRECISIONS: Final[dict[str, Any]] = {"double": np.float64, "single": np.float32}


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """m splits, L leaves and T trees. A row goes left where its number is at most the threshold (below it: ``strict``).

    ``member`` int32[m]: the set of a split by category, -1 where it has none; a row goes left where it is of the set.
    ``set_of`` and ``category`` int32[k], sorted: the categories of each set. ``roots`` int32[T]: a split, or ~leaf.
    ``missing_left`` bool[m]. ``value`` [L], each added to the output ``target`` int32[L], or [L, outputs].
    ``precision``: thresholds, values, inputs and sums are float64 ("double") or float32 ("single").
    ``often_left`` bool[m], or [0] where nobody counted: most rows that it was grown on went left; it changes no answer.
    """

    feature: Array
    threshold: Array
    left: Array
    right: Array
    missing_left: Array
    member: Array
    set_of: Array
    category: Array
    roots: Array
    value: Array
    target: Array
    outputs: int
    strict: bool = False
    precision: str = "double"
    often_left: Array = field(default_factory=lambda: np.zeros(0, np.bool_))

    @property
    def dtype(self) -> Any:
        """float64 or float32."""
        return PRECISIONS[self.precision]

    def settings(self) -> dict[str, Any]:
        """As an operation keeps it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def of(settings: Mapping[str, Any]) -> Forest:
    """The forest of some settings. KeyError."""
    return Forest(**{one.name: settings[one.name] for one in fields(Forest)
                     if one.name in settings or one.name != "often_left"})


def leaves(forest: Forest, x: Array) -> Array:
    """The leaf that each row reaches in each tree: int64[n, T]; ``x`` [n, p] in the precision of the forest."""
    step = max(1, CELLS // max(1, len(forest.roots)))
    parts = [_walked(forest, x[start:start + step]) for start in range(0, len(x), step)]
    return np.concatenate(parts) if parts else np.zeros((0, len(forest.roots)), np.int64)


def _walked(forest: Forest, x: Array) -> Array:
    places = np.tile(forest.roots.astype(np.int64), len(x))
    keys = forest.set_of.astype(np.int64) * LARGEST + forest.category
    going = np.flatnonzero(places >= 0)
    while len(going):
        split = places[going]
        number = x[going // len(forest.roots), forest.feature[split]]
        left = number < forest.threshold[split] if forest.strict else number <= forest.threshold[split]
        sets = forest.member[split]
        left = np.where(sets >= 0, _is_member(keys, sets, number), left)
        left |= np.isnan(number) & forest.missing_left[split]
        places[going] = np.where(left, forest.left[split], forest.right[split])
        going = going[places[going] >= 0]
    return ~places.reshape(len(x), -1)


def _is_member(keys: Array, sets: Array, number: Array) -> Array:
    if not len(keys):
        return np.zeros(len(number), np.bool_)
    with np.errstate(invalid="ignore"):
        code = np.where((number >= 0) & (number < LARGEST), number, -1).astype(np.int64)
    wanted = sets.astype(np.int64) * LARGEST + code
    found = keys[np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)] == wanted
    return np.asarray(found & (code == number))


def check(forest: Forest, width: int) -> None:
    """Fault where the arrays are no trees over ``width`` columns, or more than any graph may have."""
    m, size = len(forest.feature), len(forest.value)
    if forest.precision not in PRECISIONS or not forest.outputs >= 1:
        raise Fault(f"its trees are of {forest.precision!r} precision and have {forest.outputs} outputs")
    if not len(forest.roots):
        raise Fault("it has no tree")
    if m + size > MOST:
        raise Fault(f"its trees have {m + size:,} nodes, more than {MOST:,}")
    for name in ("threshold", "left", "right", "missing_left", "member"):
        if getattr(forest, name).shape != (m,):
            raise Fault(f"its trees have {m} splits, and {name} is of shape {getattr(forest, name).shape}")
    if forest.often_left.shape not in ((m,), (0,)) or forest.often_left.dtype != np.bool_:
        raise Fault(f"its trees have {m} splits, and often_left is of shape {forest.often_left.shape}")
    if forest.threshold.dtype != forest.dtype or forest.value.dtype != forest.dtype or np.isnan(forest.threshold).any():
        raise Fault(f"thresholds and values of its trees are not all numbers of {forest.precision} precision")
    _check_columns(forest, width)
    _check_sets(forest)
    _check_shape(forest)


def _check_columns(forest: Forest, width: int) -> None:
    if len(forest.feature) and not (forest.feature.min() >= 0 and forest.feature.max() < width):
        raise Fault(f"its trees look at column {forest.feature.max()}, and it is given {width} columns",
                    "give it the columns that it was fitted on")
    dense = forest.value.ndim == 2 and forest.value.shape[1] == forest.outputs
    if not dense and (forest.value.ndim != 1 or forest.target.shape != forest.value.shape):
        raise Fault(f"the values of its leaves are of shape {forest.value.shape}")
    if len(forest.target) and not (forest.target.min() >= 0 and forest.target.max() < forest.outputs):
        raise Fault(f"a leaf counts for output {forest.target.max()} of {forest.outputs}")


def _check_sets(forest: Forest) -> None:
    if forest.set_of.shape != forest.category.shape or forest.set_of.ndim != 1:
        raise Fault("the categories of its splits are damaged")
    keys = forest.set_of.astype(np.int64) * LARGEST + forest.category
    if len(keys) and ((np.diff(keys) <= 0).any() or forest.category.min() < 0 or forest.category.max() >= LARGEST):
        raise Fault("the categories of its splits are not in order")


def _check_shape(forest: Forest) -> None:
    """Every split and leaf is the child of one split, or a root; splits come after their parents."""
    m, children = len(forest.feature), np.concatenate([forest.left, forest.right, forest.roots]).astype(np.int64)
    parents = np.concatenate([np.arange(m), np.arange(m), np.full(len(forest.roots), -1)])
    if not np.array_equal(np.sort(children), np.arange(-len(forest.value), m)):
        raise Fault("its trees are damaged: a node has no parent, or several")
    if (children[children >= 0] <= parents[children >= 0]).any():
        raise Fault("its trees are damaged: a node comes before its parent")
    if (levels := depth(forest)) > DEEPEST:
        raise Fault(f"a tree of it has {levels} levels, more than {DEEPEST}")


def levels(forest: Forest) -> Array:
    """int64[m]: the splits above each split."""
    found = np.zeros(len(forest.feature), np.int64)
    level, here = 0, forest.roots[forest.roots >= 0]
    while len(here):
        found[here] = level
        below = np.concatenate([forest.left[here], forest.right[here]])
        level, here = level + 1, below[below >= 0]
    return found


def depth(forest: Forest) -> int:
    """The splits on the longest way to a leaf; counted only until they are too many."""
    level, here = 0, forest.roots[forest.roots >= 0]
    while len(here) and level <= DEEPEST:
        below = np.concatenate([forest.left[here], forest.right[here]])
        level, here = level + 1, below[below >= 0]
    return level
