"""Nets with fewer units or channels: those that carry least go, and the rest learns to say what all of them said.

What a unit carries: the norm of the weights that enter it times that of those that leave it. Zeros that stay in their
places save a zip file some bytes and a processor nothing, and are not here.

Reference: Li et al. (2017), "Pruning filters for efficient ConvNets"; He et al. (2017), "Channel pruning for
accelerating very deep neural networks".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from shall.graph.kinds import Array
from shall.graph.node import Graph, Settings
from shall.graph.ops import _layers
from shall.methods.compress._parts import Candidate, Rows, places, replaced
from shall.methods.compress._tuning import tuned

NEEDS: Final = ("torch",)
SHARES: Final = (0.25, 0.5, 0.75, 0.875)
MOST: Final = 8_000                         # rows that are learned from
ROUND: Final = 8                            # units are kept in such numbers: a processor takes them at once
THROUGH: Final = (*_layers.PLAIN, "scale", "max_pool", "average_pool", "global_pool", "flatten")


def candidates(graph: Graph, rows: Rows, seed: int = 0) -> Iterator[Candidate]:
    """A quarter, a half, three quarters and seven eighths of the units gone."""
    for share in SHARES:
        found = pruned(graph, rows, share, seed=seed)
        if found is not None:
            yield Candidate(f"nets with {1 - share:.3g} of their units", found)


def pruned(graph: Graph, rows: Rows, share: float, *, steps: int = 1000, seed: int = 0) -> Graph | None:
    """The graph with a share of the units of its nets gone; None where there is nothing to do."""
    chosen = np.sort(np.random.default_rng(seed).permutation(len(rows))[:MOST])
    found = graph
    for place in places(graph, "net"):
        settings = graph.nodes[place].settings
        less = cut(settings["layers"], share)
        given, = rows.take(chosen).values(graph, graph.nodes[place].inputs)
        given = given[np.isfinite(given).all(axis=1)]
        if less is not settings["layers"] and settings["dtype"] == "float32" and len(given):
            shaped = given.astype(np.float32).reshape(len(given), *settings["shape"])
            less = tuned(less, settings["layers"], shaped, steps=steps, seed=seed)
            found = replaced(found, place, {**settings, "layers": less})
    return None if found is graph else found


def cut(layers: Sequence[Settings], share: float) -> Sequence[Settings]:
    """The layers without a share of the units or channels between two weighed ones. What a norm over columns or a
    residual layer stands between stays whole."""
    made = list(layers)
    weighed = [place for place, layer in enumerate(layers) if _prunable(layer)]
    for here, there in pairwise(weighed):
        if all(layer["layer"] in THROUGH for layer in layers[here + 1:there]):
            _cut_between(made, here, there, share)
    return layers if all(new is old for new, old in zip(made, layers, strict=True)) else tuple(made)


def _prunable(layer: Settings) -> bool:
    return layer["layer"] in _layers.WEIGHED and not _layers.quantised(layer) and layer.get("groups", 1) == 1


def _cut_between(made: list[Settings], here: int, there: int, share: float) -> None:
    leaving, entering = _by_unit(made[here]), _entering(made[there], made[here])
    count = len(leaving)
    keep = max(ROUND, round(count * (1 - share) / ROUND) * ROUND) if count > ROUND else count
    if keep >= count:
        return
    norms = np.linalg.norm(leaving, axis=1) * np.linalg.norm(entering, axis=1)
    kept = np.sort(np.argsort(-norms, kind="stable")[:keep])
    made[here] = _with(made[here], kept)
    for place in range(here + 1, there):
        if made[place]["layer"] == "scale":
            made[place] = {**made[place], "scale": made[place]["scale"][kept], "shift": made[place]["shift"][kept]}
    made[there] = {**made[there], "weight": _without(made[there], kept, count)}


def _by_unit(layer: Settings) -> Array:
    """The weights that enter each unit, [units, weights]."""
    weight = layer["weight"].T if layer["layer"] == "dense" else layer["weight"]
    return np.asarray(weight.reshape(len(weight), -1))


def _entering(layer: Settings, before: Settings) -> Array:
    """The weights by which each unit of the layer before leaves, [units, weights]."""
    units = len(before["bias"])
    if layer["layer"] == "conv2d":
        return np.asarray(np.moveaxis(layer["weight"], 1, 0).reshape(units, -1))
    return np.asarray(layer["weight"].reshape(units, -1))


def _with(layer: Settings, kept: Array) -> Settings:
    weight = layer["weight"][:, kept] if layer["layer"] == "dense" else layer["weight"][kept]
    return {**layer, "weight": weight, "bias": layer["bias"][kept]}


def _without(layer: Settings, kept: Array, count: int) -> Any:
    """Its weights for the units that are kept; an image that was flattened has several numbers of each."""
    if layer["layer"] == "conv2d":
        return layer["weight"][:, kept]
    wide = layer["weight"].shape[1]
    return layer["weight"].reshape(count, -1, wide)[kept].reshape(-1, wide)
