from __future__ import annotations

from typing import Any

import pyarrow as pa

from shall.core.verdict import Finding


def test_real_rows_once_and_some_twice(ask: Any, tumours: pa.Table) -> None:
    assert ask("duplicate_rate <= 0", tumours).verdict is Finding.MET
    twice = pa.concat_tables([tumours, tumours.slice(10, 31)])
    found = ask("duplicate_rate <= 1%", twice)
    assert found.verdict is Finding.BROKEN
    assert found.deciding.value == found.deciding.low == found.deciding.high == 31 / 600


def test_it_is_counted_by_group(ask: Any, tumours: pa.Table) -> None:
    twice = pa.concat_tables([tumours, tumours.filter(pa.array([row % 2 == 0 for row in range(569)])).slice(0, 20)])
    found = ask("duplicate_rate over ward <= 1%", twice, groups={"ward": "ward"})
    rates = {dict(row.group)["ward"]: row.value for row in found.deciding.groups}
    assert rates == {"w0": 20 / (285 + 20), "w1": 0}


def test_ids_are_not_compared_and_missing_text_and_dates_are(ask: Any) -> None:
    table = pa.table({"id": [1, 2, 3, 4], "name": ["a", "a", None, None],
                      "born": pa.array([1, 1, None, None], pa.date32()), "x": [0.0, -0.0, float("nan"), None]})
    found = ask("duplicate_rate <= 0", table, columns={"id": "id"})
    assert found.deciding.value == 0.5


def test_an_empty_log_is_undecided(ask: Any, tumours: pa.Table) -> None:
    found = ask("duplicate_rate <= 100%", tumours.slice(0, 0), subject={"kind": "dataset", "target": "label"})
    assert found.verdict is Finding.UNDECIDED and found.deciding.value is None
