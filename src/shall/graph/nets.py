"""Feed-forward nets in a graph: layers by hand, or a net of PyTorch.

``net([dense(W, b), relu(), dense(V, c)], x)`` is relu(x @ W + b) @ V + c. Weights of a dense layer are [in, out].
A net runs in float32, as PyTorch does; in double where its learner answers in double (``dtype="float64"``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from shall import registry
from shall.graph.columns import Columns
from shall.graph.converting import Given
from shall.graph.kinds import Array
from shall.graph.node import Settings
from shall.graph.value import Value


def net(layers: Sequence[Settings], x: Given, *, shape: Sequence[int] | None = None, dtype: str = "float32") -> Value:
    """What the layers give for each row; ``shape`` of a row, where it is an image: (channels, height, width)."""
    value = x.numeric if isinstance(x, Columns) else x
    wide = tuple(int(size) for size in shape) if shape is not None else (value.kind.width,)
    made = tuple(_typed(layer, np.dtype(dtype)) for layer in layers)
    return Value("net", (value,), {"layers": made, "shape": wide, "dtype": dtype})


def module(fitted: Any, x: Given, *, shape: Sequence[int] | None = None) -> Value:
    """What a net of PyTorch gives for each row: a `Sequential` of layers that shall knows. InputError names the others.

    ``shape`` of a row, where the net takes images: (channels, height, width).
    """
    value = x.numeric if isinstance(x, Columns) else x
    file = registry.find("graph", "torch_modules")
    layers, wide, dtype = file.layers(fitted, tuple(shape) if shape is not None else (value.kind.width,))
    asked: Callable[..., Array] = file.asked(fitted, shape)
    return net(layers, value, shape=wide, dtype=dtype).against(f"{type(fitted).__name__}.forward", (value,), asked)


def dense(weight: Any, bias: Any = None) -> Settings:
    """x @ weight + bias; weight [in, out], bias [out]."""
    weight = np.asarray(weight)
    return {"layer": "dense", "weight": weight, "bias": _or_zeros(bias, weight.shape[-1])}


def conv2d(weight: Any, bias: Any = None, *, stride: int | Sequence[int] = 1, padding: int | Sequence[int] = 0,
           dilation: int | Sequence[int] = 1, groups: int = 1) -> Settings:
    """A convolution of images; weight [out, in / groups, height, width]. Padding: one, (rows, columns), or the four of
    top, left, bottom, right."""
    weight = np.asarray(weight)
    return {"layer": "conv2d", "weight": weight, "bias": _or_zeros(bias, len(weight)), "stride": _two(stride),
            "padding": _four(padding), "dilation": _two(dilation), "groups": int(groups)}


def relu() -> Settings:
    """max(x, 0)."""
    return {"layer": "relu"}


def leaky_relu(slope: float = 0.01) -> Settings:
    """x, times ``slope`` below 0."""
    return {"layer": "leaky_relu", "slope": float(slope)}


def elu(alpha: float = 1.0) -> Settings:
    """x, and alpha (exp(x) - 1) below 0."""
    return {"layer": "elu", "alpha": float(alpha)}


def gelu(tanh: bool = False) -> Settings:
    """x times the normal distribution's share below x; ``tanh``: its approximation."""
    return {"layer": "gelu", "tanh": bool(tanh)}


def hyperbolic() -> Settings:
    """tanh(x)."""
    return {"layer": "tanh"}


def logistic() -> Settings:
    """1 / (1 + exp(-x))."""
    return {"layer": "sigmoid"}


def shares() -> Settings:
    """The softmax of the columns."""
    return {"layer": "softmax"}


def scaled(scale: Any, shift: Any) -> Settings:
    """x times scale plus shift, column by column or channel by channel: what a batch norm is once learned."""
    return {"layer": "scale", "scale": np.asarray(scale), "shift": np.asarray(shift)}


def layer_norm(scale: Any, shift: Any, epsilon: float = 1e-5) -> Settings:
    """A row less its mean, over its standard deviation, times scale plus shift."""
    return {"layer": "layer_norm", "scale": np.asarray(scale), "shift": np.asarray(shift), "epsilon": float(epsilon)}


def max_pool(kernel: int | Sequence[int], *, stride: int | Sequence[int] | None = None,
             padding: int | Sequence[int] = 0) -> Settings:
    """The largest number of each window."""
    return {"layer": "max_pool", "kernel": _two(kernel), "stride": _two(kernel if stride is None else stride),
            "padding": _four(padding)}


def average_pool(kernel: int | Sequence[int], *, stride: int | Sequence[int] | None = None,
                 padding: int | Sequence[int] = 0, padded: bool = True) -> Settings:
    """The mean of each window; ``padded``: what is beyond the image counts as 0."""
    return {"layer": "average_pool", "kernel": _two(kernel), "stride": _two(kernel if stride is None else stride),
            "padding": _four(padding), "padded": bool(padded)}


def global_pool() -> Settings:
    """The mean of each channel."""
    return {"layer": "global_pool"}


def flatten() -> Settings:
    """An image as columns."""
    return {"layer": "flatten"}


def residual(layers: Sequence[Settings]) -> Settings:
    """x plus what the layers make of x."""
    return {"layer": "residual", "layers": tuple(layers)}


def _typed(layer: Settings, dtype: np.dtype[Any]) -> Settings:
    """Its numbers in the net's type; those of a quantised layer stay."""
    if layer["layer"] == "residual":
        return {**layer, "layers": tuple(_typed(one, dtype) for one in layer["layers"])}
    if "weight" in layer and layer["weight"].dtype.kind == "i":
        return layer
    return {name: value.astype(dtype) if isinstance(value, np.ndarray) else value for name, value in layer.items()}


def _or_zeros(bias: Any, wide: int) -> Array:
    return np.zeros(wide) if bias is None else np.asarray(bias)


def _two(given: int | Sequence[int]) -> tuple[int, int]:
    both = (given, given) if isinstance(given, int) else tuple(given)
    return int(both[0]), int(both[1])


def _four(given: int | Sequence[int]) -> tuple[int, ...]:
    four = (given,) * 4 if isinstance(given, int) else tuple(given)
    return tuple(int(size) for size in (four if len(four) == 4 else (*four, *four)))
