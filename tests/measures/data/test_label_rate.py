from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from examples.fetch import fetch
from shall.core.verdict import Finding
from shall.measures.data.label_rate import estimate
from shall.testing import cells

KINDS: dict[str, dict[str, Any]] = {
    "binary": {"label": [1, 0, None, 1], "sex": ["F", "F", "M", "M"]},
    "words": {"label": ["cat", "dog", None, "bus"], "sex": ["F", "F", "M", "M"]},
    "numbers": {"label": [1.5, 0.0, float("nan"), -3.0], "sex": ["F", "F", "M", "M"]},
}


@pytest.mark.parametrize("columns", KINDS.values(), ids=KINDS)
def test_known_answer(columns: dict[str, Any]) -> None:
    found = estimate(cells(**columns, axes=["label"], by=["sex"]))
    assert (found.value.tolist(), found.n.tolist()) == ([1.0, 0.5], [2, 2])


def test_no_label_at_all_is_zero_and_no_row_is_nothing() -> None:
    assert estimate(cells(label=[None, None], decision=[1, 0], axes=["label"])).value.tolist() == [0.0]
    assert np.isnan(estimate(cells(label=[1][:0], axes=["label"])).value[0])


def test_real_data_with_labels_that_are_late() -> None:
    """Rows of the newest month have few labels: by window it is seen, and the alarm is looked at after every row."""
    table = pq.read_table(fetch("employment") / "2015.parquet").slice(0, 12_000)
    chance = np.random.default_rng(0)
    late = chance.random(len(table)) > np.where(np.arange(len(table)) < 8000, 0.97, 0.3)
    label = pa.array(table["employed"].to_numpy(zero_copy_only=False), mask=late)
    log = table.set_column(table.column_names.index("employed"), "employed", label)
    told = shall.watch({"subject": {"target": "employed", "positive": "1"},
                        "requirements": {"labelled": "label_rate >= 90%"},
                        "watch": {"windows": ["4000 rows"], "false_alarms": "1 per 1,000,000 rows"}}, log)
    found = [window.verdicts[0] for window in told.windows]
    assert [verdict.verdict for verdict in found] == [Finding.MET, Finding.MET, Finding.BROKEN]
    known = (~late).reshape(3, 4000).mean(axis=1)
    assert [verdict.deciding.value for verdict in found] == known.tolist()
    assert [alarm.name for alarm in told.sounded][:1] == ["labelled"] and 8000 < told.sounded[0].row < 8200


def test_weights_are_honoured() -> None:
    log = pa.table({"label": pa.array([1, None, 0, None] * 200), "w": [3.0, 1.0, 3.0, 1.0] * 200})
    found = shall.check({"columns": {"weight": "w"}, "requirements": {"labelled": "label_rate >= 70%"}}, log)
    assert found.verdicts[0].deciding.value == pytest.approx(0.75)
