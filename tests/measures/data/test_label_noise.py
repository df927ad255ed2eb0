from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from shall.core.verdict import Finding


def wrong(tumours: pa.Table, ward: str) -> pa.Table:
    """A fifth of the labels of one ward changed."""
    label, there = tumours["label"].to_numpy(), np.array(tumours["ward"].to_pylist()) == ward
    chosen = there & (np.random.default_rng(0).random(len(label)) < 0.2)
    return tumours.set_column(4, "label", pa.array(np.where(chosen, 1 - label, label)))


def test_a_ward_that_is_labelled_worse_is_found(ask: Any, tumours: pa.Table) -> None:
    assert ask("label_noise <= 5%", tumours).verdict is Finding.MET
    found = ask("label_noise over ward <= 5%", wrong(tumours, "w1"), groups={"ward": "ward"})
    assert found.verdict is Finding.BROKEN
    rates = {dict(row.group)["ward"]: row.value for row in found.deciding.groups}
    assert rates["w1"] > 0.12 > 0.06 > rates["w0"]


def test_few_rows_one_class_and_numbers_are_undecided(ask: Any, tumours: pa.Table) -> None:
    for table in (tumours.slice(0, 40), tumours.set_column(4, "label", pa.array([1] * 569)),
                  tumours.set_column(4, "label", tumours["worst area"])):
        found = ask("label_noise <= 100%", table)
        assert found.verdict is Finding.UNDECIDED and found.deciding.value is None
