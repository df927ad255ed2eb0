"""Sums of clusters of units: the same in any batches and after a stop, and of all rows, not the first of each."""

from __future__ import annotations

import datetime
import json
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import shall
from shall.phases.watching.unit_sums import CLUSTERS, Units, UnitSums
from shall.phases.watching.units_heard import UnitsHeard
from shall.phases.watching.whole_life import Told, spans

ROWS = 4_000
LINE = Told("a", "ratio", ">=")


def folded(windows: np.ndarray, cuts: list[int], stop: int = 0) -> UnitSums:
    """``stop``: a row at which it is kept, and gone on from."""
    chance = np.random.default_rng(1)
    group, values = chance.integers(0, 3, ROWS), chance.integers(0, 2, ROWS).astype(float)
    homes = pa.array(np.where(chance.random(ROWS) < 0.1, None, chance.integers(0, 900, ROWS)))
    heard, sums = UnitsHeard(), UnitSums()
    for first, last in pairwise([0, *cuts, ROWS]):
        here = slice(first, last)
        units = Units.of(homes[first:last], windows[here], first, heard)
        sums.add(windows[here], group[here], values[here], units)
        if last == stop:
            told, sums = json.loads(json.dumps(sums.described())), UnitSums()
            sums.restored(told)
    return sums


@pytest.mark.parametrize("mixed", [False, True])
def test_any_batches_and_a_stop_between_give_the_same(mixed: bool) -> None:
    windows = np.arange(ROWS) // 800
    if mixed:                               # rows of a few windows come at the same time, some of them too late
        windows = windows + np.random.default_rng(2).integers(0, 4, ROWS)
    whole = folded(windows, [])
    assert (whole.late > 0) == mixed
    for cuts in ([1, 2, 3], [2_000], [*range(0, ROWS, 37)][1:]):
        again = folded(windows, cuts, cuts[-1])
        assert again.late == whole.late and again.table()[0] == whole.table()[0]
        np.testing.assert_array_equal(again.table()[1], whole.table()[1])
        np.testing.assert_array_equal(again.heard()[1], whole.heard()[1])
        assert spans(LINE, again, str, 0.05) == spans(LINE, whole, str, 0.05)


def test_what_is_said_of_a_window_is_not_changed_by_what_comes_later() -> None:
    windows, chance = np.arange(ROWS) // 500, np.random.default_rng(3)
    group, values = chance.integers(0, 2, ROWS) + (windows > 3), chance.random(ROWS)      # a group comes in window 4
    homes, heard, sums, then = pa.array(np.arange(ROWS) // 2), UnitsHeard(), UnitSums(), []
    for window in range(8):
        here = windows == window
        units = Units.of(homes.filter(pa.array(here)), windows[here], 0, heard)
        sums.add(windows[here], group[here], values[here], units)
        then += spans(LINE, sums, str, 0.05, window)
    assert then == spans(LINE, sums, str, 0.05) and [one.window for one in then] == [str(one) for one in range(8)]


def test_rows_of_a_unit_are_together_and_rows_without_one_apart() -> None:
    homes, index = pa.array([7, 7, None, None, 7], pa.int64()), np.zeros(5, dtype=np.int64)
    units = Units.of(homes, index, 10, UnitsHeard())
    assert len({units.cluster[0], units.cluster[1], units.cluster[4]}) == 1
    assert units.cluster[2:4].tolist() == [12, 13] and units.cluster.max() < CLUSTERS
    assert units.first.tolist() == [True, False, True, True, False] and not units.late.any()


def homes_of(rows: int, size: int) -> pa.Table:
    """Households whose first row is chosen far more often than the others, all in the end alike."""
    chance, start = np.random.default_rng(4), datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    place, home = np.arange(rows) % size, np.arange(rows) // size
    mood = np.random.default_rng(5).random(rows)[home]
    return pa.table({"time": [start + datetime.timedelta(hours=row) for row in range(rows)], "home": home,
                     "decision": ((mood + 0.2 * chance.random(rows)) < np.where(place == 0, 1.0, 0.5)).astype(int)})


def watched(table: pa.Table, line: str = "selection_rate >= 0.3", **columns: str) -> Any:
    return shall.watch({"columns": {"time": "time", **columns}, "requirements": {"line": line},
                        "watch": {"windows": ["1 month"]}}, table)


def test_the_band_is_of_all_rows_and_not_of_the_first_of_each_unit() -> None:
    table = homes_of(9_000, 3)
    found = watched(table, unit="home")
    whole = np.mean(table.column("decision").to_numpy())
    assert found.spans[-1].value == whole and found.spans[-1].n == 9_000
    first = np.mean(table.column("decision").to_numpy()[::3])
    assert found.spans[-1].high < first, "the first rows are far above"
    alone = watched(table)
    assert [one.value for one in alone.spans] == [one.value for one in found.spans]
    widths = [[one.high - one.low for one in some.spans] for some in (alone, found)]
    assert all(narrow < wide for narrow, wide in zip(*widths, strict=True)), "rows that are alike know less"


def test_where_every_unit_has_one_row_it_costs_little() -> None:
    table = homes_of(6_000, 1)
    ours, alone = watched(table, unit="home").spans, watched(table).spans
    assert [one.value for one in ours] == [one.value for one in alone] and ours[-1].n == alone[-1].n
    assert ours[-1].high - ours[-1].low < 1.6 * (alone[-1].high - alone[-1].low)
