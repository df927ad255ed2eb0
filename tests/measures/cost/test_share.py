from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

import shall
from shall.core.verdict import Finding
from shall.measures.cost.share import estimate
from shall.testing import cells


def test_rows_where_it_cannot_be_told_are_left_out() -> None:
    found = estimate(cells(age=[20, 30, None], axes=["filter:age < 25"]))
    assert (found.value.tolist(), found.n.tolist()) == ([0.5], [2])
    found = estimate(cells(age=[20, 30, None], axes=["filter:age is missing"]))
    assert (found.value.tolist(), found.n.tolist()) == ([1 / 3], [3])


@pytest.mark.parametrize(("line", "finding"), [
    ("share(age < 0, census = true) <= 0", Finding.MET), ("share(age < 0) <= 0", Finding.UNDECIDED),
    ("share(age < 0) <= 1%", Finding.MET), ("share(age < 40, census = true) over sex <= 50%", Finding.MET),
    ("share(age >= 40 and sex = 'F', census = true) <= 10%", Finding.BROKEN),
])
def test_a_census_is_a_fact_and_a_share_an_estimate(line: str, finding: Finding) -> None:
    table = pa.table({"age": [20, 60] * 500, "sex": ["F", "M", "M", "F"] * 250})
    file: dict[str, Any] = {"subject": {"kind": "dataset"}, "groups": {"sex": "sex"}, "requirements": {"one": line}}
    assert shall.check(file, table, record=False).verdicts[0].verdict is finding
