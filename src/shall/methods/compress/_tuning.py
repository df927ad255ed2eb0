"""The weights of a net's layers, learned with PyTorch until the net says what another one said of the same rows.

It needs no label: what the whole graph said before is what is to be kept. Pairs of rows are mixed, since the other net
can be asked of any row.

Reference: Hinton et al. (2015), "Distilling the knowledge in a neural network"; Beyer et al. (2022), "Knowledge
distillation: a good teacher is patient and consistent".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from shall.core.errors import MissingExtra
from shall.graph.kinds import Array
from shall.graph.node import Settings

LEARNED: Final = ("weight", "bias", "scale", "shift")
LAST: Final = ("softmax", "sigmoid")        # what is matched is what enters them
BATCH: Final = 128


def tuned(layers: Sequence[Settings], teacher: Sequence[Settings], given: Array, *, steps: int = 1000, seed: int = 0,
          rate: float = 1e-3) -> tuple[Settings, ...]:
    """Layers whose weights were learned so that they say what ``teacher`` says of rows ``given`` float32[n, *shape].
    MissingExtra where PyTorch is not installed."""
    torch = _torch()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return _tuned(torch, (layers, teacher), torch.tensor(given), steps, rate)
    finally:
        torch.set_num_threads(threads)


def _tuned(torch: Any, both: tuple[Sequence[Settings], Sequence[Settings]], given: Any, steps: int,
           rate: float) -> tuple[Settings, ...]:
    own, other = (_tensors(torch, layers) for layers in both)
    learned = [value for layer in own for name, value in layer.items() if name in LEARNED]
    for value in learned:
        value.requires_grad_()
    adam = torch.optim.Adam(learned, rate)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
    with torch.no_grad():
        spread = _forward(torch, other, given[:4 * BATCH]).std().clamp(min=1e-6)
    for _ in range(steps):
        some = _mixed(torch, given[torch.randint(len(given), (BATCH,))])
        with torch.no_grad():
            wanted = _forward(torch, other, some)
        adam.zero_grad()
        (((_forward(torch, own, some) - wanted) / spread) ** 2).mean().backward()
        adam.step()
        cosine.step()
    return tuple({**layer, **{name: np.asarray(value.detach().numpy()) for name, value in made.items()
                              if name in LEARNED}} for layer, made in zip(both[0], own, strict=True))


def _mixed(torch: Any, rows: Any) -> Any:
    """Half of the rows as they are, half of them with another one mixed in."""
    share = torch.rand(len(rows), *[1] * (rows.ndim - 1))
    share[::2] = 1.0
    return share * rows + (1 - share) * rows[torch.randperm(len(rows))]


def _tensors(torch: Any, layers: Sequence[Settings]) -> list[dict[str, Any]]:
    return [{name: torch.tensor(value) if isinstance(value, np.ndarray) else value for name, value in layer.items()}
            for layer in layers]


def _forward(torch: Any, layers: Sequence[Mapping[str, Any]], values: Any) -> Any:
    """What layers give, before a last softmax or sigmoid; a softmax asks only how far its numbers are apart."""
    last = layers[-1]["layer"]
    for layer in layers[:-1] if last in LAST else layers:
        values = LAYERS[layer["layer"]](torch, layer, values)
    return values - values.mean(dim=1, keepdim=True) if last == "softmax" else values


def _inside(torch: Any, layers: Sequence[Settings], values: Any) -> Any:
    for layer in _tensors(torch, layers):
        values = LAYERS[layer["layer"]](torch, layer, values)
    return values


def _conv(torch: Any, layer: Mapping[str, Any], values: Any) -> Any:
    return torch.nn.functional.conv2d(_padded(torch, layer, values), layer["weight"], layer["bias"],
                                      stride=tuple(layer["stride"]), dilation=tuple(layer["dilation"]),
                                      groups=layer["groups"])


def _padded(torch: Any, layer: Mapping[str, Any], values: Any, beyond: float = 0.0) -> Any:
    top, left, bottom, right = layer["padding"]
    return torch.nn.functional.pad(values, (left, right, top, bottom), value=beyond)


def _max_pool(torch: Any, layer: Mapping[str, Any], values: Any) -> Any:
    padded = _padded(torch, layer, values, float("-inf"))
    return torch.nn.functional.max_pool2d(padded, tuple(layer["kernel"]), tuple(layer["stride"]))


def _average_pool(torch: Any, layer: Mapping[str, Any], values: Any) -> Any:
    def mean(some: Any) -> Any:
        padded = _padded(torch, layer, some)
        return torch.nn.functional.avg_pool2d(padded, tuple(layer["kernel"]), tuple(layer["stride"]))

    return mean(values) if layer["padded"] else mean(values) / mean(torch.ones_like(values[:1, :1]))


def _scaled(torch: Any, layer: Mapping[str, Any], values: Any) -> Any:
    wide = (-1, *[1] * (values.ndim - 2))
    return values * layer["scale"].reshape(wide) + layer["shift"].reshape(wide)


LAYERS: Final[dict[str, Callable[[Any, Mapping[str, Any], Any], Any]]] = {
    "dense": lambda torch, layer, values: values @ layer["weight"] + layer["bias"],
    "conv2d": _conv, "scale": _scaled, "max_pool": _max_pool, "average_pool": _average_pool,
    "relu": lambda torch, layer, values: torch.relu(values),
    "leaky_relu": lambda torch, layer, values: torch.nn.functional.leaky_relu(values, layer["slope"]),
    "elu": lambda torch, layer, values: torch.nn.functional.elu(values, layer["alpha"]),
    "gelu": lambda torch, layer, values: torch.nn.functional.gelu(
        values, approximate="tanh" if layer["tanh"] else "none"),
    "tanh": lambda torch, layer, values: torch.tanh(values),
    "sigmoid": lambda torch, layer, values: torch.sigmoid(values),
    "softmax": lambda torch, layer, values: torch.softmax(values, 1),
    "layer_norm": lambda torch, layer, values: torch.nn.functional.layer_norm(
        values, values.shape[1:], layer["scale"], layer["shift"], layer["epsilon"]),
    "global_pool": lambda torch, layer, values: values.mean(dim=(2, 3), keepdim=True),
    "flatten": lambda torch, layer, values: values.flatten(1),
    "residual": lambda torch, layer, values: values + _inside(torch, layer["layers"], values)}


def _torch() -> Any:
    try:
        import torch
    except ImportError as error:
        raise MissingExtra("torch", "torch", "tuning a net") from error
    return torch
