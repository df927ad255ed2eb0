"""Layers of a feed-forward net in ONNX, by hand: what exporters give is larger, and breaks quantisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from shall.graph.node import Settings
from shall.graph.ops._layers import Shape, quantised, shape_after

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter


@dataclass(frozen=True, slots=True)
class Writing:
    """Where layers are written, and the type that they run in."""

    to: Emitter
    dtype: Any
    rounded: dict[str, tuple[float, int]] = field(default_factory=dict)     # tensors that are, by step and zero

    def layers(self, layers: Sequence[Settings], tensor: str, shape: Shape) -> str:
        """The tensor after several layers."""
        for place, layer in enumerate(layers):
            after = layers[place + 1] if place + 1 < len(layers) else {}
            cut = after.get("layer") == "rounded" and after["zero"] == 0        # at 0
            if not (layer["layer"] == "relu" and cut):
                tensor = self._layer(layer, tensor, shape)
            shape = shape_after(layer, shape)
        return tensor

    def number(self, value: float) -> str:
        """A constant of the net's type."""
        return self.to.constant(value, self.dtype)

    def _layer(self, layer: Settings, tensor: str, shape: Shape) -> str:
        made: str = getattr(self, f"_{layer['layer']}")(layer, tensor, shape)
        return made

    def _dense(self, layer: Settings, tensor: str, shape: Shape) -> str:
        return self.to("Gemm", *self._weighed(layer, tensor, 1))

    def _conv2d(self, layer: Settings, tensor: str, shape: Shape) -> str:
        return self.to("Conv", *self._weighed(layer, tensor, 0), strides=list(layer["stride"]),
                       pads=list(layer["padding"]), dilations=list(layer["dilation"]), group=layer["groups"],
                       kernel_shape=list(layer["weight"].shape[2:]))

    def _weighed(self, layer: Settings, tensor: str, axis: int) -> tuple[str, str, str]:
        """Input, weights and constants; quantised ones as the pairs that a runtime makes whole numbers of."""
        to = self.to
        if not quantised(layer):
            return tensor, to.constant(layer["weight"]), to.constant(layer["bias"])
        done = self.rounded.get(tensor) == (layer["step"], layer["zero"])
        entering = tensor if done else self._rounded(layer, tensor)
        none = to.constant(np.zeros(len(layer["scale"]), np.int8))      # the runtime sees whole numbers only with zeros
        weight = to("DequantizeLinear", to.constant(layer["weight"]), to.constant(layer["scale"]), none, axis=axis)
        scale = (layer["scale"] * np.float32(layer["step"])).astype(np.float32)
        return entering, weight, to("DequantizeLinear", to.constant(layer["bias"]), to.constant(scale), axis=0)

    def _rounded(self, layer: Settings, tensor: str, shape: Shape = ()) -> str:
        step, zero = self.to.constant(layer["step"], np.float32), self.to.constant(layer["zero"], np.uint8)
        found = self.to("DequantizeLinear", self.to("QuantizeLinear", tensor, step, zero), step, zero)
        self.rounded[found] = layer["step"], layer["zero"]
        return found

    def _relu(self, layer: Settings, tensor: str, shape: Shape) -> str:
        return self.to("Relu", tensor)

    def _leaky_relu(self, layer: Settings, tensor: str, shape: Shape) -> str:
        below = self.to("Mul", tensor, self.number(layer["slope"]))
        return self.to("Where", self.to("Less", tensor, self.number(0)), below, tensor)

    def _elu(self, layer: Settings, tensor: str, shape: Shape) -> str:
        return self.to("Elu", tensor, alpha=float(layer["alpha"]))

    def _gelu(self, layer: Settings, tensor: str, shape: Shape) -> str:
        return self.to("Gelu", tensor, approximate="tanh" if layer["tanh"] else "none")

    def _tanh(self, layer: Settings, tensor: str, shape: Shape) -> str:
        return self.to("Tanh", tensor)

    def _sigmoid(self, layer: Settings, tensor: str, shape: Shape) -> str:
        below = self.to("Exp", self.to("Neg", tensor))           # the runtime's own Sigmoid is cut at 18
        return self.to("Reciprocal", self.to("Add", below, self.number(1)))

    def _softmax(self, layer: Settings, tensor: str, shape: Shape) -> str:
        return self.to("Softmax", tensor, axis=1)

    def _scale(self, layer: Settings, tensor: str, shape: Shape) -> str:
        wide = (-1, *[1] * (len(shape) - 1))
        scaled = self.to("Mul", tensor, self.to.constant(layer["scale"].reshape(wide)))
        return self.to("Add", scaled, self.to.constant(layer["shift"].reshape(wide)))

    def _layer_norm(self, layer: Settings, tensor: str, shape: Shape) -> str:
        return self.to("LayerNormalization", tensor, self.to.constant(layer["scale"]),
                       self.to.constant(layer["shift"]), axis=1, epsilon=float(layer["epsilon"]))

    def _max_pool(self, layer: Settings, tensor: str, shape: Shape) -> str:
        largest = self.to("MaxPool", tensor, **_windowed(layer))
        if tensor in self.rounded:
            return largest
        if any(layer["padding"]):           # beyond the image is the lowest number, which is above -inf
            lowest = self.to("LessOrEqual", largest, self.number(float(np.finfo(np.float32).min)))
            largest = self.to("Where", lowest, self.number(float("-inf")), largest)
        missing = self.to.cast(self.to("IsNaN", tensor), self.dtype)     # the runtime's maximum forgets some of them
        any_missing = self.to("Greater", self.to("MaxPool", missing, **_windowed(layer)), self.number(0))
        return self.to("Where", any_missing, self.number(float("nan")), largest)

    def _average_pool(self, layer: Settings, tensor: str, shape: Shape) -> str:
        return self.to("AveragePool", tensor, count_include_pad=int(layer["padded"]), **_windowed(layer))

    def _global_pool(self, layer: Settings, tensor: str, shape: Shape) -> str:
        return self.to("GlobalAveragePool", tensor)

    def _flatten(self, layer: Settings, tensor: str, shape: Shape) -> str:
        wide = self.to.constant([0, int(np.prod(shape))], np.int64)     # 0: as many rows as there are
        return tensor if len(shape) == 1 else self.to("Reshape", tensor, wide)

    def _residual(self, layer: Settings, tensor: str, shape: Shape) -> str:
        return self.to("Add", tensor, self.layers(layer["layers"], tensor, shape))


def _windowed(layer: Settings) -> dict[str, Any]:
    return {"kernel_shape": list(layer["kernel"]), "strides": list(layer["stride"]), "pads": list(layer["padding"])}
