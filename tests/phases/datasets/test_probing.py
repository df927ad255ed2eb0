"""A proxy of a protected attribute, on real data, through the door."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn.datasets import load_breast_cancer

import shall
from shall.core.verdict import Finding


def checked(line: str, table: pa.Table, **parts: Any) -> Any:
    file = {"subject": {"kind": "dataset"}, "requirements": {"one": line}, **parts}
    return shall.check(file, table, record=False).verdicts[0]


@pytest.fixture(scope="module")
def tumours() -> pa.Table:
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    noise = np.random.default_rng(0).normal(size=len(y))
    return pa.table({"ward": ["a" if one else "b" for one in y], "noise": noise,
                     "mean radius": X["mean radius"].to_numpy(), "worst area": X["worst area"].to_numpy()})


def test_features_that_tell_of_an_attribute_are_broken_and_noise_is_met(tumours: pa.Table) -> None:
    found = checked("proxy(ward) <= 0.2", tumours)
    assert found.verdict is Finding.BROKEN
    assert 0.5 < found.deciding.value < 1
    assert checked("proxy(ward) <= 0.2", tumours.select(["ward", "noise"])).verdict is Finding.MET


def test_by_group_and_twice_the_same(tumours: pa.Table) -> None:
    one, two = (checked("proxy(ward) over ward <= 0.2", tumours, groups={"ward": "ward"}) for _ in range(2))
    assert one.deciding == two.deciding
    assert len(one.deciding.groups) == 2


@pytest.mark.parametrize(("columns", "rows", "words"), [
    (["ward"], 569, "no column is left that could tell of it"), (["ward", "noise"], 0, "no column is left to learn"),
    (["ward", "noise"], 30, "needs 50 rows"),
])
def test_without_an_answer_it_is_not_available(tumours: pa.Table, columns: list[str], rows: int, words: str) -> None:
    file = {"subject": {"kind": "dataset"}, "requirements": {"one": "proxy(ward) <= 0.2"}}
    report = shall.check(file, tumours.select(columns).slice(0, rows), record=False)
    assert report.verdicts[0].verdict is Finding.UNDECIDED
    assert report.verdicts[0].deciding.value is None
    assert any(words in note for note in report.notes)
