"""A forest as one `TreeEnsemble` of ONNX, in double or single precision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shall.graph.forest import Forest
from shall.graph.kinds import Array

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

AT_MOST, BELOW, MEMBER = 0, 1, 6            # modes of a split
SUM: Final = 1


def ensemble(to: Emitter, x: str, forest: Forest) -> str:
    """The name of the sums [rows, outputs], of the same type as ``x``, which is that of the forest."""
    copies = range(forest.outputs if forest.value.ndim == 2 else 1)
    alone = [_alone(forest) for _ in copies]
    parts = [_written(one, place) for place, one in enumerate(alone)]
    joined: dict[str, Any] = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    splits, leaves = len(parts[0]["nodes_featureids"]), len(parts[0]["leaf_weights"])
    for place in copies:
        _move(joined, place, splits, leaves)
    arrays = ("nodes_splits", "nodes_modes", "leaf_weights", "membership_values")
    told = {name: value if name in arrays else value.tolist() for name, value in joined.items()}
    if not len(told["membership_values"]):
        del told["membership_values"]
    if not forest.missing_left.any():       # then the runtime does not ask at each split
        del told["nodes_missing_value_tracks_true"]
    return to("TreeEnsemble", x, **told, n_targets=forest.outputs, aggregate_function=SUM, post_transform=0)


def _alone(forest: Forest) -> dict[str, Array]:
    """Splits and roots where a tree that is only a leaf has a split, too, whose both sides are that leaf."""
    m, bare = len(forest.feature), forest.roots < 0
    more = int(bare.sum())
    roots = forest.roots.copy()
    roots[bare] = np.arange(m, m + more)
    leaf = forest.roots[bare]

    def longer(array: Array, by: Array | int) -> Array:
        return np.concatenate([array, np.broadcast_to(np.asarray(by, array.dtype), more)])

    return {"feature": longer(forest.feature, 0), "threshold": longer(forest.threshold, 0), "roots": roots,
            "left": longer(forest.left, leaf), "right": longer(forest.right, leaf),
            "missing_left": longer(forest.missing_left, 0), "member": longer(forest.member, -1),
            "value": forest.value, "target": forest.target, "set_of": forest.set_of, "category": forest.category,
            "mode": np.array([BELOW if forest.strict else AT_MOST], np.uint8)}


def _written(arrays: dict[str, Array], output: int) -> dict[str, Array]:
    mode = np.where(arrays["member"] >= 0, np.uint8(MEMBER), arrays["mode"])
    threshold, value = arrays["threshold"].copy(), arrays["value"]
    empty = (arrays["member"] >= 0) & ~np.isin(arrays["member"], arrays["set_of"])
    mode[empty], threshold[empty] = BELOW, -np.inf                  # nothing is below that
    leaf, side = arrays["left"] < 0, arrays["right"] < 0
    dense = value.ndim == 2
    return {
        "nodes_featureids": arrays["feature"], "nodes_splits": threshold, "nodes_modes": mode,
        "nodes_truenodeids": np.where(leaf, ~arrays["left"], arrays["left"]), "nodes_trueleafs": leaf.astype(np.int64),
        "nodes_falsenodeids": np.where(side, ~arrays["right"], arrays["right"]),
        "nodes_falseleafs": side.astype(np.int64),
        "nodes_missing_value_tracks_true": arrays["missing_left"].astype(np.int64),
        "membership_values": _sets(arrays), "tree_roots": arrays["roots"],
        "leaf_targetids": np.full(len(value), output) if dense else arrays["target"],
        "leaf_weights": np.ascontiguousarray(value[:, output]) if dense else value}


def _sets(arrays: dict[str, Array]) -> Array:
    """The categories of each split by category, in their order, each followed by NaN."""
    ends = np.searchsorted(arrays["set_of"], arrays["member"], side="right")
    starts = np.searchsorted(arrays["set_of"], arrays["member"], side="left")
    dtype = arrays["threshold"].dtype
    parts = [np.append(arrays["category"][start:end].astype(dtype), dtype.type(np.nan))
             for start, end in zip(starts, ends, strict=True) if end > start]
    return np.concatenate(parts) if parts else np.zeros(0, dtype)


def _move(joined: dict[str, Array], place: int, splits: int, leaves: int) -> None:
    """The places in copy number ``place`` of the trees, past the copies before it."""
    part = slice(place * splits, (place + 1) * splits)
    for side in ("true", "false"):
        is_leaf = joined[f"nodes_{side}leafs"][part] == 1
        joined[f"nodes_{side}nodeids"][part] += np.where(is_leaf, place * leaves, place * splits).astype(np.int32)
    trees = len(joined["tree_roots"]) * splits // len(joined["nodes_featureids"])
    joined["tree_roots"][place * trees:(place + 1) * trees] += place * splits
