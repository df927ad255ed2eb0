"""Counting as rows come: the same tally as of all rows at once; one wrong batch loses no other."""

from __future__ import annotations

import math
import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shall.core.errors import DataError
from shall.core.log import Binding, Column, GroupDef
from shall.tally import Counter, Need, Tally, accumulate, compile_plan, count
from shall.tally import counter as counting
from tests.tally.logs import NEEDS, ROWS, batch, binding

PLANS = {unit: compile_plan(NEEDS, binding(unit=unit)) for unit in (False, True)}
WEIGHED = compile_plan([Need(groups=("sex",), axes=("decision",))], Binding(
    (("decision", Column("decision")), ("weight", Column("age"))), "1", 0.5, (GroupDef("sex", "sex"),)))


@settings(max_examples=60, deadline=None)
@given(ROWS, st.booleans(), st.randoms(use_true_random=False))
def test_any_batches_and_any_limits_give_the_same_bytes(rows: list, unit: bool, chance: random.Random) -> None:
    plan, whole = PLANS[unit], batch(rows)
    wanted, counter = count(plan, whole).to_bytes(), Counter(plan)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "ENOUGH", chance.choice([1, 7, 10**6]))
        patch.setattr(counting, "MOST_WAITING", chance.choice([1, 3, 10**6]))
        patch.setattr(counting, "MERGE", chance.choice([1, 2, 16]))
        start = 0
        while start < len(rows):
            size = chance.choice([0, 1, 1, 2, 30])
            counter.add(_coded(whole.slice(start, size)) if chance.random() < 0.3 else whole.slice(start, size))
            start += size
            if chance.random() < 0.1:
                assert counter.tally().rows == min(start, len(rows))
        assert counter.tally().to_bytes() == wanted
        assert counter.tally().to_bytes() == wanted


def _coded(part: pa.RecordBatch) -> pa.RecordBatch:
    """With a dictionary of its own, which no other batch shares."""
    place = part.schema.get_field_index("sex")
    return part.set_column(place, "sex", part.column(place).dictionary_encode())


def test_nothing_was_added() -> None:
    assert Counter(PLANS[False]).tally() == accumulate(PLANS[False], []) == Tally.zero(PLANS[False])


def test_dictionaries_that_do_not_fit_one_type_together() -> None:
    """128 names fit into int8, two hundred do not."""
    plan, kind = compile_plan([Need(groups=("sex",))], binding()), pa.dictionary(pa.int8(), pa.string())
    parts = [pa.record_batch({"label": pa.array([1] * 100, pa.int8()),
                              "sex": pa.array([f"{start + number}" for number in range(100)]).cast(kind)})
             for start in (0, 100)]
    tally = accumulate(plan, parts)
    assert tally.rows == 200 and len(tally.cells(Need(groups=("sex",))).groups) == 200


def test_a_plan_without_columns_counts_rows() -> None:
    plan = compile_plan([Need()], Binding(()))
    assert plan.columns == ()
    assert accumulate(plan, [pa.record_batch({"x": [1, 2]}), pa.record_batch({"x": [3]})]).rows == 3


def weighed(*weights: float) -> pa.RecordBatch:
    return pa.record_batch({"decision": pa.array([1] * len(weights), pa.int8()), "sex": ["F"] * len(weights),
                            "age": pa.array(weights, pa.float64())})


def test_a_wrong_batch_is_told_and_the_others_are_counted() -> None:
    counter = Counter(WEIGHED)
    for part in (weighed(1.0), weighed(2.0, -1.0), weighed(3.0), pa.record_batch({"decision": [1]}), weighed(4.0)):
        counter.add(part)
    with pytest.raises(DataError, match="no usable weight"):
        counter.tally()
    counter.add(weighed(5.0))
    tally = counter.tally()
    assert tally.rows == 4
    assert tally.cells(Need(groups=("sex",), axes=("decision",))).weighing(1).table("decision").tolist() == [[0, 13, 0]]


def test_a_wrong_batch_is_told_by_the_add_that_counts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_WAITING", 3)
    counter = Counter(WEIGHED)
    counter.add(weighed(1.0))
    counter.add(weighed(math.nan))
    with pytest.raises(DataError):
        counter.add(weighed(1.0))
    assert counter.tally().rows == 2


def test_accumulate_tells_the_rows_of_each_batch() -> None:
    told: list[int] = []
    accumulate(WEIGHED, [weighed(1.0), weighed(2.0, 3.0), weighed()], told.append)
    assert told == [1, 2, 0]
