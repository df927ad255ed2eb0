"""PyTorch's layers in a row (`torch.nn.Sequential`), read without PyTorch, as they answer once they are learned.

A batch norm becomes a part of the layer before it. What has code of its own, hooks or a layer that is not known is
refused: only what a layer of PyTorch itself says can be read off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np

from shall.core.errors import InputError
from shall.graph import nets
from shall.graph.kinds import Array
from shall.graph.node import Settings

CLASSES: Final = ("torch.Module",)
NOTHING: Final = ("Identity", "Dropout", "Dropout1d", "Dropout2d", "AlphaDropout")      # once they are learned
Shape = tuple[int, ...]


def layers(fitted: Any, shape: Sequence[int]) -> tuple[tuple[Settings, ...], Shape, str]:
    """The layers, the shape of a row that they take, and their type. InputError."""
    modules = [*_modules(fitted, "")]
    if not fitted.state_dict():
        raise InputError(f"{_name(fitted)} has no weights: say what it does by the functions of shall.graph")
    found: list[Settings] = []
    row: Shape = tuple(shape)
    for place, module in modules:
        if _name(module) == "Unflatten" and not found:
            row = _unflattened(place, module)
        else:
            found += _layer(place, module)
    dtypes = {str(one.dtype).removeprefix("torch.") for one in fitted.state_dict().values() if one.is_floating_point()}
    if not dtypes <= {"float32"} and not dtypes <= {"float64"}:
        raise InputError(f"{_name(fitted)} has weights of {', '.join(sorted(dtypes))}; a graph takes float32 or "
                         "float64: net.float()")
    return tuple(_folded(found)), row, dtypes.pop() if dtypes else "float32"


def asked(fitted: Any, shape: Sequence[int] | None) -> Callable[..., Array]:
    """What PyTorch itself says of rows float64[n, p]."""
    weight = next(iter(fitted.parameters()))

    def call(rows: Array) -> Array:
        given = weight.detach().new_tensor(rows).reshape(len(rows), *(shape or rows.shape[1:]))
        return np.asarray(fitted(given).detach().cpu().numpy(), dtype=np.float64).reshape(len(rows), -1)

    return call


def _modules(module: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Every layer with its place, in their order."""
    name = _name(module)
    if not type(module).__module__.startswith("torch.nn.modules."):
        raise _refused(place, module, "it has code of its own")
    if any(getattr(module, hooks, None) for hooks in ("_forward_hooks", "_forward_pre_hooks")):
        raise _refused(place, module, "it has hooks, which are code")
    if name == "Sequential":
        for part, one in module.named_children():
            yield from _modules(one, f"{place}.{part}".strip("."))
    else:
        if module.training and ("Dropout" in name or name.startswith("BatchNorm")):
            raise _refused(place, module, "it is still learning: call net.eval() first")
        yield place, module


def _layer(place: str, module: Any) -> list[Settings]:
    name = _name(module)
    if name in NOTHING:
        return []
    if name not in READ:
        raise _refused(place, module, f"known are Sequential, {', '.join((*READ, *NOTHING))}")
    return [READ[name](place, module)]


def _dense(place: str, module: Any) -> Settings:
    return nets.dense(_array(module.weight).T, _array(module.bias))


def _conv(place: str, module: Any) -> Settings:
    if isinstance(module.padding, str) or module.padding_mode != "zeros":
        raise _refused(place, module, f"its padding is {module.padding!r} of {module.padding_mode}; give numbers")
    return nets.conv2d(_array(module.weight), _array(module.bias), stride=module.stride, padding=module.padding,
                       dilation=module.dilation, groups=module.groups)


def _batch_norm(place: str, module: Any) -> Settings:
    if module.running_mean is None:
        raise _refused(place, module, "it keeps no mean, so that a row depends on the others")
    mean, spread = _wide(module.running_mean), np.sqrt(_wide(module.running_var) + module.eps)
    scale = (1.0 if module.weight is None else _wide(module.weight)) / spread
    return nets.scaled(scale, (0.0 if module.bias is None else _wide(module.bias)) - mean * scale)


