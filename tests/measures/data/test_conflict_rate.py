from __future__ import annotations

from typing import Any

import pyarrow as pa

from shall.core.verdict import Finding


def test_the_same_row_with_another_label(ask: Any, tumours: pa.Table) -> None:
    assert ask("conflict_rate <= 0", tumours).verdict is Finding.MET
    some = tumours.slice(0, 30)
    other = some.set_column(4, "label", pa.array(1 - some["label"].to_numpy()))
    found = ask("conflict_rate <= 1%", pa.concat_tables([tumours, other]))
    assert found.verdict is Finding.BROKEN and found.deciding.value == 60 / 599


def test_rows_without_a_label_do_not_count(ask: Any) -> None:
    table = pa.table({"x": [1, 1, 1, 2], "label": [0, 1, None, None]})
    assert ask("conflict_rate <= 1", table).deciding.value == 1
    nobody = pa.table({"x": [1, 1], "label": pa.array([None, None], pa.int64())})
    assert ask("conflict_rate <= 1", nobody).verdict is Finding.UNDECIDED
