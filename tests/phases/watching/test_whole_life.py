"""The whole life of a line: bounds that are right at every window at once, however the rows come."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import shall
from shall.phases.watching.whole_life import Runs, Sums, Told, spans
from shall.stats.e_events import Coded

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def log(rows: int, seed: int = 0) -> pa.Table:
    rng = np.random.default_rng(seed)
    sex = rng.choice(["f", "m"], rows)
    return pa.table({"time": [START + datetime.timedelta(hours=row) for row in range(rows)], "sex": sex,
                     "decision": (rng.random(rows) < np.where(sex == "f", 0.40, 0.45)).astype(int),
                     "home": np.arange(rows) // 2})


def watched(table: pa.Table, line: str, **more: Any) -> Any:
    return shall.watch({"groups": {"sex": "sex"}, "requirements": {"line": line}, "watch": {"windows": ["1 month"]},
                        **more}, table)


def sums_of(values: np.ndarray, group: np.ndarray, windows: int) -> Sums:
    sums = Sums()
    sums.add(np.arange(len(values)) * windows // len(values), group, values)
    return sums


@pytest.mark.parametrize(("line", "truth"), [
    ("selection_rate >= 0.3", 0.425), ("selection_rate over sex >= 0.3", 0.40),
    ("selection_rate over sex <= 0.6", 0.45), ("ratio of selection_rate over sex >= 0.8", 0.40 / 0.45),
    ("difference of selection_rate over sex <= 0.1", 0.05)])
def test_the_truth_lies_in_the_band_at_every_window(line: str, truth: float) -> None:
    found = watched(log(6_000), line)
    assert [span.window for span in found.spans] == [window.label for window in found.windows]
    assert all(span.low <= truth <= span.high for span in found.spans)
    widths = [span.high - span.low for span in found.spans]
    assert widths[-1] < 0.7 * widths[0]


def test_the_band_of_a_few_groups_is_rarely_wrong_at_any_window() -> None:
    rng, wrong = np.random.default_rng(5), {"each": 0, "ratio": 0, "difference": 0}
    rates = np.array([0.30, 0.30, 0.35])
    truths = {"each": 0.30, "ratio": 0.30 / 0.35, "difference": 0.05}
    for _ in range(120):
        group = rng.integers(0, 3, 1_500)
        sums = sums_of((rng.random(1_500) < rates[group]).astype(float), group, 30)
        for aggregate, truth in truths.items():
            band = spans(Told("a", aggregate, ">="), sums, str, 0.05)  # type: ignore[arg-type]
            wrong[aggregate] += any(not one.low <= truth <= one.high for one in band)
    assert max(wrong.values()) <= 12, "of 120 at most one in ten, for each of two bounds 5%"


def test_rows_may_come_in_any_batches() -> None:
    rng = np.random.default_rng(3)
    values, group = (rng.random(999) < 0.4).astype(float), rng.integers(0, 2, 999)
    window = np.arange(999) // 100
    whole, parts = Sums(), Sums()
    whole.add(window, group, values)
    for part in np.array_split(np.arange(999), 77):
        parts.add(window[part], group[part], values[part])
    again = Sums()
    again.restored(parts.described())
    line = Told("a", "ratio", ">=")
    assert spans(line, whole, str, 0.05) == spans(line, parts, str, 0.05) == spans(line, again, str, 0.05)


def test_a_group_that_comes_late_is_held_from_then_on() -> None:
    values, group = np.ones(300), np.repeat([0, 1, 1], 100)
    band = spans(Told("a", "difference", "<="), sums_of(values, group, 3), str, 0.05)
    assert [span.window for span in band] == ["1", "2"], "one group alone has no difference"


@pytest.mark.parametrize(("line", "truth"), [
    ("difference of selection_rate over sex within home <= 0.2", 0.25),
    ("ratio of selection_rate over sex within home >= 0.2", 0.45 / 0.70)])
def test_within_bands_it_is_that_of_the_worst_one(line: str, truth: float) -> None:
    """Men are chosen more often than women by 0.05 in one half and by 0.25 in the other."""
    rng, rows = np.random.default_rng(6), 8_000
    sex, home = rng.choice(["f", "m"], rows), rng.choice(["a", "b"], rows)
    rate = 0.45 + (sex == "m") * np.where(home == "a", 0.05, 0.25)
    table = log(rows).set_column(1, "sex", pa.array(sex)).set_column(
        2, "decision", pa.array((rng.random(rows) < rate).astype(int))).set_column(3, "home", pa.array(home))
    found = watched(table, line, groups={"sex": "sex", "home": "home"})
    assert found.spans and all(one.low <= truth <= one.high for one in found.spans)
    assert abs(found.spans[-1].value - truth) < 0.03 and found.spans[-1].about == "4 groups"


def test_a_group_counts_when_it_has_the_rows_that_a_verdict_asks_for() -> None:
    table = log(3_000)
    sex = np.array(table.column("sex").to_pylist(), dtype=object)
    sex[::40] = "x"
    table = table.set_column(1, "sex", pa.array(sex.tolist()))
    found = watched(table, "selection_rate over sex >= 0.3", groups={"sex": {"column": "sex", "at_least": 50}})
    assert [one.about for one in found.spans] == ["2 groups"] * 2 + ["3 groups"] * (len(found.spans) - 2)


def test_a_log_without_a_time_has_it_and_says_nothing_of_alarms() -> None:
    found = watched(log(3_000).drop_columns("time"), "selection_rate >= 0.3", watch={"windows": ["1000 rows"]})
    assert len(found.spans) == 3 and not found.unspanned and "the log has no time" in "".join(found.notes)
    assert found.spans == watched(log(3_000), "selection_rate >= 0.3", watch={"windows": ["1000 rows"]}).spans


def test_there_is_none_where_no_mean_is_drawn_and_it_is_said_why() -> None:
    table = log(2_000)
    slow = table.append_column("latency", pa.array(np.linspace(0, 1, 2_000)))
    for found, why in ((watched(slow, "p95(latency) <= 2"), "the share of rows beyond its limit"),
                       (watched(table, "selection_rate >= 0.3", columns={"weight": "home", "time": "time"}), "weight"),
                       (watched(table, "selection_rate over sex, home >= 0.1", groups={"sex": "sex", "home": "home"}),
                        "several measures or groupings")):
        assert found.spans == () and why in found.unspanned["line"]


def test_cells_are_summed_as_values_are_and_windows_may_come_in_any_order() -> None:
    rng = np.random.default_rng(0)
    windows, group, value = rng.integers(0, 3, 500), rng.integers(0, 4, 500), rng.integers(0, 2, 500)
    windows[0] = windows[-1] = 1
    values, cells = Sums(), Sums()
    values.add(windows, group, value.astype(float))
    cells.count(Runs.of(windows), Coded(2 * group + value, 4), 1)
    assert {*values.kept} == {0, 1, 2}
    for window, table in values.kept.items():
        here = windows == window
        np.testing.assert_array_equal(table[0], np.bincount(group[here], minlength=4))
        np.testing.assert_array_equal(table[1], np.bincount(group[here], value[here], 4))
        np.testing.assert_array_equal(cells.kept[window], table[:2])
