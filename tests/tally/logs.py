"""Random logs with everything that can be odd about a row, and the needs that are counted of them."""

from __future__ import annotations

import math

import pyarrow as pa
from hypothesis import strategies as st

from shall.core.log import Binding, Column, GroupDef
from shall.core.requirement import Comparison
from shall.tally import Need

SCORES = st.one_of(st.floats(0, 1), st.sampled_from(
    [None, math.nan, math.inf, -math.inf, -0.0, 1.5, -1e-300, 5e-324, 1 - 2**-53, 0.1, 0.3, 0.7]))
SEXES = st.sampled_from(["F", "M", None, "", "(rest)", "a,b", "é", "x" * 50, "\x00"])
AGES = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.sampled_from([25.0, 45.0, 24.999]))
ROW = st.tuples(SCORES, st.sampled_from([0, 1, None]), st.sampled_from([0, 1, None]), SEXES, AGES,
                st.one_of(st.none(), st.integers(0, 6)))
ROWS = st.lists(ROW, max_size=60)
NAMES = ("score", "label", "decision", "sex", "age", "unit")
TYPES = (pa.float64(), pa.int8(), pa.int64(), pa.string(), pa.float64(), pa.int32())

NEEDS = (
    Need(groups=("sex",), axes=("label", "decision")),
    Need(groups=("sex", "band"), axes=("label",)),
    Need(axes=("label", "score"), sums=("score",)),
    Need(groups=("sex",), sums=("(score - label)**2", "(score - label)**4")),
    Need(axes=("value:age",)),
    Need(axes=("category:sex",)),
    Need(where=Comparison("age", ">=", 25), groups=("sex",), axes=("decision",)),
)


def binding(*, unit: bool = False, decision: bool = True, positive: str = "1") -> Binding:
    """A binding for the random logs."""
    roles = [("score", Column("score")), ("label", Column("label"))]
    if unit:
        roles.insert(0, ("unit", Column("unit")))
    if decision:
        roles.insert(-1, ("decision", Column("decision")))
    return Binding(tuple(roles), positive, 0.5, (GroupDef("sex", "sex"), GroupDef("band", "age", (25.0, 45.0))))


def batch(rows: list[tuple[object, ...]]) -> pa.RecordBatch:
    """Rows as one record batch."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(NAMES)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, TYPES, strict=True)]
    return pa.record_batch(arrays, names=list(NAMES))