def _layer_norm(place: str, module: Any) -> Settings:
    if len(module.normalized_shape) != 1:
        raise _refused(place, module, "it takes more than columns")
    wide = module.normalized_shape[0]
    scale = np.ones(wide) if module.weight is None else _array(module.weight)
    shift = np.zeros(wide) if module.bias is None else _array(module.bias)
    return nets.layer_norm(scale, shift, module.eps)


def _max_pool(place: str, module: Any) -> Settings:
    if module.ceil_mode or module.return_indices or module.dilation not in (1, (1, 1)):
        raise _refused(place, module, "it has ceil_mode, return_indices or a dilation")
    return nets.max_pool(module.kernel_size, stride=module.stride, padding=module.padding)


def _average_pool(place: str, module: Any) -> Settings:
    if module.ceil_mode or module.divisor_override:
        raise _refused(place, module, "it has ceil_mode or divisor_override")
    return nets.average_pool(module.kernel_size, stride=module.stride, padding=module.padding,
                             padded=module.count_include_pad)


def _global_pool(place: str, module: Any) -> Settings:
    if module.output_size not in (1, (1, 1)):
        raise _refused(place, module, "it gives more than one number a channel")
    return nets.global_pool()


def _softmax(place: str, module: Any) -> Settings:
    if module.dim not in (1, -1):
        raise _refused(place, module, f"it is over the dimension {module.dim}, and not over the columns (1)")
    return nets.shares()


def _flatten(place: str, module: Any) -> Settings:
    if (module.start_dim, module.end_dim) != (1, -1):
        raise _refused(place, module, "it leaves something unflattened")
    return nets.flatten()


READ: Final[dict[str, Callable[[str, Any], Settings]]] = {
    "Linear": _dense, "Conv2d": _conv, "BatchNorm1d": _batch_norm, "BatchNorm2d": _batch_norm,
    "LayerNorm": _layer_norm, "MaxPool2d": _max_pool, "AvgPool2d": _average_pool, "AdaptiveAvgPool2d": _global_pool,
    "Softmax": _softmax, "Flatten": _flatten,
    "ReLU": lambda place, module: nets.relu(), "Tanh": lambda place, module: nets.hyperbolic(),
    "Sigmoid": lambda place, module: nets.logistic(), "ELU": lambda place, module: nets.elu(module.alpha),
    "LeakyReLU": lambda place, module: nets.leaky_relu(module.negative_slope),
    "GELU": lambda place, module: nets.gelu(module.approximate == "tanh")}


def _folded(found: Sequence[Settings]) -> Iterator[Settings]:
    """A scale behind dense layers or convolutions as a part of them, taken in double."""
    before: Settings | None = None
    for layer in found:
        if layer["layer"] == "scale" and before is not None and before["layer"] in ("dense", "conv2d"):
            before = _with(before, layer["scale"], layer["shift"])
            continue
        if before is not None:
            yield before
        before = layer
    if before is not None:
        yield before


def _with(layer: Settings, scale: Array, shift: Array) -> Settings:
    wide = scale.reshape(-1, 1, 1, 1) if layer["layer"] == "conv2d" else scale
    return {**layer, "weight": layer["weight"].astype(np.float64) * wide,
            "bias": layer["bias"].astype(np.float64) * scale + shift}


def _unflattened(place: str, module: Any) -> Shape:
    if module.dim != 1:
        raise _refused(place, module, "it unflattens something else than the columns")
    return tuple(int(size) for size in module.unflattened_size)


def _array(parameter: Any) -> Any:
    return None if parameter is None else np.array(parameter.detach().cpu().numpy())


def _wide(parameter: Any) -> Array:
    return np.asarray(_array(parameter), dtype=np.float64)


def _name(module: Any) -> str:
    return type(module).__name__


def _refused(place: str, module: Any, why: str) -> InputError:
    where = f"the layer {place} ({_name(module)})" if place else f"a {_name(module)}"
    return InputError(f"{where} cannot be put into a graph: {why}. Write the net as a torch.nn.Sequential of known "
                      "layers, or its other parts by the functions of shall.graph")
