from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from shall.core.verdict import Finding


def test_the_share_of_the_most_frequent_label(ask: Any, tumours: pa.Table) -> None:
    found = ask("imbalance over ward <= 95%", tumours, groups={"ward": "ward"})
    assert found.verdict is Finding.MET
    label = tumours["label"].to_numpy()
    rates = {dict(row.group)["ward"]: row.value for row in found.deciding.groups}
    assert rates == {"w0": label[::2].mean(), "w1": label[1::2].mean()}


def test_of_several_classes_and_missing_ones(ask: Any) -> None:
    table = pa.table({"x": range(8), "label": ["a", "a", "b", "c", "a", None, "b", "a"]})
    assert ask("imbalance <= 1", table).deciding.value == 4 / 7


@pytest.mark.parametrize("labels", [["a"] * 5, [None] * 5])
def test_one_class_and_none_are_undecided(ask: Any, labels: list[Any]) -> None:
    table = pa.table({"x": range(5), "label": pa.array(labels, pa.string())})
    assert ask("imbalance <= 1", table).verdict is Finding.UNDECIDED
