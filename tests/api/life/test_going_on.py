"""A watch that goes on: what it finds is what one pass finds, however often it was stopped, and nothing twice."""

from __future__ import annotations

import os
import random
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import shall
from shall.api.life.watching import report_of
from shall.core.errors import DataError, StoreError
from shall.phases.watching import track
from tests.api.life.lives import FILE, at, found, go, put, rows, whole


@pytest.mark.parametrize("seed", [0, 1, pytest.param(2, marks=pytest.mark.slow)])
def test_stopped_anywhere_it_finds_what_one_pass_finds(tmp_path: Path, seed: int) -> None:
    chance, table, log = random.Random(seed), rows(3_000, seed, worse=1_500), tmp_path / "log"
    start, told = 0, []
    while start < len(table):
        size = chance.choice([1, 7, 300, 1_500])
        put(table.slice(start, size), log / f"{start:06d}.parquet")
        start = min(start + size, len(table))
        if chance.random() < 0.6:
            with go(tmp_path, log, clock=partial(at, start)) as going:
                told += going.look().alarms
    with go(tmp_path, log, clock=lambda: at(len(table))) as going:
        told += going.look().alarms
        assert going.look().rows == 0
        assert found(going) == whole(tmp_path, log, clock=lambda: at(len(table)))
        report = report_of(going)
    once = shall.watch(FILE, table)
    assert report.sounded == once.sounded and report.sounded
    assert [window.verdicts for window in once.windows] == [window.verdicts for window in report.windows]
    assert {*told} >= {*once.sounded} and len({*told}) == len(told)


def test_with_a_state_the_verb_says_what_it_says_without(tmp_path: Path) -> None:
    table, log = rows(3_000, worse=1_000), tmp_path / "log"
    put(table.slice(0, 1_100), log / "1.parquet")
    shall.watch(FILE, log, state=tmp_path / "state")
    put(table.slice(1_100), log / "2.parquet")
    second, plain = shall.watch(FILE, log, state=tmp_path / "state"), shall.watch(FILE, log)
    assert second.sounded == plain.sounded and plain.sounded
    assert [window.verdicts for window in second.windows] == [window.verdicts for window in plain.windows]
    assert second.spans == plain.spans and second.heard == plain.heard


def test_a_window_is_judged_once_until_rows_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[int] = []

    def counted(examination: Any, counted: Any, *rest: Any) -> Any:
        judged.append(counted.tally.rows)
        return judge_window(examination, counted, *rest)

    judge_window = track.judge_window
    monkeypatch.setattr(track, "judge_window", counted)
    table, log = rows(1_500), tmp_path / "log"
    put(table.slice(0, 1_400), log / "1.parquet")
    with go(tmp_path, log, clock=lambda: at(1_400)) as going:
        going.look()
        assert [window.rows for window in report_of(going).windows] == [744, 656] == judged
        put(table.slice(1_400), log / "2.parquet")
        going.look()
        assert report_of(going).windows == going.windows() and sorted(judged[2:]) == [84, 672, 744]
    judged.clear()
    with go(tmp_path, log, clock=lambda: at(1_500)) as going:
        going.look()
        assert len(report_of(going).windows) == 3 and sorted(judged) == [84, 672, 744]


def test_a_second_process_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    put(rows(50), tmp_path / "log" / "1.parquet")
    with go(tmp_path, tmp_path / "log"), pytest.raises(StoreError, match=f"by the process {os.getpid()}: .*--state"):
        go(tmp_path, tmp_path / "log")
    go(tmp_path, tmp_path / "log").close()


def test_a_clock_that_goes_back_counts_and_judges_nothing_twice(tmp_path: Path) -> None:
    table, log = rows(3_000), tmp_path / "log"
    put(table.slice(0, 2_000), log / "1.parquet")
    times = iter([at(2_000), at(500), at(-90_000), at(90_000)])
    with go(tmp_path, log, clock=lambda: next(times)) as going:
        looks = [going.look()]
        put(table.slice(2_000), log / "2.parquet")
        looks += [going.look(), going.look(), going.look()]
    assert [look.rows for look in looks] == [2_000, 1_000, 0, 0]
    labels = [window.label for look in looks for window in look.windows]
    assert labels == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    assert [len(look.windows) for look in looks] == [2, 0, 0, 3]


