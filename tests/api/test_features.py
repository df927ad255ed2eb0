"""A feature that comes no more is told, since no row of the log can be counted in it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall

AGES, TESTED = {"age": [30, 40] * 50}, {"age": [30, 40] * 50, "income": [1.5, 2.5] * 50, "y": [0, 1] * 50}
TOLD = "`over feature` asks about the columns of the log: of `tested` it lacks income"


@pytest.mark.parametrize(("line", "log", "told"), [
    ("population_stability over feature against tested <= 0.2", AGES, [TOLD]),
    ("population_stability over feature against tested <= 0.2", {**AGES, "income": [1.5, 2.5] * 50}, []),
    ("missing_rate over feature <= 0.05", AGES, []),
])
def test_a_feature_that_only_other_data_have_is_told(tmp_path: Path, line: str, log: dict[str, list[float]],
                                                     told: list[str]) -> None:
    pq.write_table(pa.table(TESTED), tmp_path / "tested.parquet")
    file = {"subject": {"target": "y", "positive": "1"}, "data": {"tested": str(tmp_path / "tested.parquet")},
            "requirements": {"inputs": line}, "watch": {"false_alarms": "1 per 1000 rows"}}
    rows = pa.table({**log, "decision": [0, 1] * 50})
    for notes in (shall.check(file, rows).notes, shall.watch(file, rows).notes):
        assert [note for note in notes if "lacks" in note] == told
