"""A life looked at after every row: which lines can be, when they sound, and of whom."""

from __future__ import annotations

import datetime
import tracemalloc
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import shall

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
LINES = {
    "fair": "ratio of selection_rate over sex >= 0.8",
    "equal": "difference of true_positive_rate over sex <= 0.1",
    "right": "accuracy >= 0.7",
    "exact": "precision over sex between 0.5 and 0.95",
    "close": "brier <= 0.25",
    "fast": "p95(latency) <= 2",
    "few": "share(latency > 5) <= 1%",
    "sharp": "roc_auc >= 0.7",
}


def log(rows: int, seed: int = 0, worse: int | None = None) -> pa.Table:
    """Decisions of a fair model, an hour apart; women are rarely chosen from row ``worse`` on."""
    rng = np.random.default_rng(seed)
    sex, label = rng.choice(["f", "m"], rows), rng.integers(0, 2, rows)
    score = np.clip(0.25 + 0.5 * label + rng.normal(0, 0.2, rows), 0, 1)
    decision = (score > 0.5).astype(int)
    if worse is not None:
        late = (np.arange(rows) >= worse) & (sex == "f") & (rng.random(rows) < 0.6)
        decision[late] = 0
    return pa.table({"time": [START + datetime.timedelta(hours=row) for row in range(rows)], "sex": sex,
                     "label": label, "score": score, "decision": decision, "latency": rng.exponential(0.5, rows)})


def watched(table: pa.Table, lines: dict[str, str] = LINES, **more: Any) -> Any:
    return shall.watch({"subject": {"target": "label", "positive": "1", "threshold": 0.5}, "groups": {"sex": "sex"},
                        "requirements": lines, "watch": {"windows": ["1 month"]}, **more}, table)


def test_a_good_life_is_quiet_and_says_which_lines_are_looked_at_by_window() -> None:
    found = watched(log(6_000))
    assert found.sounded == () and not found.alarms
    assert [note for note in found.notes if "by window" in note] == [
        "sharp: alarms by window, since its measure is no mean between two ends"]


def test_an_alarm_names_the_row_the_time_and_who_is_worse_off() -> None:
    found = watched(log(8_000, worse=5_000))
    first = {alarm.name: alarm for alarm in reversed(found.sounded)}
    assert {"fair", "equal"} <= {*first} and "fast" not in first
    fair = first["fair"]
    assert 5_000 < fair.row < 5_600
    assert fair.about == "sex = f against sex = m"
    assert fair.at.startswith(str((START + datetime.timedelta(hours=fair.row - 1)).date()))
    assert fair.window == fair.at[:7] and fair.line == LINES["fair"]


def test_a_life_read_in_small_batches_sounds_at_the_same_rows() -> None:
    table = log(8_000, worse=5_000)
    pieces = [table.slice(start, 700) for start in range(0, 8_000, 700)]
    assert watched(pa.concat_tables(pieces)).sounded == watched(table.combine_chunks()).sounded


@pytest.mark.parametrize("coarse", [False, True])
def test_a_line_sounds_at_the_same_rows_whatever_stands_beside_it(coarse: bool) -> None:
    """A pair of groups is there later than a line without any: that line takes nothing of its wealth."""
    table = log(8_000, worse=300)
    if coarse:
        table = table.set_column(0, "time", pa.array([START] * len(table)))
    together = watched(table).sounded
    assert {"fair", "equal"} <= {alarm.name for alarm in together}
    for name, line in LINES.items():
        assert watched(table, {name: line}).sounded == tuple(one for one in together if one.name == name)


@pytest.mark.parametrize(("line", "column", "value"), [
    ("p95(latency) <= 2", "latency", 9.0), ("share(latency > 5) <= 1%", "latency", 9.0),
    ("p5(latency) >= 0.001", "latency", 0.0), ("brier <= 0.25", "score", 0.5), ("accuracy >= 0.7", "decision", 0),
])
def test_every_kind_of_line_sounds_where_it_is_broken(line: str, column: str, value: float) -> None:
    if line.startswith("p5("):
        line = "quantile(latency, q = 0.05) >= 0.001"
    table = log(6_000)
    values = table.column(column).to_pylist()
    broken = [*values[:3_000], *([value] * 3_000)]
    if column == "score":
        broken = [*values[:3_000], *(1.0 - one for one in values[3_000:])]
    table = table.set_column(table.schema.get_field_index(column), column, pa.array(broken))
    found = watched(table, {"line": line})
    assert found.sounded and 3_000 < found.sounded[0].row < 3_800, found


