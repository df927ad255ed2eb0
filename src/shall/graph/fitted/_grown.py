"""Trees as scikit-learn keeps them, put together to one forest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from shall.graph.forest import Forest
from shall.graph.kinds import Array


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """One tree, an entry for each of its nodes; a leaf has no ``left``. ``members``: the categories by node."""

    feature: Array
    threshold: Array
    left: Array                             # below 0 at a leaf
    right: Array
    missing_left: Array
    value: Array                            # [nodes] or [nodes, outputs]
    target: int = 0
    members: Mapping[int, Sequence[int]] = field(default_factory=dict)
    rows: Array | None = None               # [nodes], how many it was grown on


def of(tree: object, value: Array, features: Array | None = None, target: int = 0) -> Tree:
    """A `tree_` of scikit-learn with other values; ``features``: the columns that it was given."""
    feature, leaf = np.asarray(tree.feature), np.asarray(tree.children_left) < 0        # type: ignore[attr-defined]
    feature = np.where(leaf, 0, feature)
    return Tree(feature if features is None else np.asarray(features)[feature],
                np.asarray(tree.threshold), np.asarray(tree.children_left),             # type: ignore[attr-defined]
                np.asarray(tree.children_right),                                        # type: ignore[attr-defined]
                np.asarray(tree.missing_go_to_left).astype(bool), value, target,        # type: ignore[attr-defined]
                rows=np.asarray(tree.weighted_n_node_samples))                          # type: ignore[attr-defined]


def constant(value: float, target: int) -> Tree:
    """A tree of one leaf."""
    none = np.full(1, -1)
    return Tree(np.zeros(1, int), np.zeros(1), none, none, np.zeros(1, bool), np.array([value]), target)


def together(trees: Sequence[Tree], outputs: int) -> Forest:
    """One forest; the trees in their order."""
    parts: dict[str, list[Array]] = {}
    sets: list[Sequence[int]] = []
    splits = leaves = 0
    for tree in trees:
        leaf = tree.left < 0
        place = np.where(leaf, ~(np.cumsum(leaf) - 1 + leaves), np.cumsum(~leaf) - 1 + splits)
        chosen = np.flatnonzero(~leaf)
        member = np.full(len(chosen), -1)
        for at, node in enumerate(chosen.tolist()) if tree.members else ():
            if node in tree.members:
                member[at] = len(sets)
                sets.append(tree.members[node])
        found = {"feature": tree.feature[chosen], "threshold": tree.threshold[chosen], "member": member,
                 "left": place[tree.left[chosen]], "right": place[tree.right[chosen]], "roots": place[:1],
                 "missing_left": tree.missing_left[chosen], "value": tree.value[leaf],
                 "target": np.full(leaf.sum(), tree.target), "often_left": _often_left(tree, chosen)}
        for name, array in found.items():
            parts.setdefault(name, []).append(array)
        splits, leaves = splits + len(chosen), leaves + int(leaf.sum())
    return _forest({name: np.concatenate(arrays) for name, arrays in parts.items()}, sets, outputs)


def _forest(parts: dict[str, Array], sets: list[Sequence[int]], outputs: int) -> Forest:
    whole = {name: parts[name].astype(np.int32) for name in ("feature", "left", "right", "member", "roots", "target")}
    categories = [sorted(one) for one in sets]
    dense = parts["value"].ndim == 2
    return Forest(
        feature=whole["feature"], left=whole["left"], right=whole["right"], member=whole["member"],
        roots=whole["roots"], target=np.zeros(0, np.int32) if dense else whole["target"],
        threshold=parts["threshold"].astype(np.float64), missing_left=parts["missing_left"].astype(bool),
        set_of=np.repeat(np.arange(len(sets)), [len(one) for one in categories]).astype(np.int32),
        category=np.array([code for one in categories for code in one], dtype=np.int32),
        value=parts["value"].astype(np.float64), outputs=outputs, often_left=parts["often_left"])


def _often_left(tree: Tree, splits: Array) -> Array:
    if tree.rows is None:
        return np.zeros(len(splits), np.bool_)
    return np.asarray(tree.rows[tree.left[splits]] > tree.rows[tree.right[splits]])
