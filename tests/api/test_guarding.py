"""A guard made of real rows: fresh rows of the same kind are answered as right as promised, others hardly at all."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import shall
from examples.fetch import fetch
from shall.core.errors import DataError, InputError
from shall.methods.learn import lightgbm
from shall.methods.model import Model
from shall.methods.prepare import encode

CLASSES = ["<=50K", ">50K"]
NAMES = ("age", "workclass", "education_num", "marital_status", "relationship", "capital_gain", "hours_per_week")


@cache
def census() -> tuple[pa.Table, pa.Table, pa.Table]:
    """People up to 60 to learn from, others up to 60, and older ones."""
    table = pq.read_table(fetch("adult") / "train.parquet").slice(0, 24_000).select([*NAMES, "income"])
    young = table.filter(pc.less_equal(table.column("age"), 60))
    return young.slice(0, 10_000), young.slice(10_000), table.filter(pc.greater(table.column("age"), 60))


@cache
def model() -> Model:
    train = census()[0]
    label = np.array([one == ">50K" for one in train.column("income").to_pylist()], dtype=np.int64)
    encoding = encode.fit(train, NAMES)
    return Model("lightgbm", encoding, lightgbm.fit(encoding(train), label, encoding.sizes, settings={"rounds": 60}))


def chances(table: pa.Table) -> Any:
    return model().answer(table).score


def made(**more: Any) -> shall.Guard:
    train, others, _ = census()
    known = others.slice(0, 5000)
    asked = {"rows": known, "training": train, "columns": NAMES, "coverage": 0.9, "risk": 0.05, **more}
    return shall.guard(chances(known), known.column("income"), classes=CLASSES, **asked)


def test_what_leaves_is_as_right_as_promised_and_the_old_are_sent_away() -> None:
    guard, (_, others, old) = made(), census()
    fresh = others.slice(5000)
    rulings = guard(fresh, chances(fresh))
    codes = Counter(one.code for one in rulings)
    wrong = [one.decision != true for one, true in zip(rulings, fresh.column("income").to_pylist(), strict=True)
             if one.answered]
    assert np.mean(wrong) <= 0.05 and codes["answered"] >= 0.5 * len(fresh)
    assert codes["unseen"] <= 0.07 * len(fresh) and codes["unsure"] + codes["several_classes"] > 0
    assert {one.code for one in guard(old, chances(old))} == {"unseen"}


def test_it_rides_with_a_bundle(tmp_path: Any) -> None:
    train, others, old = census()
    for name, table in (("train", train), ("gate", others.slice(0, 2000))):
        pq.write_table(table, tmp_path / f"{name}.parquet")
    guard = made(groups=None, coverage=None)
    file = {"subject": {"target": "income", "positive": ">50K"}, "requirements": {"right": "accuracy >= 0.7"},
            "data": {name: str(tmp_path / f"{name}.parquet") for name in ("train", "gate")}}
    report = shall.ship(model().save(tmp_path / "model"), file, tmp_path / "bundle", guard=guard, record=False)
    assert "guard.json" in report.files
    scorer = shall.load_bundle(report.place)
    some = others.slice(5000, 300)
    theirs = [one.code for one in guard(some, {"score": chances(some)[:, 1]})]
    assert [one.code for one in scorer.rulings(some.select(NAMES))] == theirs
    (ruling,) = scorer.rulings(old.select(NAMES).slice(0, 1).to_pylist()[0])
    assert ruling.decision is None and ruling.why.startswith("unlike training: age = ")
    plain = shall.ship(tmp_path / "model", file, tmp_path / "plain", record=False)
    with pytest.raises(InputError, match="has no guard"):
        shall.load_bundle(plain.place).rulings({})


def test_the_promise_may_be_for_each_group() -> None:
    known = census()[1].slice(0, 5000)
    groups = np.array(known.column("relationship").to_pylist())
    line = made(coverage=None, groups=groups).plain.control
    overall = made(coverage=None).plain.control
    assert line is not None and overall is not None and overall.line is not None
    assert line.line is None or line.line >= overall.line


def test_what_cannot_be_made_is_refused() -> None:
    with pytest.raises(InputError, match="asked for something"):
        shall.guard(np.ones((3, 2)) / 2, ["a", "b", "a"], classes=["a", "b"])
    with pytest.raises(InputError, match="rows=…"):
        shall.guard(np.ones((3, 2)) / 2, ["a", "b", "a"], classes=["a", "b"], training=census()[0])
    with pytest.raises(DataError, match="none of the classes"):
        shall.guard(np.ones((3, 2)) / 2, ["a", "b", "c"], classes=["a", "b"], risk=0.1)
    with pytest.raises(DataError, match="no column nowhere"):
        made(columns=["nowhere"])
    with pytest.raises(DataError, match="labels of them"):
        made(rows=census()[1].slice(0, 10))


def test_rows_to_calibrate_on_are_needed() -> None:
    with pytest.raises(DataError, match="two at least: `said` and `label` have 0"):
        shall.guard(np.zeros((0, 2)), [], classes=CLASSES, coverage=0.9)
