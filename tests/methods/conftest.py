"""Some thousand rows of Adult, with the sexes as the groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch

FEATURES = ("age", "workclass", "education_num", "marital_status", "occupation", "relationship", "capital_gain",
            "hours_per_week")


@dataclass(frozen=True)
class Adult:
    """Rows, label int64[n] and sex int64[n] (1: female)."""

    table: pa.Table
    label: np.ndarray[Any, Any]
    female: np.ndarray[Any, Any]


def rows(start: int, count: int) -> Adult:
    """Some rows of the training file."""
    table = pq.read_table(fetch("adult") / "train.parquet").slice(start, count)
    label, female = (np.array([value == positive for value in table.column(name).to_pylist()], dtype=np.int64)
                     for name, positive in (("income", ">50K"), ("sex", "Female")))
    return Adult(table, label, female)


@pytest.fixture(scope="session")
def adult() -> Adult:
    return rows(0, 8000)


@pytest.fixture(scope="session")
def held_out() -> Adult:
    return rows(8000, 8000)
