"""A fitted model with data, as a log."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from shall.adapters import log
from shall.core.errors import DataError

linear = pytest.importorskip("sklearn.linear_model")

CHANCE = np.random.default_rng(0)
X = pd.DataFrame({"age": CHANCE.integers(18, 90, 200), "hours": CHANCE.normal(40, 5, 200)})
Y = pd.Series(np.where(X["age"] + CHANCE.normal(0, 10, 200) > 50, "yes", "no"))
MODEL = linear.LogisticRegression().fit(X, Y)
SEX = CHANCE.choice(["F", "M"], 200)


def test_score_decision_label_and_columns(tmp_path: Path) -> None:
    made = log(MODEL, X, Y, sex=SEX)
    assert made.schema.names == ["score", "decision", "label", "age", "hours", "sex"]
    rows = pq.read_table(made.write(tmp_path / "decisions.parquet"))
    assert rows["score"].to_pylist() == MODEL.predict_proba(X)[:, 1].tolist()
    assert rows["decision"].to_pylist() == (MODEL.predict(X) == "yes").astype(int).tolist()
    assert rows["label"].to_pylist() == (Y == "yes").astype(int).tolist()
    assert rows["sex"].to_pylist() == SEX.tolist()


def test_the_positive_class_may_be_chosen() -> None:
    made = log(MODEL, X, Y, positive="no")
    assert made.table["score"].to_pylist() == MODEL.predict_proba(X)[:, 0].tolist()
    assert made.table["label"].to_pylist() == (Y == "no").astype(int).tolist()


def test_numbers_arrays_missing_labels_and_polars() -> None:
    pl = pytest.importorskip("polars")
    y = (Y == "yes").to_numpy()
    for target in (y, y.astype(int), y.astype(float)):
        model = linear.LogisticRegression().fit(X.to_numpy(), target)
        for labels in (target, list(target), pd.Series(target), pl.Series(target)):
            assert log(model, X.to_numpy(), labels).table["label"].to_pylist() == y.astype(int).tolist()
    holes = pd.Series(y.astype(float)).where(np.arange(200) > 3)
    assert log(model, X.to_numpy(), holes).table["label"].to_pylist()[:5] == [None] * 4 + [int(y[4])]


def test_what_cannot_be_right_is_refused() -> None:
    with pytest.raises(DataError, match="two columns would be called score"):
        log(MODEL, X, Y, score=SEX)
    with pytest.raises(DataError, match="columns of different lengths"):
        log(MODEL, X, Y, sex=SEX[:3])
    with pytest.raises(DataError, match="y has the class 'maybe'"):
        log(MODEL, X, Y.replace("no", "maybe"))
    with pytest.raises(DataError, match="no class 'maybe'"):
        log(MODEL, X, positive="maybe")
    with pytest.raises(DataError, match="not a fitted binary classifier"):
        log(linear.LogisticRegression(), X)
