"""A small neural network on standardised numbers and one-hot categories: the probability of each class, or a number.

Hidden layers with rectified linear units, Adam with decoupled weight decay, batches in an order that the seed gives;
the learning rate falls along half a cosine. It is trained with PyTorch on one thread. What is kept is the weights,
float32 in base64 within JSON, and it answers in numpy without PyTorch. Missing numbers become the training mean, a
missing or unseen category has no column of its own.

Reference: Gorishniy et al. (2021), "Revisiting deep learning models for tabular data"; Loshchilov and Hutter (2019),
"Decoupled weight decay regularization".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import MissingExtra
from shall.graph import Value
from shall.methods import nodes as said
from shall.methods.learn import _columns, _rows
from shall.methods.learn._settings import chosen
from shall.methods.task import Choice, Floats, Scalar

NEEDS: Final = ("torch",)                   # to learn
KINDS: Final = ("binary", "multiclass", "regressor")
SPACE: Final = (
    Choice("learning_rate", 0.003, 0.0003, 0.03, log=True),
    Choice("width", 64, 8, 256, log=True),
    Choice("layers", 2, 1, 3),
    Choice("weight_decay", 0.01, 0.0001, 1.0, log=True),
    Choice("dropout", 0.1, 0.0, 0.5),
    Choice("epochs", 16, 4, 64, log=True),
)
BATCHES: Final = 32                             # of one pass, where a batch has not more than this many rows:
LARGEST: Final = 256
SMALLEST: Final = 16
Layer = tuple[NDArray[np.float32], NDArray[np.float32]]         # weights [out, in] and constants [out]


@dataclass(frozen=True, slots=True)
class Learned:
    """How rows become columns, the layers, and mean and scale of the number that is learned."""

    columns: _columns.Columns
    layers: tuple[Layer, ...]
    mean: float
    scale: float

    def margins(self, X: Floats) -> Floats:
        """float64[n, margins]."""
        found = self.columns(X)
        for place, (weights, constants) in enumerate(self.layers):
            found = (np.maximum(found, 0) if place else found) @ weights.astype(np.float64).T + constants
        return found

    def probabilities(self, X: Floats) -> Floats:
        """float64[n, classes]."""
        return _rows.probabilities_of(self.margins(X))

    def values(self, X: Floats) -> Floats:
        """float64[n]."""
        return np.asarray(self.margins(X)[:, 0] * self.scale + self.mean)

    def content(self) -> bytes:
        """What was learned, as JSON."""
        layers = [[weights.shape, _text(weights), _text(constants)] for weights, constants in self.layers]
        return json.dumps({"columns": self.columns.described(), "layers": layers, "mean": self.mean,
                           "scale": self.scale}).encode()


def fit(X: Floats, y: NDArray[Any], sizes: Sequence[int], classes: int = 2, seed: int = 0, *,
        weight: Floats | None = None, settings: Mapping[str, Scalar] | None = None) -> Learned:
    """Learn ``y`` [n] from ``X`` float64[n, p]; ``sizes``: categories of each feature.

    ``y`` is int64 in 0…classes-1, or float64 where ``classes`` is 0. MissingExtra where PyTorch is not installed,
    InputError where a setting is none of `SPACE`, DataError where the rows or weights are not as they must be.
    """
    torch, asked = _torch(), chosen(SPACE, settings)
    _rows.check(X, y, weight)
    columns = _columns.fit(X, sizes, weight)
    mean, scale = (0.0, 1.0) if classes else _centre(y, weight)
    share = np.ones(len(X)) if weight is None else weight / weight.mean()
    arrays = (columns(X).astype(np.float32), y if classes else ((y - mean) / scale).astype(np.float32),
              share.astype(np.float32))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        layers = _trained(torch, [torch.tensor(array) for array in arrays], classes, {**asked, "seed": seed})
    finally:
        torch.set_num_threads(threads)
    return Learned(columns, layers, mean, scale)


def load(content: bytes) -> Learned:
    """From the JSON of `content`."""
    plain = json.loads(content)
    layers = tuple((_array(weights).reshape(shape), _array(constants)) for shape, weights, constants in plain["layers"])
    return Learned(_columns.Columns.of(plain["columns"]), layers, plain["mean"], plain["scale"])


def nodes(learned: Learned, x: Value, classes: int) -> Value:
    """The same in a graph: [classes], or [1] number."""
    found = _columns.nodes(learned.columns, x)
    for place, (weights, constants) in enumerate(learned.layers):
        found = said.affine(said.maximum(found, 0.0) if place else found, weights.T, constants)
    return said.probabilities(found) if classes else found * learned.scale + learned.mean


def _torch() -> Any:
    """PyTorch, loaded only where something is learned: an answer needs none of its hundreds of megabytes."""
    try:
        import torch
    except ImportError as error:
        raise MissingExtra("torch", "torch", "the neural network") from error
    return torch


def _trained(torch: Any, arrays: Sequence[Any], classes: int, asked: Mapping[str, Any]) -> tuple[Layer, ...]:
    wide, target, share = arrays
    batch = min(max(len(wide) // BATCHES, SMALLEST), LARGEST)
    order = torch.Generator().manual_seed(asked["seed"])
    widths = [wide.shape[1], *[asked["width"]] * asked["layers"], classes if classes > 2 else 1]
    with torch.random.fork_rng(devices=[]):             # the program's own random numbers stay as they were
        torch.manual_seed(asked["seed"])
        linear = [torch.nn.Linear(*pair) for pair in pairwise(widths)]
        network = torch.nn.Sequential(*_stacked(torch, linear, asked["dropout"]))
        adam = torch.optim.AdamW(network.parameters(), asked["learning_rate"], weight_decay=asked["weight_decay"])
        cosine = torch.optim.lr_scheduler.CosineAnnealingLR(adam, asked["epochs"] * -(-len(wide) // batch))
        for _ in range(asked["epochs"]):
            for rows in torch.randperm(len(wide), generator=order).split(batch):
                adam.zero_grad()
                (_losses(torch, network(wide[rows]), target[rows], classes) * share[rows]).mean().backward()
                adam.step()
                cosine.step()
    return tuple((_plain(layer.weight), _plain(layer.bias)) for layer in linear)


def _stacked(torch: Any, linear: Sequence[Any], dropout: float) -> Iterator[Any]:
    for layer in linear[:-1]:
        yield from (layer, torch.nn.ReLU(), torch.nn.Dropout(dropout))
    yield linear[-1]


def _losses(torch: Any, margins: Any, target: Any, classes: int) -> Any:
    """[n]: cross entropy, or half the squared error."""
    if classes > 2:
        return torch.nn.functional.cross_entropy(margins, target, reduction="none")
    if classes:
        return torch.nn.functional.binary_cross_entropy_with_logits(margins[:, 0], target.float(), reduction="none")
    return (margins[:, 0] - target) ** 2 / 2


def _centre(y: Floats, weight: Floats | None) -> tuple[float, float]:
    mean = float(np.average(y, weights=weight))
    return mean, float(np.sqrt(np.average((y - mean) ** 2, weights=weight))) or 1.0


def _plain(parameter: Any) -> NDArray[np.float32]:
    return np.array(parameter.detach().numpy(), dtype=np.float32)


def _text(array: NDArray[np.float32]) -> str:
    return base64.b64encode(array.astype("<f4").tobytes()).decode()


def _array(text: str) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(text), dtype="<f4").astype(np.float32)
