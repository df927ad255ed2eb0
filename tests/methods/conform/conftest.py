"""What models say of real rows that they did not learn from, to be calibrated on some and tried on the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.stats import kstest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from examples.fetch import fetch
from shall.methods.conform import quantile_trees
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode
from shall.stats.coverage_law import Law

Array = np.ndarray[Any, Any]
FEATURES = ("age", "workclass", "education_num", "marital_status", "occupation", "relationship", "capital_gain",
            "hours_per_week")
RESPLITS = 500
QUICK = {"rounds": 60}


@dataclass(frozen=True)
class Pool:
    """Rows that a model did not learn from: what it says of them, the truth, and a group of each."""

    P: Array
    y: Array
    group: Array
    age: Array

    def parted(self, calibration: int, seed: int) -> tuple[Array, Array]:
        """Places of calibration rows and of the rest, by lot."""
        order = np.random.default_rng(seed).permutation(len(self.y))
        return order[:calibration], order[calibration:]


def untied(P: Array, seed: int = 0) -> Array:
    """Equal rows are told apart by a billionth: the law is one of ranks."""
    return np.asarray(P + np.random.default_rng(seed).uniform(0, 1e-9, P.shape) * (P < 0.5) - 1e-9 * (P >= 0.5)
                      * np.random.default_rng(seed + 1).uniform(0, 1, P.shape))


def follows(covered: Array, law: Law, rows: int) -> float:
    """p of Kolmogorov and Smirnov: that counts [n] of covered rows out of so many have this law."""
    below = np.concatenate([[0.0], law.at_most(rows)])
    chance = np.random.default_rng(0).random(len(covered))
    placed = below[covered] + chance * (below[covered + 1] - below[covered])        # uniform under the law
    return float(kstest(placed, "uniform").pvalue)


def _table(name: str, count: int | None = None) -> pa.Table:
    table = pq.read_table(fetch("adult") / f"{name}.parquet")
    return table if count is None else table.slice(0, count)


@pytest.fixture(scope="session")
def census() -> Pool:
    """Boosted trees of 8,000 rows of Adult, and what they say of 16,281 others: income, in groups by race."""
    train, test = _table("train", 8000), _table("test")
    encoding = encode.fit(train, FEATURES)
    y, truth = (np.array([value == ">50K" for value in some.column("income").to_pylist()], np.int64)
                for some in (train, test))
    P = lightgbm.fit(encoding(train), y, encoding.sizes, settings=QUICK).probabilities(encoding(test))
    group = np.array(test.column("sex").to_pylist())
    return Pool(untied(P), truth, group, test.column("age").to_numpy().astype(np.float64))


@pytest.fixture(scope="session")
def hours() -> Pool:
    """Boosted quantiles of the weekly hours [n, 2] and their middle, of 8,000 rows; whole hours are spread evenly."""
    train, test = _table("train", 8000), _table("test")
    encoding = encode.fit(train, FEATURES[:-1])
    chance = np.random.default_rng(0)
    y, truth = (some.column("hours_per_week").to_numpy() + chance.uniform(-0.5, 0.5, len(some))
                for some in (train, test))
    P = np.column_stack(quantile_trees.learned(encoding(train), y, encoding.sizes, 0.9, settings=QUICK)(encoding(test)))
    return Pool(P, truth, np.array(test.column("sex").to_pylist()), test.column("age").to_numpy().astype(np.float64))


@pytest.fixture(scope="session")
def digits() -> Pool:
    """A line of pixels that tells ten digits apart, learned from 400 of them; 1,397 others."""
    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    X, y = X[order] / 16, y[order]
    model = LogisticRegression(C=0.05, max_iter=2000).fit(X[:400], y[:400])
    return Pool(model.predict_proba(X[400:]), y[400:], y[400:].astype(str), np.zeros(len(y) - 400))
