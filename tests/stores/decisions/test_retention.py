"""Which decisions are kept, how long, and what clocks may do: nothing."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from shall.adapters import open_log as read_log
from shall.core.decisions import Label
from shall.core.errors import InputError
from shall.stores.decisions import Sampling, now, open_log, verify
from tests.stores.decisions.decided import DAY, FIELDS, Clock, keep, record, rows


def test_a_sample_has_weights_that_count_right(folder: Path) -> None:
    sampling = Sampling(0.1, (("abstained", True), ("decision", "1")))
    with open_log(folder, FIELDS, sample=sampling) as log:
        given = [record(log, values=(number, "F", str(int(number % 10 == 0)), number % 25 == 3))
                 for number in range(20_000)]
        for start in range(0, len(given), 500):
            log.write(given[start:start + 500])
        assert log.alarms["sampled_out"] == len(given) - len(rows(folder))
    found = rows(folder)
    assert sum(row["decision"] == "1" for row in found) == 2000
    assert sum(row["abstained"] for row in found) == 800
    assert {row["weight"] for row in found} == {1.0, 10.0}
    assert sum(row["weight"] for row in found) == pytest.approx(20_000, rel=0.1)        # 5 standard errors


def test_whether_a_decision_is_kept_is_told_by_its_id(folder: Path, tmp_path: Path) -> None:
    kept = []
    for place in ("a", "b"):
        with open_log(tmp_path / place, FIELDS, sample=Sampling(0.5)) as log:
            log.write([record(log)._replace(id=f"id-{number}") for number in range(1000)])
        kept.append([row["id"] for row in rows(tmp_path / place)])
    assert kept[0] == kept[1] and 400 < len(kept[0]) < 600


def test_what_is_sampled_out_is_told_and_is_remembered(folder: Path) -> None:
    with open_log(folder, FIELDS, sample=Sampling(1e-9)) as log:
        log.write([one := record(log, "r")])
        assert log.answered("r") == [one] and rows(folder) == []


def test_a_sampling_that_cannot_be_is_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="above 0 and at most 1"):
        Sampling(0.0)
    with pytest.raises(InputError, match="which is not logged"):
        open_log(folder, FIELDS, sample=Sampling(0.5, (("gone", 1),)))


def days(folder: Path, clock: Clock, keep_days: float, step: Callable[[int], int]) -> list[int]:
    """Ten opens of the log, at times of their own, each with 5 rows; how many rows are left after each."""
    left = []
    for number in range(10):
        clock.time = step(number)
        with open_log(folder, FIELDS, clock=clock, keep_days=keep_days) as log:
            log.write([record(log, time=clock.time) for _ in range(5)])
        left.append(len(rows(folder)))
    return left


def test_whole_segments_are_let_go_and_the_chain_still_verifies(folder: Path) -> None:
    clock = Clock()
    left = days(folder, clock, 3, lambda number: 1_800_000_000_000_000 + number * DAY)
    assert left == [5, 10, 15, 20, *[20] * 6]
    head = verify(folder)
    assert (head.rows, head.removed) == (20, 30)
    assert [row["time"].day for row in rows(folder)] == [day for day in (21, 22, 23, 24) for _ in range(5)]


def test_a_clock_that_runs_ahead_lets_nothing_go(folder: Path) -> None:
    clock = Clock()
    with open_log(folder, FIELDS, clock=clock, keep_days=3, rows_a_segment=5) as log:
        keep(log, 10)
        clock.time += 3653 * DAY
        keep(log, 11)
    for _ in range(2):                      # nor does who begins while it is ahead, or when it is right again
        open_log(folder, FIELDS, clock=clock, keep_days=3).close()
        clock.time -= 3653 * DAY
    assert len(rows(folder)) == 21 and verify(folder).removed == 0


def test_after_a_long_pause_a_day_of_service_passes_first(folder: Path) -> None:
    clock = Clock()
    with open_log(folder, FIELDS, clock=clock, keep_days=3) as log:
        keep(log, 5)
    clock.time += 3653 * DAY
    with open_log(folder, FIELDS, clock=clock, keep_days=3) as log:
        keep(log, 5)
        assert log.alarms["clock"] == 1
    assert len(rows(folder)) == 10


@pytest.mark.parametrize("steps", [
    [0, -3_600_000_000, 1], [0, 3653 * DAY, 5], [2_145_916_799_999_999, 2_147_483_648_000_000, 253_402_300_799_999_999],
    [1_761_440_400_000_000, 1_761_436_800_000_000, 1_761_440_400_000_000],
    [1_483_228_799_000_000, 1_483_228_800_000_000, 0],
], ids=["back an hour", "ten years ahead and back", "2038 and 9999", "a night of daylight saving", "a leap second"])
def test_the_order_is_that_of_writing_whatever_the_clock_says(folder: Path, steps: Sequence[int]) -> None:
    """K8."""
    clock, ids = Clock(), []
    for step in [*steps, *steps]:
        clock.time = step
        with open_log(folder, FIELDS, clock=clock, rows_a_segment=2) as log:
            for _ in range(3):
                log.write([one := record(log, time=step)])
                ids.append(one.id)
            log.write_labels([Label(ids[0], len(ids), step)])
    assert [row["id"] for row in rows(folder)] == ids
    table = read_log(folder).batches(["time"])
    assert pa.concat_arrays([batch.column(0) for batch in table]).cast(pa.int64()).to_pylist() == [
        step for step in [*steps, *steps] for _ in range(3)]
    assert rows(folder / "labels") == [{**rows(folder / "labels")[0], "id": ids[0], "label": float(len(ids))}]
    verify(folder)


def test_now_is_in_microseconds() -> None:
    assert abs(now() - datetime.datetime.now(datetime.UTC).timestamp() * 1e6) < 60e6
