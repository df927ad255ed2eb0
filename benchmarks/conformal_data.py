"""What models say of real rows that they did not learn from, as arrays that every contender reads.

Adult: boosted trees of 8,000 rows say the income of 16,281 others, and two quantiles of their weekly hours. Digits: a
line of pixels, learned from 400. Speed: a million rows of ten classes from a random number generator, as their values
do not matter there. Equal rows are told apart by a billionth: the law of coverage is one of ranks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from benchmarks.harness import BENCH
from examples.fetch import fetch
from shall.methods.conform import quantile_trees
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode

FOLDER: Final = BENCH / "conformal"
FEATURES: Final = ("age", "workclass", "education_num", "marital_status", "occupation", "relationship", "capital_gain",
                   "hours_per_week")
LEARNED: Final = 8000
SETTINGS: Final = {"rounds": 60}
MILLION: Final = 1_000_000


def made() -> Path:
    """The folder, with `NAME.npz` of each set; written where it is not there yet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in (("census", census), ("hours", hours), ("digits", digits), ("million", million)):
        if not (FOLDER / f"{name}.npz").is_file():
            np.savez(FOLDER / f"{name}.npz", **make())
    return FOLDER


def census() -> dict[str, Any]:
    """Probabilities [16281, 2] of the income, and the truth."""
    train, test = _tables()
    encoding = encode.fit(train, FEATURES)
    y, truth = (np.array([value == ">50K" for value in some.column("income").to_pylist()], np.int64)
                for some in (train, test))
    score = lightgbm.fit(encoding(train), y, encoding.sizes, settings=SETTINGS).probabilities(encoding(test))[:, 1]
    score = np.clip(score, 1e-6, 1 - 1e-6) + np.random.default_rng(0).uniform(-1e-9, 1e-9, len(score))
    return {"P": np.column_stack([1 - score, score]), "y": truth}


def hours() -> dict[str, Any]:
    """The 5 % and the 95 % quantile [16281, 2] of the weekly hours, and the truth, whole hours spread evenly."""
    train, test = _tables()
    encoding, chance = encode.fit(train, FEATURES[:-1]), np.random.default_rng(0)
    y, truth = (some.column("hours_per_week").to_numpy() + chance.uniform(-0.5, 0.5, len(some))
                for some in (train, test))
    learned = quantile_trees.learned(encoding(train), y, encoding.sizes, 0.9, settings=SETTINGS)
    return {"P": np.column_stack(learned(encoding(test))), "y": truth}


def digits() -> dict[str, Any]:
    """Probabilities [1397, 10], and the digit."""
    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    X, y = X[order] / 16, y[order]
    model = LogisticRegression(C=0.05, max_iter=2000).fit(X[:400], y[:400])
    return {"P": model.predict_proba(X[400:]), "y": y[400:].astype(np.int64)}


def million() -> dict[str, Any]:
    """Probabilities [10^6, 10] and classes that follow them."""
    chance = np.random.default_rng(0)
    P = chance.dirichlet(np.full(10, 0.3), MILLION)
    y = (chance.random((MILLION, 1)) > np.cumsum(P, axis=1)).sum(axis=1).clip(0, 9)
    return {"P": P, "y": y.astype(np.int64)}


def _tables() -> tuple[Any, Any]:
    train, test = (pq.read_table(fetch("adult") / f"{name}.parquet") for name in ("train", "test"))
    return train.slice(0, LEARNED), test
