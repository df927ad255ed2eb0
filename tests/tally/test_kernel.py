"""Any split, order, batch size and number of threads gives the same bytes; and the counts are right."""

from __future__ import annotations

import math
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shall.core.errors import DataError, InputError
from shall.core.log import MISSING
from shall.tally import Need, Tally, accumulate, compile_plan, count
from tests.tally.logs import NEEDS, ROWS, batch, binding

PLANS = {unit: compile_plan(NEEDS, binding(unit=unit)) for unit in (False, True)}


def parts(whole: pa.RecordBatch, size: int) -> list[pa.RecordBatch]:
    return [whole.slice(start, size) for start in range(0, whole.num_rows, size)]


@settings(max_examples=60, deadline=None)
@given(ROWS, st.booleans(), st.randoms(use_true_random=False))
def test_every_split_and_order_gives_the_same_bytes(rows: list, unit: bool, shuffle: random.Random) -> None:
    plan = PLANS[unit]
    wanted = count(plan, batch(rows)).to_bytes()
    for size in (1, 2, 7, 64):
        assert accumulate(plan, parts(batch(rows), size)).to_bytes() == wanted
    shuffle.shuffle(rows)
    some = [count(plan, part) for part in parts(batch(rows), 5)]
    shuffle.shuffle(some)
    assert sum(some, Tally.zero(plan)).to_bytes() == wanted
    coded = batch(rows)
    place = coded.schema.get_field_index("sex")
    coded = coded.set_column(place, "sex", coded.column(place).dictionary_encode())
    assert accumulate(plan, parts(coded, 9)).to_bytes() == wanted


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_counts_are_those_of_a_loop_over_rows(rows: list) -> None:
    tally = count(PLANS[False], batch(rows))
    assert tally.rows == len(rows)
    cells = tally.cells(NEEDS[0])
    table = cells.table("label", "decision")
    coded = {None: 2, 0: 0, 1: 1}
    wanted = Counter((MISSING if sex is None else sex, coded[label], coded[decision])
                     for _, label, decision, sex, _, _ in rows)
    got = {(group[0][1], *place): n for number, group in enumerate(cells.groups)
           for place, n in np.ndenumerate(table[number]) if n}
    assert got == wanted
    assert cells.skipped == 0
    older = tally.cells(NEEDS[-1])
    kept = [row for row in rows if row[4] is not None and row[4] >= 25]
    assert (int(older.rows.sum()), older.skipped) == (len(kept), len(rows) - len(kept))


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_sums_are_exact_to_the_last_bit_of_their_grid(rows: list) -> None:
    tally = count(PLANS[False], batch(rows))
    valid = [(score, label) for score, label, *_ in rows if score is not None and 0 <= score <= 1]
    total = tally.cells(Need(axes=("label", "score"), sums=("score",))).total("score")
    fixed = sum(Fraction(round(score * 2**52), 2**52) for score, _ in valid)
    assert total.sum() == pytest.approx(float(fixed), abs=0, rel=2**-52)
    brier = tally.cells(NEEDS[3]).total("(score - label)**2").sum()
    assert brier == pytest.approx(math.fsum((s - y) ** 2 for s, y in valid if y is not None), abs=1e-14)


def test_threads_give_the_same_bytes() -> None:
    plan, chance = PLANS[True], np.random.default_rng(3)
    rows = [(s, y, y, sex, 30.0, u) for s, y, sex, u in zip(
        chance.random(5000).tolist(), chance.integers(0, 2, 5000).tolist(), chance.choice(["F", "M"], 5000).tolist(),
        chance.integers(0, 900, 5000).tolist(), strict=True)]
    whole = batch(rows)
    with ThreadPoolExecutor(4) as pool:
        some = list(pool.map(lambda part: count(plan, part), parts(whole, 173)))
    assert Tally.added(reversed(some)) == count(plan, whole)


def test_large_batches_are_counted_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = batch([(0.1 * (number % 10), 1, 0, "F", 1.0, number) for number in range(50)])
    wanted = count(PLANS[True], rows)
    monkeypatch.setattr("shall.tally.kernel.LARGEST", 8)
    assert count(PLANS[True], rows) == wanted


def test_counting_by_sorting_is_counting_into_an_array(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = batch([(number / 50, number % 2, 0, "FM"[number % 2], float(number), 1) for number in range(50)])
    wanted = count(PLANS[False], rows)
    monkeypatch.setattr("shall.tally.kernel.DENSE", 0)
    assert count(PLANS[False], rows) == wanted


def test_a_score_of_32_bits_is_on_the_side_of_the_threshold_where_64_bits_put_it() -> None:
    plan = compile_plan([Need(axes=("decision",))], binding(decision=False))
    for threshold_score in (0.5, 0.7):
        single = pa.record_batch({"score": pa.array([threshold_score], pa.float32()), "label": [1]})
        double = pa.record_batch({"score": pa.array([float(np.float32(threshold_score))]), "label": [1]})
        assert count(plan, single) == count(plan, double)
    decided = count(plan, pa.record_batch({"score": [0.5, 0.49, None, math.nan], "label": [1, 1, 1, 1]}))
    assert decided.cells(Need(axes=("decision",))).table("decision").tolist() == [[1, 1, 2]]


def test_no_rows_count_as_nothing() -> None:
    assert count(PLANS[False], batch([])) == Tally.zero(PLANS[False]) == accumulate(PLANS[False], [])
    assert Tally.zero(PLANS[False]).cells(NEEDS[0]).groups == ()


def test_tallies_of_different_plans_do_not_add() -> None:
    with pytest.raises(InputError, match="different plans"):
        Tally.zero(PLANS[False]) + Tally.zero(PLANS[True])


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(DataError, match="no column age"):
        count(PLANS[False], batch([(0.5, 1, 1, "F", 1.0, 1)]).drop_columns(["age"]))


def test_text_is_no_number() -> None:
    plan = compile_plan([Need(axes=("value:sex",))], binding())
    with pytest.raises(DataError, match="column sex: a column of string is not made of numbers"):
        count(plan, batch([(0.5, 1, 1, "F", 1.0, 1)]))


def test_an_id_is_no_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shall.tally.counts.MOST_KEYS", 3)
    with pytest.raises(DataError, match="a column that names rows is no group"):
        count(PLANS[False], batch([(0.5, 1, 1, str(number), 1.0, 1) for number in range(5)]))


def test_progress_is_told_the_rows_of_each_batch() -> None:
    told: list[int] = []
    accumulate(PLANS[False], parts(batch([(0.5, 1, 1, "F", 1.0, 1)] * 5), 2), told.append)
    assert told == [2, 2, 1]
