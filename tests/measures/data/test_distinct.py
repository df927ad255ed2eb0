from __future__ import annotations

from typing import Any

import pyarrow as pa

from shall.core.verdict import Finding


def test_a_column_of_one_value_is_broken_and_a_missing_one_is_a_value(ask: Any, tumours: pa.Table) -> None:
    assert ask("distinct over feature >= 2", tumours).verdict is Finding.MET
    wider = tumours.append_column("country", pa.array(["DE"] * 569)).append_column(
        "smoker", pa.array([True] + [None] * 568))
    found = ask("distinct over feature >= 2", wider)
    assert found.verdict is Finding.BROKEN
    values = {dict(row.group)["feature"]: row.value for row in found.deciding.groups}
    assert (values["country"], values["smoker"], values["ward"]) == (1, 2, 2)
    assert values["mean radius"] == len(set(tumours["mean radius"].to_pylist()))


def test_neighbours_are_two_values(ask: Any) -> None:
    table = pa.table({"year": [20_250_001, 20_250_002] * 5})
    assert ask("distinct(year) >= 2", table, subject={"kind": "dataset"}).deciding.value == 2
