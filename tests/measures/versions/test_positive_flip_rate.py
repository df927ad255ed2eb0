from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from shall.core.verdict import Finding


def test_the_other_way_round(versions: Any, ask: Any) -> None:
    new, shipped = versions
    won = ask("positive_flip_rate over sex against shipped >= 1%", new, shipped)
    back = ask("negative_flip_rate over sex against shipped <= 100%", shipped, new)
    assert won.verdict is Finding.MET
    assert [row.value for row in won.deciding.groups] == pytest.approx([row.value for row in back.deciding.groups])


def test_without_a_label_there_is_no_value(versions: Any, ask: Any) -> None:
    new, shipped = versions
    blank = new.set_column(new.column_names.index("income"), "income", pa.nulls(len(new), pa.string()))
    assert ask("positive_flip_rate against shipped >= 0", blank, shipped).verdict is Finding.UNDECIDED
