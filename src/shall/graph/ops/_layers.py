"""Layers of a feed-forward net as plain data: the shape that each gives, and what it means in numpy.

A layer is a mapping with its ``layer`` name; arrays are of the net's type, or int8 where a layer is quantised.
Sums are taken in double and rounded once, so that a row means the same among any others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from shall.graph.kinds import Array, Fault
from shall.graph.node import Settings

Shape = tuple[int, ...]                     # of one row: (columns,) or (channels, height, width)
WEIGHED: Final = ("dense", "conv2d")
PLAIN: Final = ("relu", "leaky_relu", "elu", "gelu", "tanh", "sigmoid")
TOP: Final = 255                            # activations are uint8
MAPS: Final = 2**24                         # numbers of one block of windows
WIDEST: Final = 2**24                       # numbers that a layer makes of a row


def shape_after(layer: Settings, shape: Shape) -> Shape:
    """The shape of a row after a layer. Fault where the layer does not fit."""
    name = layer.get("layer")
    if name not in SHAPES:
        raise Fault(f"there is no layer {name!r}", f"layers are {', '.join(SHAPES)}")
    _check(layer)
    found = SHAPES[name](layer, shape)
    if not all(size > 0 for size in found):
        raise Fault(f"its layer {name} leaves nothing of a row of shape {shape}")
    if math.prod(found) > WIDEST:
        raise Fault(f"its layer {name} makes {math.prod(found):,} numbers of a row, more than {WIDEST:,}")
    return found


def _check(layer: Settings) -> None:
    """Fault where a setting is none that a layer may have."""
    for setting, count, least in (("kernel", 2, 1), ("stride", 2, 1), ("dilation", 2, 1), ("padding", 4, 0)):
        sizes = layer.get(setting, (least,) * count)
        if len(sizes) != count or not all(isinstance(size, int) and least <= size <= WIDEST for size in sizes):
            raise Fault(f"its layer {layer['layer']} has the {setting} {sizes}", f"{count} numbers from {least} on")
    if "step" in layer and not (math.frexp(layer["step"])[0] == 0.5 and 2.0**-120 < layer["step"] < 2.0**120
                                and layer["zero"] in range(TOP + 1)):
        raise Fault(f"its layer {layer['layer']} rounds in steps of {layer['step']} from {layer['zero']} on",
                    f"a step is a power of 2, and its zero in 0…{TOP}")
    if quantised(layer) and (layer["weight"].dtype, layer["bias"].dtype) != (np.int8, np.int32):
        raise Fault(f"its layer {layer['layer']} has whole weights of {layer['weight'].dtype}",
                    "int8, and int32 constants")


def of_layers(layers: Sequence[Settings], shape: Shape) -> Shape:
    """The shape of a row after several layers."""
    for layer in layers:
        shape = shape_after(layer, shape)
    return shape


def run(layer: Settings, values: Array) -> Array:
    """[n, *shape] after a layer."""
    with np.errstate(all="ignore"):
        return np.asarray(RUNS[layer["layer"]](layer, values), dtype=values.dtype)


def quantised(layer: Settings) -> bool:
    """Whether a layer has int8 weights."""
    return "weight" in layer and layer["weight"].dtype.kind == "i"


def dull(layers: Sequence[Settings]) -> bool:
    """Whether a missing number gets lost inside: in whole numbers."""
    return any(quantised(one) or one["layer"] == "rounded" or dull(one.get("layers", ())) for one in layers)


def _dense_shape(layer: Settings, shape: Shape) -> Shape:
    weight = layer["weight"]
    if len(shape) != 1 or weight.ndim != 2 or len(weight) != shape[0]:
        raise Fault(f"its layer dense has weights for {len(weight)} columns, and gets a row of shape {shape}",
                    "an image becomes columns by a layer flatten")
    return _weighed(layer, weight.shape[1])


def _conv_shape(layer: Settings, shape: Shape) -> Shape:
    weight = layer["weight"]
    if len(shape) != 3 or weight.ndim != 4 or weight.shape[1] * layer["groups"] != shape[0]:
        raise Fault(f"its layer conv2d has weights for {weight.shape[1] * layer['groups']} channels, and gets a row of "
                    f"shape {shape}", "give the shape of an image: (channels, height, width)")
    if layer["groups"] < 1 or len(weight) % layer["groups"]:
        raise Fault(f"its layer conv2d has {len(weight)} channels in {layer['groups']} groups")
    spread = [(size - 1) * layer["dilation"][axis] + 1 for axis, size in enumerate(weight.shape[2:])]
    return _weighed(layer, len(weight), *_windows(layer, shape, spread))


def _weighed(layer: Settings, wide: int, *rest: int) -> Shape:
    names = ("bias", "scale") if quantised(layer) else ("bias",)
    if any(layer[name].shape != (wide,) for name in names):
        raise Fault(f"its layer {layer['layer']} has {wide} columns, and a bias or scale of another length")
    return (wide, *rest)


def _pool_shape(layer: Settings, shape: Shape) -> Shape:
    if len(shape) != 3:
        raise Fault(f"its layer {layer['layer']} takes images, and gets a row of shape {shape}")
    return (shape[0], *_windows(layer, shape, layer["kernel"]))


def _windows(layer: Settings, shape: Shape, kernel: Sequence[int]) -> Shape:
    top, left, bottom, right = layer["padding"]
    high, wide = shape[1] + top + bottom, shape[2] + left + right
    return (high - kernel[0]) // layer["stride"][0] + 1, (wide - kernel[1]) // layer["stride"][1] + 1


def _by_channel(layer: Settings, shape: Shape) -> Shape:
    if layer["scale"].shape != shape[:1] or layer["shift"].shape != shape[:1]:
        raise Fault(f"its layer {layer['layer']} is for {len(layer['scale'])} columns, and gets a row of shape {shape}")
    return shape


def _flat(layer: Settings, shape: Shape) -> Shape:
    if len(shape) != 1:
        raise Fault(f"its layer {layer['layer']} takes columns, and gets a row of shape {shape}")
    return _by_channel(layer, shape) if "scale" in layer else shape


def _residual_shape(layer: Settings, shape: Shape) -> Shape:
    if of_layers(layer["layers"], shape) != shape:
        raise Fault(f"its layer residual does not end in the shape {shape} that it starts with")
    return shape


def _global_shape(layer: Settings, shape: Shape) -> Shape:
    if len(shape) != 3:
        raise Fault(f"its layer global_pool takes images, and gets a row of shape {shape}")
    return (shape[0], 1, 1)


SHAPES: Final[dict[str, Callable[[Settings, Shape], Shape]]] = {
    "dense": _dense_shape, "conv2d": _conv_shape, **{name: lambda layer, shape: shape for name in PLAIN},
    "softmax": _flat, "layer_norm": _flat, "scale": _by_channel, "max_pool": _pool_shape, "average_pool": _pool_shape,
    "global_pool": _global_shape, "flatten": lambda layer, shape: (int(np.prod(shape)),), "residual": _residual_shape,
    "rounded": lambda layer, shape: shape}


def entering(layer: Settings, values: Array) -> Array:
    """What enters a quantised layer, or leaves one: whole numbers 0…255 less the one that stands for 0."""
    whole = np.clip(np.rint(values / values.dtype.type(layer["step"])) + layer["zero"], 0, TOP)
    return np.asarray(np.nan_to_num(whole, nan=0.0) - layer["zero"], dtype=np.float64)


def _dense(layer: Settings, values: Array) -> Array:
    weight = layer["weight"].astype(np.float64)
    if quantised(layer):
        return _said(layer, entering(layer, values) @ weight + layer["bias"], values.dtype)
    return np.asarray(values.astype(np.float64) @ weight + layer["bias"])


def _said(layer: Settings, sums: Array, dtype: Any) -> Array:
    """Whole sums [n, channels, …] as numbers: exact until the one rounding of the last product."""
    scale = (layer["scale"] * np.float32(layer["step"])).astype(np.float32)
    return np.asarray(sums.astype(dtype) * scale.reshape(-1, *[1] * (sums.ndim - 2)))


def _conv(layer: Settings, values: Array) -> Array:
    given = entering(layer, values) if quantised(layer) else values.astype(np.float64)
    rows = max(1, MAPS // max(1, given[:1].size * layer["weight"][0, 0].size))
    blocks = [given[place:place + rows] for place in range(0, max(len(given), 1), rows)]
    sums = np.concatenate([_grouped(layer, block) for block in blocks])
    sums = sums + layer["bias"].astype(np.float64)[:, None, None]
    return _said(layer, sums, values.dtype) if quantised(layer) else sums


def _grouped(layer: Settings, values: Array) -> Array:
    weights = np.split(layer["weight"].astype(np.float64), layer["groups"])
    parts = np.split(values, layer["groups"], axis=1)
    return np.concatenate([_sums(layer, part, weight) for part, weight in zip(parts, weights, strict=True)], axis=1)


def _sums(layer: Settings, values: Array, weight: Array) -> Array:
    windows = _seen(layer, values, weight.shape[2:], 0.0, layer["dilation"])
    return np.moveaxis(np.tensordot(windows, weight, axes=((1, 4, 5), (1, 2, 3))), 3, 1)


def _seen(layer: Settings, values: Array, kernel: Sequence[int], beyond: float,
          dilation: Sequence[int] = (1, 1)) -> Array:
    """[n, channels, rows, columns, *kernel]: the windows of images."""
    top, left, bottom, right = layer["padding"]
    padded = np.pad(values, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=beyond)
    spread = [(size - 1) * step + 1 for size, step in zip(kernel, dilation, strict=True)]
    windows = np.lib.stride_tricks.sliding_window_view(padded, spread, axis=(2, 3))
    high, wide = layer["stride"]
    return windows[:, :, ::high, ::wide, ::dilation[0], ::dilation[1]]


def _average(layer: Settings, values: Array) -> Array:
    sums = _seen(layer, values.astype(np.float64), layer["kernel"], 0.0).sum(axis=(4, 5))
    if layer["padded"]:
        return np.asarray(sums / np.prod(layer["kernel"]))
    return np.asarray(sums / _seen(layer, np.ones((1, 1, *values.shape[2:])), layer["kernel"], 0.0).sum(axis=(4, 5)))


def _scaled(layer: Settings, values: Array) -> Array:
    wide = (-1, *[1] * (values.ndim - 2))
    return np.asarray(values * layer["scale"].reshape(wide) + layer["shift"].reshape(wide))


def _normed(layer: Settings, values: Array) -> Array:
    wide = values.astype(np.float64)
    away = wide - wide.mean(axis=1, keepdims=True)
    spread = np.sqrt((away ** 2).mean(axis=1, keepdims=True) + layer["epsilon"])
    return np.asarray(away / spread * layer["scale"] + layer["shift"])


def _softmax(layer: Settings, values: Array) -> Array:
    wide = values.astype(np.float64)
    powers = np.exp(wide - wide.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _gelu(layer: Settings, values: Array) -> Array:
    wide = values.astype(np.float64)
    if layer["tanh"]:
        return np.asarray(0.5 * wide * (1 + np.tanh(np.sqrt(2 / np.pi) * (wide + 0.044715 * wide ** 3))))
    return np.asarray(0.5 * wide * (1 + _erf(wide / np.sqrt(2))))


def _erf(values: Array) -> Array:
    return np.asarray(np.frompyfunc(math.erf, 1, 1)(values), dtype=np.float64)


def _residual(layer: Settings, values: Array) -> Array:
    found = values
    for one in layer["layers"]:
        found = run(one, found)
    return values + found


RUNS: Final[Mapping[str, Callable[[Settings, Array], Array]]] = {
    "dense": _dense, "conv2d": _conv, "scale": _scaled, "layer_norm": _normed, "softmax": _softmax, "gelu": _gelu,
    "residual": _residual, "average_pool": _average,
    "rounded": lambda layer, values: entering(layer, values) * layer["step"],
    "relu": lambda layer, values: np.maximum(values, 0),
    "leaky_relu": lambda layer, values: np.where(values < 0, values * values.dtype.type(layer["slope"]), values),
    "elu": lambda layer, values: np.where(values < 0, layer["alpha"] * np.expm1(values.astype(np.float64)), values),
    "tanh": lambda layer, values: np.tanh(values.astype(np.float64)),
    "sigmoid": lambda layer, values: 1 / (1 + np.exp(-values.astype(np.float64))),
    "max_pool": lambda layer, values: _seen(layer, values, layer["kernel"], -np.inf).max(axis=(4, 5)),
    "global_pool": lambda layer, values: values.astype(np.float64).mean(axis=(2, 3), keepdims=True),
    "flatten": lambda layer, values: values.reshape(len(values), int(np.prod(values.shape[1:])))}
