"""A feed-forward net: ``layers`` one after the other on rows of a ``shape``, in ``dtype`` float32 or float64.

Numbers come in as doubles, and leave as doubles. A row of an image is its numbers in the order channel, row, column.
A net that is quantised says *missing* where one of its numbers is missing or infinite.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shall.graph.kinds import Array, Fault, Kind, wanted
from shall.graph.node import Settings
from shall.graph.ops import _layers
from shall.graph.ops._layers_onnx import Writing

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

DTYPES: Final[dict[str, Any]] = {"float32": np.float32, "float64": np.float64}
DOUBLE: Final = ("dense", "relu", "leaky_relu", "tanh", "sigmoid", "softmax", "scale", "flatten", "residual")


def kind(kinds: tuple[Kind, ...], settings: Settings) -> Kind:
    """As many numbers as the last layer gives."""
    wanted(kinds, "number")
    shape, layers = tuple(settings["shape"]), settings["layers"]
    if settings["dtype"] not in DTYPES:
        raise Fault(f"it is asked to run in {settings['dtype']}", "float32 or float64")
    if not layers:
        raise Fault("it has no layers")
    if len(shape) not in (1, 3) or int(np.prod(shape)) != kinds[0].width:
        raise Fault(f"it takes rows of shape {shape}, and gets {kinds[0].width} numbers",
                    "the shape of a row is (columns,) or (channels, height, width)")
    after = _layers.of_layers(layers, shape)
    if wrong := next(_faults(layers, settings["dtype"]), ""):
        raise Fault(wrong)
    return Kind("number", int(np.prod(after)))


def run(values: tuple[Array, ...], settings: Settings) -> Array:
    """float64[n, width]."""
    with np.errstate(all="ignore"):
        found = values[0].astype(DTYPES[settings["dtype"]])
    given = found
    found = found.reshape(len(found), *settings["shape"])
    for layer in settings["layers"]:
        found = _layers.run(layer, found)
    found = found.reshape(len(found), int(np.prod(found.shape[1:])))
    if _layers.dull(settings["layers"]):
        with np.errstate(all="ignore"):
            found = found + (given * 0).sum(axis=1, keepdims=True)
    return found.astype(np.float64)


def emit(to: Emitter, inputs: tuple[str, ...], settings: Settings, kinds: tuple[Kind, ...]) -> str:
    """Cast, its layers, cast."""
    dtype, shape = DTYPES[settings["dtype"]], tuple(settings["shape"])
    writing = Writing(to, dtype)
    given = inputs[0] if dtype is np.float64 else to.cast(inputs[0], dtype)
    tensor = to("Reshape", given, to.constant([0, *shape], np.int64)) if len(shape) == 3 else given
    tensor = writing.layers(settings["layers"], tensor, shape)
    after = _layers.of_layers(settings["layers"], shape)
    if len(after) == 3:
        tensor = to("Reshape", tensor, to.constant([0, int(np.prod(after))], np.int64))
    if _layers.dull(settings["layers"]):
        lost = to("ReduceSum", to("Mul", given, writing.number(0)), to.constant([1], np.int64), keepdims=1)
        tensor = to("Add", tensor, lost)
    return tensor if dtype is np.float64 else to.cast(tensor, np.float64)


def _faults(layers: Sequence[Settings], dtype: str) -> Any:
    for layer in layers:
        name = layer["layer"]
        if dtype == "float64" and (name not in DOUBLE or _layers.quantised(layer)):
            yield f"its layer {name} runs in float32 only"
        for setting, value in layer.items():
            if isinstance(value, np.ndarray) and value.dtype.kind == "f" and not _fits(value, layer, dtype):
                yield f"the {setting} of its layer {name} is {value.dtype}, or not finite; the net runs in {dtype}"
        yield from _faults(layer.get("layers", ()), dtype)


def _fits(value: Array, layer: Settings, dtype: str) -> bool:
    return value.dtype == np.dtype("float32" if _layers.quantised(layer) else dtype) and bool(np.isfinite(value).all())
