"""What a window may spend of the allowed false alarms: never more than the time is worth, and always something."""

from __future__ import annotations

import datetime
import json

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import shall
from shall.phases.watching.spending import Spending
from shall.stats.e_detector import AHEAD, ALARM

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
GAPS = st.lists(st.one_of(st.just(0.0), st.floats(0, 0.3), st.floats(0, 20)), min_size=1, max_size=60)


def spent(clock: np.ndarray, size: int = 1, period: float = 1.0) -> list[float]:
    """The shares of windows of so many rows each."""
    spending, index = Spending(period), np.arange(len(clock)) // size
    spending.hear(index, clock)
    return [spending.share(window) for window in range(int(index[-1]) + 1)]


@given(GAPS)
def test_less_is_spent_than_the_time_is_worth_and_something_is_always_left(gaps: list[float]) -> None:
    clock = np.cumsum(gaps)
    shares = spent(clock)
    assert all(0 < share <= AHEAD / 2 / ALARM for share in shares)
    assert (np.cumsum(shares) * ALARM <= (AHEAD + clock - clock[0]) * (1 + 1e-12)).all()


@given(GAPS, st.integers(1, 7), st.integers(1, 7))
def test_the_same_in_any_batches_and_after_a_restart(gaps: list[float], size: int, rows: int) -> None:
    clock, here = np.cumsum(gaps), Spending(2.0)
    index = np.arange(len(clock)) // size
    for first in range(0, len(clock), rows):
        here.hear(index[first:first + rows], clock[first:first + rows])
        told, here = json.loads(json.dumps(here.described())), Spending(2.0)
        here.restored(told)
    assert [here.share(window) for window in range(int(index[-1]) + 1)] == spent(clock, size, 2.0)


def test_windows_that_overlap_are_told_by_their_first_rows() -> None:
    """Rows of yesterday that come late give yesterday no second share."""
    spending = Spending(1_000.0)
    spending.hear(np.array([4, 5, 4, 5, 4]), np.arange(5.0))
    before = {window: spending.share(window) for window in (4, 5)}
    spending.hear(np.array([6, 4]), np.array([300.0, 301.0]))
    assert {window: spending.share(window) for window in (4, 5)} == before


def test_another_rate_begins_anew_and_a_window_that_was_never_heard_gets_a_share() -> None:
    spending, other = Spending(100.0), Spending(50.0)
    spending.hear(np.arange(9), np.arange(9.0))
    other.restored(spending.described())
    assert other.share(3) == spent(np.zeros(1))[0] and spending.share(77) > 0
    spending.forget(77)
    assert 77 not in dict(spending.described()["shares"])


@pytest.mark.parametrize("pace", ["even", "bursts", "years apart"])
def test_the_first_false_alarm_is_expected_after_a_period(pace: str) -> None:
    """4,000 lives of a model at its bound, each window broken as often as its share allows."""
    chance, firsts = np.random.default_rng(7), []
    gap = {"even": lambda n: np.full(n, 0.01),
           "bursts": lambda n: chance.choice([0.0, 0.001, 0.5], n, p=[0.6, 0.3, 0.1]),
           "years apart": lambda n: chance.exponential(2.0, n)}[pace]
    for _ in range(4_000):
        clock, begun = 0.0, 0.0
        spending, window = Spending(1.0), 0
        while True:
            gaps = gap(200)
            times = clock + np.cumsum(gaps)
            begun = times[0] if not window else begun
            index = np.arange(window, window + 200)
            spending.hear(index, times)
            broken = np.flatnonzero(chance.random(200) < [spending.share(one) for one in index.tolist()])
            if len(broken):
                firsts.append(times[broken[0]] - begun)
                break
            clock, window = times[-1], window + 200
    mean, error = np.mean(firsts), np.std(firsts) / np.sqrt(len(firsts))
    assert mean + 4 * error >= 1.0, (mean, error)


def life(rows: int, chance: np.random.Generator, right: float) -> pa.Table:
    """Weighted decisions a minute apart on average, of which so many are right."""
    wrong = chance.random(rows) >= right
    label = chance.integers(0, 2, rows)
    seconds = np.cumsum(chance.exponential(60, rows)).astype("timedelta64[s]")
    return pa.table({"time": np.datetime64(START.replace(tzinfo=None), "s") + seconds, "label": label,
                     "decision": np.where(wrong, 1 - label, label), "weight": chance.uniform(0.5, 1.5, rows)})


def watched(table: pa.Table, **watch: object) -> shall.WatchReport:
    return shall.watch({"subject": {"target": "label", "positive": "1"}, "requirements": {"right": "accuracy >= 0.8"},
                        "columns": {"time": "time", "weight": "weight", "decision": "decision"}, "watch": watch}, table)


def test_windows_by_rows_keep_a_promise_that_is_told_by_time() -> None:
    """At the bound a window in 33 is broken; one alarm in ten days is allowed, and a window is five hours."""
    chance, alarms, broken, windows = np.random.default_rng(3), 0, 0, 0
    for _ in range(8):
        found = watched(life(30_000, chance, 0.8), windows=["300 rows"], false_alarms="1 per 10 days")
        assert found.promise.startswith("false alarms: at most 1 per 10 days")
        alarms, windows = alarms + len(found.alarms), windows + len(found.windows)
        broken += sum(str(window.verdicts[0].verdict) == "broken" for window in found.windows)
    assert windows == 800 and alarms <= 8 * (30_000 / 1440 / 10 + AHEAD) / ALARM < broken
    worse = watched(life(3_000, chance, 0.6), windows=["300 rows"], false_alarms="1 per year")
    assert len(worse.alarms) >= 8, "each alarms that is far below, the first ones too"


def test_windows_by_time_keep_a_promise_that_is_told_by_rows() -> None:
    chance = np.random.default_rng(4)
    found = [watched(life(30_000, chance, 0.8), windows=["5 hours"], false_alarms="1 per 30000 rows") for _ in range(6)]
    assert sum(len(one.alarms) for one in found) <= 6 < sum(
        str(window.verdicts[0].verdict) == "broken" for one in found for window in one.windows)
    assert watched(life(3_000, chance, 0.6), windows=["5 hours"], false_alarms="1 per 30000 rows").alarms
