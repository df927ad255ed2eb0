"""A sum of trees whose leaves are straight lines, as LightGBM's `linear_tree`: settings of `trees`, and for each leaf
``constant`` float64[L], ``column`` int32[L, k] (-1: no more) and ``slope`` float64[L, k].

Where a column of its leaf is missing, a row gets the leaf's ``value``. Terms are added one after another, as there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from shall.graph import forest, forest_onnx
from shall.graph.forest import Forest
from shall.graph.kinds import Array, Fault, Kind
from shall.graph.node import Settings
from shall.graph.ops import trees

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many numbers as the trees have outputs, which take turns."""
    told = trees.kind(kinds, settings)
    grown, column = forest.of(settings), settings["column"]
    size = len(grown.value)
    if settings["constant"].shape != (size,) or column.shape != settings["slope"].shape or column.shape[:1] != (size,):
        raise Fault(f"it has {size} leaves, and lines for {len(settings['constant'])}")
    if column.ndim != 2 or not column.shape[1] or column.min() < -1 or column.max() >= kinds[0].width:
        raise Fault(f"its leaves look at column {column.max(initial=-1)}, and it is given {kinds[0].width}")
    if grown.precision != "double" or not len(grown.roots) or len(grown.roots) % grown.outputs:
        raise Fault("its trees are not of double precision, or not as many for each output")
    return told


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, outputs]."""
    grown = forest.of(settings)
    x = np.where(np.abs(values[0]) <= trees.ZERO, 0.0, values[0])
    reached = forest.leaves(grown, trees.read(values[0], settings))
    sums = np.zeros((len(x), grown.outputs))
    for place, leaf in enumerate(reached.T):
        said, missing = settings["constant"][leaf], np.zeros(len(x), np.bool_)
        for column, slope in zip(settings["column"][leaf].T, settings["slope"][leaf].T, strict=True):
            given = x[np.arange(len(x)), np.maximum(column, 0)]
            missing |= (column >= 0) & np.isnan(given)
            with np.errstate(invalid="ignore", over="ignore"):
                said = np.where(column >= 0, said + slope * given, said)
        with np.errstate(invalid="ignore"):
            sums[:, place % grown.outputs] += np.where(missing, grown.value[leaf], said)
    return sums


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """A TreeEnsemble that says the leaf of each tree, and running sums."""
    grown = forest.of(settings)
    count, terms = len(grown.roots), settings["column"].shape[1]
    leaf = to.cast(forest_onnx.ensemble(to, trees.emit_read(to, inputs[0], settings), _places(grown)), np.int64)
    near = to("LessOrEqual", to("Abs", inputs[0]), to.constant(trees.ZERO))
    x = to("Where", near, to.constant(0.0), inputs[0])
    columns = to("Gather", to.constant(np.maximum(settings["column"], 0), np.int64), leaf)
    flat = to("Reshape", columns, to.constant([0, count * terms], np.int64))
    given = to("Reshape", to("GatherElements", x, flat, axis=1), to.constant([0, count, terms], np.int64))
    used = to("Gather", to.constant(settings["column"] >= 0), leaf)
    products = to("Where", used, to("Mul", to("Gather", to.constant(settings["slope"]), leaf), given), to.constant(0.0))
    first = to("Gather", to.constant(settings["constant"].reshape(-1, 1)), leaf)
    line = _last(to, to("Concat", first, products, axis=2), 2, terms)
    missing = to("ReduceMax", to.cast(to("And", used, to("IsNaN", given)), np.float64), to.constant([2], np.int64),
                 keepdims=0)
    said = to("Where", to.cast(missing, np.bool_), to("Gather", to.constant(grown.value), leaf), line)
    rounds = count // grown.outputs
    turns = to("Reshape", said, to.constant([0, rounds, grown.outputs], np.int64))
    return _last(to, turns, 1, rounds - 1)


def jumps(settings: Settings, width: int) -> Mapping[int, Sequence[float]]:
    """Those of its trees."""
    return trees.jumps(settings, width)


def _places(grown: Forest) -> Forest:
    """The same trees, each with an output of its own that is the place of the leaf."""
    trees_of = np.zeros(len(grown.value), np.int32)
    here, tree = grown.roots.astype(np.int64), np.arange(len(grown.roots))
    while len(here):
        trees_of[~here[here < 0]] = tree[here < 0]
        tree, here = tree[here >= 0], here[here >= 0]
        tree, here = np.tile(tree, 2), np.concatenate([grown.left[here], grown.right[here]]).astype(np.int64)
    return replace(grown, value=np.arange(len(grown.value), dtype=np.float64), target=trees_of,
                   outputs=len(grown.roots))


def _last(to: Emitter, tensor: str, axis: int, place: int) -> str:
    """The sum along an axis, from its first to its last place."""
    sums = to("CumSum", tensor, to.constant([axis], np.int64))
    last = to("Gather", sums, to.constant([place], np.int64), axis=axis)
    return to("Squeeze", last, to.constant([axis], np.int64))
