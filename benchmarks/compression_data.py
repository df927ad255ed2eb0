"""The data of the compression benchmark: handwritten digits, and the Adult table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from examples.fetch import fetch

Split = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]


def digits(seed: int = 0) -> Split:
    """5,000 images of MNIST as [n, 784] in 0…1, 500 a digit: 4,000 to learn from and 1,000 to be judged on."""
    table = pq.read_table(fetch("mnist") / "digits.parquet")
    grey = np.stack([table[name].to_numpy() for name in table.column_names if name.startswith("p")], axis=1)
    order = np.random.default_rng(seed).permutation(len(table))
    X, y = grey[order] / 255, table["label"].to_numpy()[order]
    return X[:4000], y[:4000], X[4000:], y[4000:]


def adult() -> Split:
    """The Adult table one-hot, numbers standardised: [n, columns], and whether a person earns more than 50,000."""
    folder = fetch("adult")
    train, test = (pq.read_table(folder / f"{name}.parquet") for name in ("train", "test"))
    columns: list[Any] = []
    for name in (one for one in train.column_names if one != "income"):
        columns += _columns(*(table.column(name).to_pylist() for table in (train, test)))
    X = np.array(columns).T
    y = np.array([one == ">50K" for table in (train, test) for one in table.column("income").to_pylist()])
    cut = len(train)
    return X[:cut], y[:cut].astype(np.int64), X[cut:], y[cut:].astype(np.int64)


def _columns(train: list[Any], test: list[Any]) -> list[Any]:
    every = train + test
    if isinstance(train[0], str) or train[0] is None:
        return [np.array([value == one for value in every], dtype=np.float64) for one in sorted({*train} - {None})]
    numbers = np.array(every, dtype=np.float64)
    return [(numbers - numbers[:len(train)].mean()) / (numbers[:len(train)].std() or 1.0)]
