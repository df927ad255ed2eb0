"""Fashion-MNIST out of a pinned package of Debian: 60,000 images of clothes to learn from, 10,000 to be judged on.

Reference: Xiao, Rasul and Vollgraf (2017), "Fashion-MNIST: a novel image dataset for benchmarking machine learning
algorithms". MIT licence.
"""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from examples.fetch import DATA, download
from examples.pins import FASHION_MNIST

INSIDE: Final = "usr/share/datasets/fashion-mnist"
NAMES: Final = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
HEAD_OF_IMAGES: Final = 16                  # bytes before the values
HEAD_OF_LABELS: Final = 8


def images(part: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The images uint8[n, 28, 28] and classes int64[n] of ``train`` or ``t10k``. Raises FetchError."""
    folder = _unpacked()
    said, labels = (gzip.decompress((folder / f"{part}-{what}-ubyte.gz").read_bytes())
                    for what in ("images-idx3", "labels-idx1"))
    pixels: NDArray[Any] = np.frombuffer(said, dtype=np.uint8, offset=HEAD_OF_IMAGES)
    return pixels.reshape(-1, 28, 28), np.frombuffer(labels, dtype=np.uint8, offset=HEAD_OF_LABELS).astype(np.int64)


def _unpacked() -> Path:
    package = download(FASHION_MNIST)
    into = DATA / "fashion-mnist" / FASHION_MNIST.sha256[:12]
    if not (into / INSIDE).is_dir():
        into.mkdir(parents=True, exist_ok=True)
        subprocess.run(["dpkg-deb", "-x", str(package), str(into)], check=True)
    return into / INSIDE
