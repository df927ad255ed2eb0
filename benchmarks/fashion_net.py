"""A small convolutional net on Fashion-MNIST, learned on one core: what it says of the 10,000 test images.

It is made as a user would make it first: no augmentation, no dropout, no early stop, so it is too sure of itself.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks import fashion_data
from benchmarks.harness import BENCH, timed

EPOCHS: Final = 12
BATCH: Final = 128
KEPT: Final = BENCH / f"fashion-{EPOCHS}-{BATCH}.npz"
Said = tuple[NDArray[np.float64], NDArray[np.int64], float]


def said(seed: int = 0) -> Said:
    """Probabilities float64[10000, 10], classes int64[10000] and the CPU seconds of learning; kept for the next run."""
    if not KEPT.is_file():
        net, seconds = timed(lambda: _learned(seed))
        BENCH.mkdir(exist_ok=True)
        images, label = fashion_data.images("t10k")
        with torch.no_grad():
            found = torch.cat([net(some) for some in _rows(images).split(1000)]).double().softmax(dim=1)
        np.savez(KEPT, probabilities=found.numpy(), label=label, seconds=seconds)
    with np.load(KEPT) as kept:
        return kept["probabilities"], kept["label"], float(kept["seconds"])


def _learned(seed: int) -> Any:
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    nn = torch.nn
    net = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 49, 128), nn.ReLU(), nn.Linear(128, 10))
    images, label = fashion_data.images("train")
    rows, labels = _rows(images), torch.tensor(label)
    adam = torch.optim.Adam(net.parameters(), 1e-3)
    for _ in range(EPOCHS):
        for some in torch.randperm(len(rows)).split(BATCH):
            adam.zero_grad()
            nn.functional.cross_entropy(net(rows[some]), labels[some]).backward()
            adam.step()
    return net.eval()


def _rows(images: NDArray[np.uint8]) -> Any:
    return torch.tensor(images[:, None] / 255.0, dtype=torch.float32)
