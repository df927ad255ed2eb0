"""Two models of Adult on the same rows, and lines put to their logs through the door."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import shall
from examples.fetch import fetch
from shall.core.verdict import Verdict

NUMBERS = ("age", "education_num", "capital_gain", "capital_loss", "hours_per_week")
Ask = Callable[..., Verdict]


@pytest.fixture(scope="session")
def versions() -> tuple[pa.Table, pa.Table]:
    """The test rows of Adult with what a linear model decides (the new version), and a tree (the other)."""
    train, test = (pq.read_table(fetch("adult") / f"{name}.parquet") for name in ("train", "test"))
    X, Y = (np.stack([table[name].to_numpy() for name in NUMBERS], axis=1).astype(float) for table in (train, test))
    y = np.array(train["income"].to_pylist())
    scale = StandardScaler().fit(X)
    linear, tree = LogisticRegression().fit(scale.transform(X), y), DecisionTreeClassifier(max_depth=6).fit(X, y)
    rows = test.append_column("id", pa.array(np.arange(len(test)))).select([*NUMBERS, "sex", "race", "income", "id"])
    new = rows.append_column("decision", pa.array(linear.predict(scale.transform(Y))))
    return new, rows.append_column("decision", pa.array(tree.predict(Y)))


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """The verdict of one line on the log of the new version, against that of another."""
    def asked(line: str, new: Any, other: pa.Table, **subject: Any) -> Verdict:
        pq.write_table(other, tmp_path / "shipped.parquet")
        file = {"subject": {"target": "income", **(subject or {"positive": ">50K"})}, "groups": {"sex": "sex"},
                "data": {"shipped": str(tmp_path / "shipped.parquet")}, "requirements": {"one": line}}
        return shall.check(file, new, record=False).verdicts[0]
    return asked
