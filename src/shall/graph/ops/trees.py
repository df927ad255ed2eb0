"""A sum of trees over numbers; its settings are those of a `Forest`, and how numbers are read before.

``missing``: this number is missing, too. ``zero`` bool[p]: columns in which a number within 1e-35 of 0 is missing.
``whole`` bool[p]: columns of categories, which lose what is after their point: the largest whole number that is not
above, or the next one to 0 with ``toward_zero``. A split by category takes whole numbers. ``divisor``: of the sum.
Trees of single precision look at numbers as float32, and add so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shall.graph import forest, forest_layout, forest_onnx
from shall.graph.kinds import Array, Fault, Kind, wanted
from shall.graph.node import Settings

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

ZERO: Final = float(np.float32(1e-35))      # LightGBM's kZeroThreshold


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many numbers as the trees have outputs."""
    wanted(kinds, "number")
    grown = forest.of(settings)
    forest.check(grown, kinds[0].width)
    for name in ("zero", "whole"):
        if name in settings and settings[name].shape != (kinds[0].width,):
            raise Fault(f"{name} is told of {len(settings[name])} columns, and it is given {kinds[0].width}")
    return Kind("number", grown.outputs)


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, outputs]; each tree is added after the one before it."""
    grown = forest.of(settings)
    reached = forest.leaves(grown, read(values[0], settings))
    sums = np.zeros((len(reached), grown.outputs), grown.dtype)
    every = np.arange(len(reached))
    for leaf in reached.T:
        if grown.value.ndim == 2:
            sums += grown.value[leaf]
        else:
            sums[every, grown.target[leaf]] += grown.value[leaf]
    return np.asarray(sums.astype(np.float64) / settings.get("divisor", 1.0))


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """A TreeEnsemble."""
    grown = forest.of(settings)
    laid, sides = forest_layout.laid_out(grown, kinds[0].width)
    if not {"missing", "zero", "whole"} & settings.keys():      # copies of doubles serve other trees, too
        x = emit_read(to, forest_layout.emit_sides(to, inputs[0], sides, np.float64), settings)
    else:
        x = forest_layout.emit_sides(to, emit_read(to, inputs[0], settings), sides, grown.dtype)
    sums = forest_onnx.ensemble(to, x, laid)
    sums = to.cast(sums, np.float64) if grown.precision == "single" else sums
    if np.isfinite(grown.value).all():
        to.certain.add(sums)
    return to("Div", sums, to.constant(float(settings["divisor"]))) if "divisor" in settings else sums


def jumps(settings: Settings, width: int) -> Mapping[int, Sequence[float]]:
    """The thresholds of each column, and the categories that a split names."""
    grown = forest.of(settings)
    found: dict[int, Any] = {}
    for column in np.unique(grown.feature):
        here = grown.feature == column
        sets = grown.member[here]
        named = grown.category[np.isin(grown.set_of, sets[sets >= 0])]
        every = np.concatenate([grown.threshold[here & (grown.member < 0)], named]).astype(np.float64)
        found[int(column)] = np.unique(every).tolist()
    return found


def read(x: Array, settings: Settings) -> Array:
    """The numbers as the trees look at them."""
    with np.errstate(over="ignore", invalid="ignore"):
        x = x.astype(forest.PRECISIONS[settings["precision"]])
        if "missing" in settings:
            x = np.where(x == x.dtype.type(settings["missing"]), x.dtype.type(np.nan), x)
        if "zero" in settings:
            x = np.where(np.abs(x) <= _near(settings["zero"]), np.nan, x)
        if "whole" in settings:
            x = np.where(settings["whole"], np.floor(x), x) if not settings.get("toward_zero") else \
                np.where(x > _from(settings["whole"]), np.floor(np.abs(x)), x)
    return x


def emit_read(to: Emitter, x: str, settings: Settings) -> str:
    """The same in ONNX."""
    dtype = forest.PRECISIONS[settings["precision"]]
    x = to.cast(x, dtype) if settings["precision"] == "single" else x
    if "missing" in settings:
        x = to("Where", to("Equal", x, to.constant(settings["missing"], dtype)), to.constant(np.nan, dtype), x)
    if "zero" in settings:
        near = to("LessOrEqual", to("Abs", x), to.constant(_near(settings["zero"]).astype(dtype)))
        x = to("Where", near, to.constant(np.nan, dtype), x)
    if "whole" in settings and settings.get("toward_zero"):
        above = to("Greater", x, to.constant(_from(settings["whole"]).astype(dtype)))
        x = to("Where", above, to("Floor", to("Abs", x)), x)
    elif "whole" in settings:
        x = to("Where", to.constant(settings["whole"]), to("Floor", x), x)
    return x


def _near(zero: Array) -> Array:
    return np.where(zero, ZERO, -1.0)


def _from(whole: Array) -> Array:
    return np.where(whole, -1.0, np.inf)
