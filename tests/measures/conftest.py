"""Real data that every measure is tried on: the predictions of 2015, by sex."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall.tally import Cells
from shall.testing import cells

ROLES = {"employed": "label", "prediction": "decision", "predicted_probability": "score"}


@dataclass(frozen=True)
class Real:
    """Columns of a log: sex, label, decision, score."""

    columns: dict[str, Any]

    @cached_property
    def groups(self) -> list[dict[str, Any]]:
        """The columns of each group, in the order of the cells."""
        return [{name: values[self.columns["sex"] == sex] for name, values in self.columns.items()}
                for sex in np.unique(self.columns["sex"])]

    def cells(self, *names: str, **options: Any) -> Cells:
        """The cells of some columns, by sex."""
        chosen = {name: self.columns[name].tolist() for name in (*names, "sex")}
        return cells(**chosen, **options, by=["sex"])

    def part(self, rows: slice) -> Real:
        """Some of the rows."""
        return Real({name: values[rows] for name, values in self.columns.items()})


@pytest.fixture(scope="session")
def real() -> Real:
    table = pq.read_table(fetch("employment") / "2015.parquet").slice(0, 20_000)
    columns = {role: table[name].to_numpy() for name, role in ROLES.items()}
    return Real({**columns, "sex": np.array([str(sex) for sex in table["sex"].to_pylist()])})
