"""Forests of fewer trees and fewer leaves: the first trees stay, leaves that say nearly the same become one.

What is left learns from the rows to say what the whole forest said.

A boosted forest's first trees say most; those of a random forest are alike. The values of the leaves are fitted tree by
tree to what is not yet said (least squares with a penalty, by coordinates), several times over.

Reference: Ren et al. (2015), "Global refinement of random forest"; Breiman et al. (1984), "Classification and
regression trees", chapter 3.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np

from shall.graph import forest as forests
from shall.graph.forest import Forest
from shall.graph.kinds import Array
from shall.graph.node import Graph, Node, Settings
from shall.graph.ops import trees
from shall.methods.compress._cut import spliced
from shall.methods.compress._parts import Candidate, Rows, places, replaced

NEEDS: Final = ()
SHARES: Final = ((0.5, 1.0), (0.5, 0.5), (0.25, 1.0), (0.25, 0.5), (0.1, 1.0))      # of the trees, of their leaves
MOST: Final = 10_000                        # rows that are learned from
PASSES: Final = 8
PENALTY: Final = 5.0                        # rows that a leaf's change is weighed against
FEWEST: Final = 8                           # trees that a forest must have to lose some


def candidates(graph: Graph, rows: Rows, seed: int = 0) -> Iterator[Candidate]:
    """A half, a quarter and a tenth of the trees, with all of their leaves or half of them."""
    for share, leaves in SHARES:
        found = smaller(graph, rows, share, leaves, seed)
        if found is not None:
            yield Candidate(f"forests with {share:.3g} of their trees" + (f" and {leaves:.3g} of the leaves of each"
                                                                          if leaves < 1 else ""), found)


def smaller(graph: Graph, rows: Rows, share: float, leaves: float = 1.0, seed: int = 0) -> Graph | None:
    """The graph whose forests have a share of their trees, and a share of the leaves of those; None where there is
    nothing to do."""
    chosen = np.sort(np.random.default_rng(seed).permutation(len(rows))[:MOST])
    found, shares = graph, list[int]()
    for place in places(graph, "trees"):
        node = graph.nodes[place]
        if len(node.settings["roots"]) >= FEWEST:
            given, said = rows.take(chosen).values(graph, (*node.inputs, place))
            found = replaced(found, place, _smaller(node.settings, given, said, (share, leaves)))
            shares += [place] if said.min(initial=1.0) >= 0 and said.max(initial=0.0) <= 1 else []
    for place in reversed(shares):          # what was a share stays one
        node = found.nodes[place]
        limits = {"low": np.zeros(1), "high": np.ones(1)}
        found = spliced(found, place, (node, Node("clip", (place,), limits, node.kind)))
    return None if found is graph else found


def _smaller(settings: Settings, given: Array, said: Array, shares: tuple[float, float]) -> Settings:
    (share, leaves), whole = shares, forests.of(settings)
    wanted = said * settings.get("divisor", 1.0)
    grown = first(whole, max(1, round(len(whole.roots) * share)))
    if "divisor" in settings:               # of an average the trees that stay say more
        grown = replace(grown, value=grown.value * grown.dtype(len(whole.roots) / len(grown.roots)))
    read = trees.read(given, settings)
    if leaves < 1:
        reached = forests.leaves(grown, read)
        grown = merged(grown, np.bincount(reached.ravel(), minlength=len(grown.value)), leaves)
    reached = forests.leaves(grown, read)
    return {**settings, **refitted(grown, reached, wanted).settings()}


def first(forest: Forest, count: int) -> Forest:
    """Its first trees."""
    return _kept(replace(forest, roots=forest.roots[:count]), forest.left, forest.right)


def refitted(forest: Forest, reached: Array, wanted: Array) -> Forest:
    """The same trees, with values that come near ``wanted`` [n, outputs] on rows that reach the leaves ``reached``
    [n, trees]."""
    value = forest.value.astype(np.float64).reshape(len(forest.value), -1)
    columns = np.tile(np.arange(forest.outputs), (len(value), 1)) if forest.value.ndim == 2 else forest.target[:, None]
    left, every = wanted.copy(), np.arange(len(wanted))[:, None]
    trees_ = [_Leaves(leaf, columns) for leaf in reached.T]
    for one in trees_:
        left[every, one.columns] -= value[one.leaf]
    for _ in range(PASSES):
        for one in trees_:
            change = one.change(left[every, one.columns])
            value[one.first:one.first + len(change)] += change
            left[every, one.columns] -= change[one.place]
    return replace(forest, value=value.reshape(forest.value.shape).astype(forest.dtype))


class _Leaves:
    """The leaf of each row in one tree."""

    def __init__(self, leaf: Array, columns: Array) -> None:
        self.leaf, self.first = leaf, int(leaf.min())
        self.place = leaf - self.first      # a tree's leaves are neighbours
        self.columns = columns[leaf]
        self.count = np.bincount(self.place) + PENALTY

    def change(self, error: Array) -> Array:
        """[leaves, values]: by how much they have to change for what is not yet said [n, values]."""
        sums = [np.bincount(self.place, error[:, one], len(self.count)) for one in range(error.shape[1])]
        return np.asarray(np.stack(sums, axis=1) / self.count[:, None])


def merged(forest: Forest, count: Array, share: float) -> Forest:
    """A share of its leaves: two of one split become one where that changes least, the sum of squares over the rows
    that ``count`` [leaves] has reached; again and again."""
    left, right = forest.left.astype(np.int64), forest.right.astype(np.int64)
    value, count = forest.value.astype(np.float64).copy(), count.astype(np.float64).copy()
    parent = _parents(forest)
    waiting = [(_cost(forest, value, count, ~left[split], ~right[split]), split) for split in range(len(left))
               if left[split] < 0 and right[split] < 0]
    heapq.heapify(waiting)
    gone = 0
    while waiting and gone < len(value) * (1 - share):
        cost, split = heapq.heappop(waiting)
        above = parent[split]
        if not np.isfinite(cost) or above < 0:
            continue
        one, other = ~left[split], ~right[split]
        total = max(count[one] + count[other], 1e-300)
        value[one] = (value[one] * count[one] + value[other] * count[other]) / total if total > 1e-300 else value[one]
        count[one] += count[other]
        side = left if left[above] == split else right
        side[above] = ~one
        gone += 1
        if left[above] < 0 and right[above] < 0:
            heapq.heappush(waiting, (_cost(forest, value, count, ~left[above], ~right[above]), above))
    return _kept(replace(forest, value=value.astype(forest.dtype)), left, right)


def _parents(forest: Forest) -> Array:
    parent = np.full(len(forest.left), -1)
    for side in (forest.left, forest.right):
        inner = np.flatnonzero(side >= 0)
        parent[side[inner]] = inner
    return parent


def _cost(forest: Forest, value: Array, count: Array, one: int, other: int) -> float:
    if forest.value.ndim == 1 and forest.target[one] != forest.target[other]:
        return float("inf")
    weight = count[one] * count[other] / max(count[one] + count[other], 1.0)
    return float(weight * np.sum((value[one] - value[other]) ** 2))


def _kept(forest: Forest, left: Array, right: Array) -> Forest:
    """Only what the roots lead to by these children, each split before its own."""
    splits: list[int] = []
    leaves: list[int] = []
    waiting = [int(root) for root in forest.roots[::-1]]
    while waiting:
        place = waiting.pop()
        if place < 0:
            leaves.append(~place)
        else:
            splits.append(place)
            waiting += [int(right[place]), int(left[place])]
    places = {**{split: new for new, split in enumerate(splits)}, **{~leaf: ~new for new, leaf in enumerate(leaves)}}

    def moved(given: Any) -> Array:
        return np.array([places[int(one)] for one in given], dtype=np.int32)

    rest = {name: getattr(forest, name)[splits] for name in ("feature", "threshold", "missing_left")}
    often = forest.often_left[splits] if len(forest.often_left) else forest.often_left
    member, set_of, category = _sets(forest, forest.member[splits])
    return replace(forest, **rest, left=moved(left[splits]), right=moved(right[splits]), roots=moved(forest.roots),
                   often_left=often,
                   member=member, set_of=set_of, category=category, value=forest.value[leaves],
                   target=forest.target[leaves] if len(forest.target) else forest.target)


def _sets(forest: Forest, member: Array) -> tuple[Array, Array, Array]:
    """The sets that are still named, numbered anew."""
    used = np.unique(member[member >= 0])
    inside = np.isin(forest.set_of, used)
    fresh = np.where(member >= 0, np.searchsorted(used, member), -1).astype(forest.member.dtype)
    return (fresh, np.searchsorted(used, forest.set_of[inside]).astype(forest.set_of.dtype), forest.category[inside])
