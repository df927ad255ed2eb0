"""Lines put to a table through the door, and a real table: tumours with a label."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from sklearn.datasets import load_breast_cancer

import shall
from shall.core.verdict import Verdict

Ask = Callable[..., Verdict]


@pytest.fixture(scope="session")
def ask() -> Ask:
    """The verdict of one line on a table; `label` is the target, `id` the id."""
    def asked(line: str, table: pa.Table, **parts: Any) -> Verdict:
        subject = {"kind": "dataset", **({"target": "label"} if "label" in table.column_names else {})}
        file = {"subject": subject, "requirements": {"one": line}, **parts}
        return shall.check(file, table, record=False).verdicts[0]
    return asked


@pytest.fixture(scope="session")
def tumours() -> pa.Table:
    """569 rows, four features, a label of 0 and 1, a ward of two values."""
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    columns = {name: X[name].to_numpy() for name in ("mean radius", "mean texture", "worst area", "mean smoothness")}
    return pa.table({**columns, "label": y.to_numpy(), "ward": [f"w{row % 2}" for row in range(len(y))]})
