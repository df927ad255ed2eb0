"""Nets in whole numbers: int8 weights with a scale for each output, uint8 between layers, in steps set on rows.

Weights have 7 bits, so that no processor's pairwise sums overflow, and steps between layers are powers of 2, so that
every product but the last is exact: the runtime and numpy say the same to the last bit. Steps found while predicting
(dynamic quantisation) are slower and less exact, and are not here.

Reference: Jacob et al. (2018), "Quantization and training of neural networks for efficient integer-arithmetic-only
inference"; Wu et al. (2020), "Integer quantization for deep learning inference: principles and empirical evaluation".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from shall.graph.kinds import Array
from shall.graph.node import Graph, Settings
from shall.graph.ops import _layers
from shall.methods.compress._parts import Candidate, Rows, places, replaced

NEEDS: Final = ()
WEIGHT: Final = 63                          # the largest weight
TOP: Final = 255                            # the largest activation
MOST: Final = 2048                          # rows that steps are set on


def candidates(graph: Graph, rows: Rows, seed: int = 0) -> Iterator[Candidate]:
    """All nets in whole numbers but for their last layers, then with them."""
    for said, last in (("int8 nets but for their last layers", False), ("int8 nets", True)):
        found = quantised(graph, rows, last, seed)
        if found is not None:
            yield Candidate(said, found)


def quantised(graph: Graph, rows: Rows, last: bool = True, seed: int = 0) -> Graph | None:
    """The graph with its nets in whole numbers; None where there is nothing to do. ``last``: their last layers, too."""
    chosen = np.random.default_rng(seed).permutation(len(rows))[:MOST]
    found = graph
    for place in places(graph, "net"):
        settings = graph.nodes[place].settings
        given, = rows.take(np.sort(chosen)).values(graph, graph.nodes[place].inputs)
        given = given[np.isfinite(given).all(axis=1)]
        touched = any(_layers.quantised(one) for one in settings["layers"])
        if settings["dtype"] == "float32" and len(given) and not touched:
            layers = _quantised(settings, given, last)
            if any(_layers.quantised(one) for one in layers):
                found = replaced(found, place, {**settings, "layers": layers})
    return None if found is graph else found


def _quantised(settings: Settings, given: Array, last: bool) -> tuple[Settings, ...]:
    values, rounding = given.astype(np.float32).reshape(len(given), *settings["shape"]), None
    weighed = [place for place, layer in enumerate(settings["layers"]) if layer["layer"] in _layers.WEIGHED]
    made: list[Settings] = []
    for place, layer in enumerate(settings["layers"]):
        fits = place in weighed and not _layers.quantised(layer)
        made.append(_whole(layer, values, rounding) if fits and (last or place != weighed[-1]) else layer)
        values = _layers.run(layer, values)
        if _leaves(settings["layers"], made, place):
            rounding = _step(values)
            made.append({"layer": "rounded", "step": rounding[0], "zero": rounding[1]})
        elif layer["layer"] not in ("max_pool", "flatten"):
            rounding = None
    return tuple(made)


def _leaves(layers: Sequence[Settings], made: Sequence[Settings], place: int) -> bool:
    """Whether what leaves a quantised layer is rounded here: behind its rectifier, or at once; the net's last numbers
    only where it ends with an image, whose sums no runtime gives whole."""
    more = [one["layer"] for one in layers[place + 1:]]
    behind = made[-1]["layer"] == "relu" and len(made) > 1 and _layers.quantised(made[-2])
    at_once = _layers.quantised(made[-1]) and more[:1] != ["relu"]
    own = made[-2 if behind else -1]["layer"]
    return (behind or at_once) and (own == "conv2d" or bool({*more} & {*_layers.WEIGHED}))


def _whole(layer: Settings, values: Array, rounding: tuple[float, int] | None) -> Settings:
    """A dense layer or a convolution in whole numbers, for the values that enter it."""
    weight = layer["weight"]
    axes = (0,) if layer["layer"] == "dense" else (1, 2, 3)
    scale = np.abs(weight).max(axis=axes).astype(np.float32) / np.float32(WEIGHT)
    scale[scale == 0] = 1.0
    wide = scale if layer["layer"] == "dense" else scale.reshape(-1, 1, 1, 1)
    step, zero = rounding or _step(values)
    bias = np.clip(np.rint(layer["bias"].astype(np.float64) / (scale.astype(np.float64) * step)), -2**30, 2**30)
    return {**layer, "weight": np.rint(weight / wide).astype(np.int8), "scale": scale, "bias": bias.astype(np.int32),
            "step": step, "zero": zero}


def _step(values: Array) -> tuple[float, int]:
    """The power of 2 and the zero with which values lose least: the mean of squares."""
    some = values.reshape(-1)[:2**20].astype(np.float64)
    low, high = min(float(some.min()), 0.0), max(float(some.max()), 0.0)
    if low == high:
        return 1.0, 0
    middle = int(np.ceil(np.log2((high - low) / TOP)))
    _, step, zero = min(_lost(some, 2.0 ** power, low) for power in range(middle - 3, middle + 1))
    return step, zero


def _lost(values: Array, step: float, low: float) -> tuple[float, float, int]:
    zero = int(min(np.rint(-low / step), TOP))
    whole = np.clip(np.rint(values / step) + zero, 0, TOP)
    return float(((whole - zero) * step - values).__pow__(2).mean()), step, zero

