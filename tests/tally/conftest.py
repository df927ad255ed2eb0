"""Logs with everything odd in them, and the one binding that they are read by."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import settings

from shall.core.log import Binding, Column, GroupDef
from shall.tally import Need, Plan, compile_plan

settings.register_profile("quick", max_examples=40, deadline=None)
settings.load_profile("quick")

GROUPS = (GroupDef("sex", "sex"), GroupDef("age", "age", cut=(25.0, 45.5)), GroupDef("code", "code"),
          GroupDef("ratio", "ratio"), GroupDef("member", "member"), GroupDef("kind", "kind"))
ROLES = (("unit", Column("household")), ("score", Column("score")), ("decision", Column("decision")),
         ("label", Column("label")))
SUMS = ("score", "(score - label)**2", "(score - label)**4")
VALUES: dict[str, tuple[list[Any], pa.DataType]] = {
    "sex": (["F", "M", "", " ", "(missing)", "ü", "a\x00b", None], pa.string()),
    "age": ([0.0, 24.999, 25.0, 45.5, -3.0, math.nan, math.inf, -math.inf, None], pa.float64()),
    "code": ([0, 1, -1, 2**40, None], pa.int64()),
    "ratio": ([1.0, 0.1, -0.0, 0.0, math.nan, None], pa.float64()),
    "member": ([True, False, None], pa.bool_()),
    "kind": (["a", "b", None], pa.dictionary(pa.int8(), pa.string())),
    "household": ([1, 2, 3, -7, 10**12, None], pa.int64()),
    "score": ([0.0, 1.0, 0.5, 0.032, 0.968, 0.1 + 0.2, 1e-9, 1 - 1e-9, -0.1, 1.1, math.nan, math.inf, None],
              pa.float64()),
    "decision": ([0, 1, None], pa.int8()),
    "label": ([0, 1, 2, None], pa.int64()),
    "latency": ([1.0, 1.0005, 0.0, -0.0, 5e-324, 1.7e308, math.nan, math.inf, -math.inf, None], pa.float64()),
    "price": ([Decimal("1.50"), Decimal("1.5000"), None], pa.decimal128(12, 4)),
}


def binding(**changes: Any) -> Binding:
    """How the odd logs are read."""
    return Binding(**{"roles": ROLES, "groups": GROUPS, **changes})


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    """A table of the odd columns."""
    return pa.table({name: pa.array([row[name] for row in rows], kind, from_pandas=False)
                     for name, (_, kind) in VALUES.items()})


def odd(rows: int, seed: int = 0) -> pa.Table:
    """A log with everything odd in it, at random."""
    chance = np.random.default_rng(seed)
    return table_of([{name: values[chance.integers(len(values))] for name, (values, _) in VALUES.items()}
                     for _ in range(rows)])


def needs() -> list[Need]:
    """One need of every sort."""
    return [
        Need(axes=("label", "decision"), groups=("sex", "age")),
        Need(axes=("score", "label"), groups=("code",), sums=SUMS),
        Need(axes=("value:latency",), groups=("ratio", "member")),
        Need(axes=("category:kind",), groups=("sex",)),
        Need(axes=("label",), groups=("kind",)),
    ]


@pytest.fixture
def plan() -> Plan:
    """Everything at once."""
    return compile_plan(needs(), binding())