def test_rows_of_one_unit_are_heard_once_a_window() -> None:
    """Each of 40 persons ten times an hour: the rows of a person are alike, and are no evidence on their own."""
    rng, rows = np.random.default_rng(1), 12_000
    person = np.repeat(rng.integers(0, 10**9, rows // 40), 40)
    habit = np.repeat(rng.random(rows // 40) < 0.8, 40)
    table = pa.table({"time": [START + datetime.timedelta(minutes=row) for row in range(rows)], "person": person,
                      "decision": habit.astype(int), "sex": np.full(rows, "f")})
    lines = {"chosen": "selection_rate >= 0.8"}
    alone, together = watched(table, lines), watched(table, lines, columns={"unit": "person"})
    assert len(alone.sounded) >= 1 and together.sounded == ()


def test_a_line_that_is_waived_sounds_no_alarm_even_where_every_window_is_met() -> None:
    waived = {"that": LINES["fair"], "waive": {"until": datetime.date(2099, 1, 1), "by": "ana", "why": "known"}}
    table = log(8_000, worse=7_000)
    whole = {"windows": ["1 year"]}
    assert "fair" in {alarm.name for alarm in watched(table, {"fair": LINES["fair"]}, watch=whole).sounded}
    assert watched(table, {"fair": waived}, watch=whole).sounded == ()


def test_a_promise_is_made_of_the_lines_that_keep_it() -> None:
    table, rows = log(3_000), {"windows": ["1000 rows"]}
    allowed = "false alarms: at most 1 per year and requirement, for a model exactly at its bound"
    for lines in (LINES, {"sharp": LINES["sharp"]}):
        assert watched(table, lines, watch=rows).promise == allowed
    timeless = table.drop_columns("time")
    assert "no time by which to be rarer" in watched(timeless, {"sharp": LINES["sharp"]}, watch=rows).promise
    told = {**rows, "false_alarms": "1 per 1,000,000 rows"}
    assert watched(timeless, {"sharp": LINES["sharp"]}, watch=told).promise.startswith("false alarms: at most 1 per")


def test_without_a_clock_lines_are_looked_at_by_window_or_by_rows() -> None:
    table = log(8_000, worse=3_000).drop_columns(["time"])
    found = watched(table, watch={"windows": ["2000 rows"]})
    assert found.sounded == () and any("the log has no time" in note for note in found.notes)
    found = watched(table, watch={"windows": ["2000 rows"], "false_alarms": "1 per 1,000,000 rows"})
    assert "fair" in {alarm.name for alarm in found.sounded}
    assert found.sounded[0].at == "" and "1 per 1,000,000 rows" in found.promise


def test_weights_and_references_are_looked_at_by_window() -> None:
    table = log(3_000).append_column("w", pa.array(np.ones(3_000)))
    found = watched(table, {"fair": LINES["fair"]}, columns={"weight": "w"})
    assert any(note == "fair: alarms by window, since its rows are weighted" for note in found.notes)


@pytest.mark.parametrize(("groups", "limit", "timed"), [
    (100, 0.9, True), (1_000, 0.9, True), (100, 0.1, True), (100, 0.9, False)])
def test_pairs_of_many_groups_need_little_memory(groups: int, limit: float, timed: bool) -> None:
    """All pairs of a thousand were gigabytes, and of a hundred in one batch with those who come or near an alarm."""
    rng, rows = np.random.default_rng(6), 20_000
    who = rng.integers(0, groups, rows)
    table = log(rows).set_column(1, "sex", pa.array([f"g{one}" for one in who]))
    if limit < 0.9:
        chosen = rng.random(rows) < np.where(who == 7, 0.05, 0.6)
        table = table.set_column(4, "decision", pa.array(chosen.astype(int)))
    tracemalloc.start()
    try:
        found = watched(table if timed else table.drop_columns("time"), {
            "fair": f"difference of selection_rate over sex <= {limit}"}, watch={"windows": ["1000000 rows"]})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 300 * 2**20, peak
    assert bool(found.sounded) == (limit < 0.9) and all("g7" in one.about for one in found.sounded)


def test_a_log_without_rows_is_quiet() -> None:
    assert watched(log(3_000).slice(0, 0)).sounded == ()


@pytest.mark.parametrize("sizes", [(1, 40), (5, 300), (97, 2_000)])
def test_groups_that_come_late_make_no_difference_to_any_batches(sizes: tuple[int, int]) -> None:
    """Who is new gets its part of the wealth from then on, in whatever batch it came."""
    table = log(4_000, worse=1_500)
    late = ["x" if row > 700 and row % 5 == 0 else one for row, one in enumerate(table["sex"].to_pylist())]
    table = table.set_column(table.schema.get_field_index("sex"), "sex", pa.array(late))
    rng, edges = np.random.default_rng(0), [0]
    while edges[-1] < len(table):
        small = sizes[0] if edges[-1] < 1_000 else sizes[1]
        edges.append(min(edges[-1] + int(rng.integers(1, small + 1)), len(table)))
    pieces = [table.slice(start, end - start) for start, end in pairwise(edges)]
    lines = {name: LINES[name] for name in ("fair", "right", "exact", "close")}
    whole = watched(table.combine_chunks(), lines).sounded
    assert whole and watched(pa.concat_tables(pieces), lines).sounded == whole