def test_rows_whose_times_jump_about_are_heard_alike_in_any_batches(tmp_path: Path) -> None:
    table, log = rows(2_000, worse=500), tmp_path / "log"
    jumps = np.random.default_rng(5).permutation(2_000)
    table = table.set_column(1, "time", table.column("time").take(pa.array(jumps)))
    for start in range(0, 2_000, 330):
        put(table.slice(start, 330), log / f"{start:04d}.parquet")
        with go(tmp_path, log) as going:
            going.look()
            alarms = going.alarms
    assert alarms == shall.watch(FILE, table).sounded


def test_units_that_were_heard_before_a_stop_are_not_heard_again(tmp_path: Path) -> None:
    table, log = rows(2_400, worse=600), tmp_path / "log"
    person = np.random.default_rng(8).integers(0, 60, 2_400)
    table = table.append_column("person", pa.array([f"p{one}" if one else None for one in person]))
    file = FILE | {"columns": {**FILE["columns"], "unit": "person"}, "watch": {"windows": ["1 week"]},
                   "requirements": {"fair": FILE["requirements"]["fair"]}}
    clock = partial(at, 0)                  # nothing is judged
    for start in range(0, 2_400, 350):
        put(table.slice(start, 350), log / f"{start:04d}.parquet")
        with go(tmp_path, log, file=file, clock=clock) as going:
            going.look()
            alarms, wealth = going.alarms, going.tracks[0].life.described()
    with go(tmp_path / "whole", log, file=file, clock=clock) as going:
        going.look()
        assert alarms == going.alarms and wealth == going.tracks[0].life.described()
    assert b"p17" not in b"".join(path.read_bytes() for path in (tmp_path / "state").iterdir())


@pytest.mark.parametrize("how", ["no file", "no folder", "no rows", "no columns"])
def test_a_log_without_rows_is_waited_for_and_in_a_single_run_nothing_is_available(tmp_path: Path, how: str) -> None:
    """Whatever is there of it; only a path that is not there is refused in a single run: it may be mistyped."""
    log, full = tmp_path / "log", rows(300)
    if how == "no file":
        log.mkdir()
    elif how != "no folder":
        put(full.slice(0, 0) if how == "no rows" else pa.table({}), log / "0.parquet")
    for more in ({}, {"state": tmp_path / "single"}):
        if how == "no folder":
            with pytest.raises(DataError, match="there is no file or folder"):
                shall.watch(FILE, log, **more)
        else:
            report = shall.watch(FILE, log, **more)
            assert report.windows == () and "so nothing is available" in report.notes[-1]
    with go(tmp_path, log) as going:
        first = going.look()
        assert first.rows == 0 and first.notes[0].startswith("no rows yet: ") and going.look().notes == ()
        if how == "no columns":
            (log / "0.parquet").unlink()
        put(full, log / "1.parquet")
        assert going.look().rows == 300
    shutil.rmtree(log)
    with go(tmp_path, log) as going, pytest.raises(DataError, match="there is no file or folder"):
        going.look()                        # it was there, and is not any more


def test_a_row_of_a_time_that_is_still_to_come_is_told(tmp_path: Path) -> None:
    """The clock of the alarms goes to it, and stands there: nobody would know why they come late."""
    table, log = rows(900), tmp_path / "log"
    times = table["time"].to_pylist()
    put(table.set_column(1, "time", pa.array([*times[:500], times[0].replace(year=9_999), *times[501:]])),
        log / "a.parquet")
    said = "a row is of 9999-01-01 00:00:00 UTC, which is still to come"
    with go(tmp_path, log) as going:
        assert [note for note in going.look().notes if said in note]
        assert not [note for note in going.look().notes if said in note], "it is told once"
        assert [note for note in report_of(going).notes if said in note]
    assert [note for note in shall.watch(FILE, log).notes if said in note]
    assert not [note for note in shall.watch(FILE, table).notes if "still to come" in note]


def test_labels_that_come_after_one_decision_alone_are_told(tmp_path: Path) -> None:
    table, log = rows(3_000), tmp_path / "log"
    label = [one if chosen else None for one, chosen in zip(table["label"].to_pylist(), table["decision"].to_pylist(),
                                                           strict=True)]
    put(table.set_column(3, "label", pa.array(label)), log / "a.parquet")
    said = "2026-05: labels depend on the decision: 100.0% of the rows with the positive one have a label, 0.0% of"
    with go(tmp_path, log) as going:
        going.look()
        assert [note for note in report_of(going).notes if note.startswith(said)]
    assert [note for note in shall.watch(FILE, log).notes if note.startswith(said)]
    assert not [note for note in shall.watch(FILE, table).notes if "labels depend" in note]
