from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from shall.core.verdict import Finding


def test_a_changed_column_and_other_writing(ask: Any, tumours: pa.Table) -> None:
    assert ask("near_duplicate_rate <= 0", tumours).verdict is Finding.MET
    some = tumours.slice(0, 20)
    changed = some.set_column(0, "mean radius", pa.array(some["mean radius"].to_numpy() * 1.5))
    found = ask("near_duplicate_rate <= 1%", pa.concat_tables([tumours, changed]))
    assert found.verdict is Finding.BROKEN and found.deciding.value == 20 / 589


def test_text_is_compared_without_case_and_spaces(ask: Any) -> None:
    chance = np.random.default_rng(0)
    rows = 200
    table = pa.table({
        "name": [f"Person {place}" for place in range(rows)], "street": [f"S{place}" for place in range(rows)],
        "zip": chance.permutation(rows), "phone": chance.permutation(rows),
        "income": chance.normal(50_000, 9000, rows)})
    again = pa.table({
        "name": [f" person  {place} " for place in range(5)], "street": [f"s{place}" for place in range(5)],
        "zip": table["zip"][:5], "phone": table["phone"][:5], "income": [1.0, 2.0, 3.0, 4.0, 5.0]})
    found = ask("near_duplicate_rate <= 0", pa.concat_tables([table, again]), subject={"kind": "dataset"})
    assert found.deciding.value == 5 / 205


def test_two_columns_are_too_few(ask: Any, tumours: pa.Table) -> None:
    found = ask("near_duplicate_rate <= 100%", tumours.select(["mean radius", "label"]))
    assert found.verdict is Finding.UNDECIDED
