"""Adult, COMPAS and the sets of scikit-learn as matrices, as a learner gets them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn import datasets

from examples.fetch import fetch
from shall.methods.prepare import encode
from tests.methods.conftest import FEATURES, Adult

COMPAS = ("age", "priors_count", "c_charge_degree", "juv_fel_count", "juv_misd_count", "juv_other_count")


@dataclass(frozen=True)
class Split:
    """Rows to learn from and new rows, the categories of each feature, and how many classes there are."""

    X: Any
    y: Any
    new: Any
    truth: Any
    sizes: tuple[int, ...]
    classes: int

    @property
    def wide(self) -> tuple[Any, Any]:
        """Both with categories one-hot and missing numbers as the mean, for the libraries' own estimators."""
        mean = np.nan_to_num(np.nanmean(self.X, axis=0))
        def widened(X: Any) -> Any:
            blocks = [np.arange(size) == X[:, [place]] if size else np.where(np.isnan(X), mean, X)[:, [place]]
                      for place, size in enumerate(self.sizes)]
            return np.concatenate(blocks, axis=1).astype(float)
        return widened(self.X), widened(self.new)


@pytest.fixture(scope="session")
def census(adult: Adult, held_out: Adult) -> Split:
    encoding = encode.fit(adult.table, FEATURES)
    return Split(encoding(adult.table), adult.label, encoding(held_out.table), held_out.label, encoding.sizes, 2)


@pytest.fixture(scope="session")
def compas() -> Split:
    table = pq.read_table(fetch("compas") / "compas.parquet")
    encoding = encode.fit(table, COMPAS)
    X, y = encoding(table), np.asarray(table.column("two_year_recid"), dtype=np.int64)
    return Split(X[::2], y[::2], X[1::2], y[1::2], encoding.sizes, 2)


def small(name: str, classes: int) -> Split:
    """A set of scikit-learn; every other row is new."""
    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return Split(X[::2], y[::2], X[1::2], y[1::2], (0,) * X.shape[1], classes)


@pytest.fixture(scope="session")
def cancer() -> Split:
    return small("breast_cancer", 2)


@pytest.fixture(scope="session")
def wine() -> Split:
    return small("wine", 3)


@pytest.fixture(scope="session")
def diabetes() -> Split:
    return small("diabetes", 0)
