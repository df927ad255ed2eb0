"""A file, a log or a line that is another one than it was is told; what is new begins anew."""

from __future__ import annotations

import os
import random
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import shall
from shall.api.life.watching import report_of
from shall.core.decisions import Record
from shall.core.errors import DataError, StoreError
from shall.core.verdict import Finding
from shall.phases.watching import pairing
from shall.phases.watching.life import Life
from shall.stores import open_store
from shall.stores.decisions import open_log
from tests.api.life.lives import FIELDS, FILE, SERVED, decide, found, go, moment, put, rows, whole


def test_a_file_that_was_rewritten_is_told_and_not_folded(tmp_path: Path) -> None:
    table, log = rows(1_000), tmp_path / "log"
    put(table.slice(0, 500), log / "1.parquet")
    with go(tmp_path, log) as going:
        going.look()
    put(table.slice(0, 400), log / "1.parquet")
    put(table.slice(500), log / "2.parquet")
    with go(tmp_path, log) as going:
        looked = going.look()
        assert looked.rows == 500 and looked.total == 1_000
        assert any("1.parquet is another file than it was" in note and "afresh" in note for note in looked.notes)
        assert going.look().notes == () and [note for note in report_of(going).notes if "another file" in note] == [
            note for note in looked.notes if "another file" in note]
    with go(tmp_path, log, afresh=True) as going:
        assert going.look().total == 900
    os.utime(log / "2.parquet", (1, 1))     # touched, and the same
    with go(tmp_path, log) as going:
        assert going.look().rows == 0 and going.look().notes == ()


def test_another_log_in_its_place_is_refused(tmp_path: Path) -> None:
    put(rows(50), tmp_path / "log" / "1.parquet")
    put(rows(50), tmp_path / "other" / "1.parquet")
    go_on = go(tmp_path, tmp_path / "log")
    go_on.look()
    go_on.close()
    with go(tmp_path, tmp_path / "other") as going, pytest.raises(DataError, match=r"another log .*--afresh"):
        going.look()


def test_decisions_that_were_put_back_from_an_old_copy_are_told(tmp_path: Path) -> None:
    folder, chance = tmp_path / "decisions", random.Random(1)
    with open_log(folder, FIELDS) as log:
        decide(log, 100, 0, chance)
        shutil.copytree(folder, tmp_path / "copy")
        decide(log, 100, 100, chance)
        with go(tmp_path, folder, file=SERVED, labels=folder / "labels") as going:
            assert going.look().rows == 200
    shutil.rmtree(folder)
    (tmp_path / "copy").rename(folder)
    with go(tmp_path, folder, file=SERVED, labels=folder / "labels") as going:
        looked = going.look()
        assert looked.rows == 0 and any("put back from an old copy" in note for note in looked.notes)


TIGHTER: dict[str, Any] = FILE | {"requirements": FILE["requirements"] | {
    "fair": "ratio of selection_rate over sex >= 0.9", "sharp": "roc_auc >= 0.99", "most": "selection_rate <= 0.9"}}


def test_a_line_that_was_changed_begins_anew_and_the_others_go_on(tmp_path: Path) -> None:
    """Windows and alarms of the new life are those of one pass over everything, told and recorded once."""
    table, log = rows(3_000, worse=1_000), tmp_path / "log"
    put(table.slice(0, 1_500), log / "1.parquet")
    store = open_store(tmp_path / "shall.db")
    with go(tmp_path, log, store=store) as going:
        going.look()
        assert "fair" in {one.name for one in going.alarms}
    before = len(store.records("verdicts"))
    with go(tmp_path, log, file=TIGHTER, store=store) as going:         # no row has come since
        looked = going.look()
        assert {f"{name} was changed: its life begins anew" for name in ("fair", "sharp", "most")} <= {*looked.notes}
        assert not any("right" in note for note in looked.notes)
        assert [[one.name for one in window.verdicts] for window in looked.windows] == [["fair", "sharp", "most"]] * 3
        assert {alarm.name for alarm in looked.alarms} == {"fair", "sharp"}
        assert {str(going.standing.newest_verdicts[name][1].requirement) for name in ("fair", "sharp")} == {
            "ratio of selection_rate over sex >= 0.9", "roc_auc >= 0.99"}
    put(table.slice(1_500), log / "2.parquet")
    with go(tmp_path, log, file=TIGHTER, store=store) as going:
        assert len(store.records("verdicts")) == before + 3
        late = going.look()
        assert all(alarm.row > 1_500 for alarm in late.alarms) and not any("changed" in note for note in late.notes)
        told = [alarm for alarm in (*looked.alarms, *late.alarms) if alarm.name in ("fair", "most")]
        assert found(going) == whole(tmp_path, log, file=TIGHTER)
        assert told == [alarm for alarm in going.alarms if alarm.name in ("fair", "most")]
    assert [alarm for alarm in shall.watch(TIGHTER, table).sounded if alarm.name == "fair"] == told
    recorded = [record.body for record in store.records("alarm") if record.body["life"] == looked.life]
    assert [(one["name"], one["row"]) for one in recorded if one["name"] == "fair"] == [
        (one.name, one.row) for one in told]
    store.close()


def test_a_life_that_began_anew_is_told_also_where_the_process_is_killed_or_the_store_is_down(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    put(rows(1_500, worse=500), log / "1.parquet")
    with go(tmp_path, log) as going:
        going.look()
    store = open_store(tmp_path / "shall.db")

    def down(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patched, go(tmp_path, log, file=TIGHTER, store=store) as going:
        patched.setattr(type(store), "append", down)
        looked = going.look()
        assert looked.windows == () and {one.name for one in looked.alarms} == {"fair"}     # an alarm waits for nothing
        assert any("could not be recorded yet" in note for note in looked.notes)
    with go(tmp_path, log, file=TIGHTER, store=store) as going:
        assert len(going.look().windows) == 3 and going.look().windows == ()
    assert {record.body["name"] for record in store.records("alarm")} == {"fair", "sharp"}
    with go(tmp_path, log, file=FILE) as going:                         # and as it was before
        assert len(going.look().windows) == 3 and found(going) == whole(tmp_path, log)
    store.close()


def test_another_size_of_windows_begins_every_window_anew(tmp_path: Path) -> None:
    log, week = tmp_path / "log", FILE | {"watch": {"windows": ["1 week"]}}
    put(rows(1_000, worse=500), log / "1.parquet")
    with go(tmp_path, log) as going:
        life, alarms = going.look().life, going.alarms
    with go(tmp_path, log, file=week) as going:
        looked = going.look()
        assert looked.life != life and len(looked.windows) == 7 and [
            (one.name, one.row) for one in alarms] == [(one.name, one.row) for one in going.alarms]


def test_what_windows_may_spend_goes_on_and_is_told_anew_for_another_size(tmp_path: Path) -> None:
    """By rows, with alarms that are allowed by time: the area has no alarm after every row."""
    table, log, file = rows(1_800), tmp_path / "log", FILE | {
        "requirements": {"sharp": "roc_auc >= 0.985", "right": "accuracy >= 0.7"},
        "watch": {"windows": ["150 rows"], "false_alarms": "1 per 100 days"}}
    for first in range(0, 1_800, 600):
        put(table.slice(first, 600), log / f"{first:06d}.parquet")
        with go(tmp_path, log, file=file) as going:
            going.look()
    again = file | {"watch": {**file["watch"], "windows": ["200 rows"]}}
    for one in (file, again, file):
        with go(tmp_path, log, file=one) as going:
            going.look()
            told = found(going)
        with go(tmp_path / "whole", log, file=one, afresh=True) as going:
            going.look()
            assert found(going) == told
        passed = shall.watch(one, table)
        assert report_of(going).alarms == passed.alarms and passed.alarms
        assert len(passed.alarms) < sum(window.verdicts[0].verdict is Finding.BROKEN for window in passed.windows)


@pytest.mark.parametrize("how", ["another rate", "a state of before"])
def test_what_windows_may_spend_is_read_again_where_the_state_does_not_say_it(
        tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table, log, file = rows(1_800), tmp_path / "log", FILE | {
        "requirements": {"sharp": "roc_auc >= 0.985"},
        "watch": {"windows": ["150 rows"], "false_alarms": "1 per 100 days"}}
    put(table, log / "1.parquet")
    now = file | {"watch": {**file["watch"], "false_alarms": "1 per 50 days"}} if how == "another rate" else file
    described = Life.described
    with monkeypatch.context() as before, go(tmp_path, log, file=file) as going:
        if how != "another rate":
            before.setattr(Life, "described", lambda life: {
                name: told for name, told in described(life).items() if name != "spending"})
        going.look()
    with go(tmp_path, log, file=now) as going:
        going.look()
        assert report_of(going).alarms == shall.watch(now, table).alarms != ()


def test_a_line_of_more_pairs_than_are_followed_now_begins_anew_and_says_so(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = rows(1_200)
    table = table.append_column("who", pa.array([f"g{row % 5}" for row in range(len(table))]))
    log, file = tmp_path / "log", FILE | {"groups": {"who": "who"}, "requirements": {
        "fair": "ratio of selection_rate over who >= 0.9", "right": "accuracy >= 0.7"}}
    timeless = file | {"columns": {"id": "id"}, "watch": {"windows": ["300 rows"]}}
    put(table.slice(0, 600), log / "1.parquet")
    put(table.slice(0, 600).drop_columns("time"), tmp_path / "timeless" / "1.parquet")
    for one, place in ((file, log), (timeless, tmp_path / "timeless")):
        with go(place, place, file=one) as going:
            going.look()
    monkeypatch.setattr(pairing, "MOST", 3)
    put(table.slice(600), log / "2.parquet")
    put(table.slice(600).drop_columns("time"), tmp_path / "timeless" / "2.parquet")
    for one, place in ((file, log), (timeless, tmp_path / "timeless")):
        with go(place, place, file=one) as going:
            assert "fair was changed: its life begins anew" in going.look().notes
            assert found(going) == whole(tmp_path / "whole" / place.name, place, file=one)


def test_a_line_that_is_heard_by_rows_joins_others_that_alarm_by_window_at_the_rows_of_the_log(tmp_path: Path) -> None:
    table, log, told = rows(2_000, worse=900), tmp_path / "log", {
        "windows": ["500 rows"], "false_alarms": "1 per 5000 rows"}
    file = FILE | {"requirements": {"sharp": "roc_auc >= 0.7"}, "watch": told}
    put(table.slice(0, 600), log / "1.parquet")
    with go(tmp_path, log, file=file) as going:
        going.look()
    put(table.slice(600), log / "2.parquet")
    more = FILE | {"watch": told, "requirements": {"sharp": "roc_auc >= 0.7", "fair": FILE["requirements"]["fair"]}}
    with go(tmp_path, log, file=more) as going:
        going.look()
        assert going.alarms and found(going) == whole(tmp_path, log, file=more)


def test_a_changed_line_leaves_the_others_alone_where_old_files_are_gone(tmp_path: Path) -> None:
    """What is read again begins later in the log, and is nobody's clock but its own."""
    table, log = rows(2_000, worse=900), tmp_path / "log"
    cuts, wanted = [0, 613, 1_227, 2_000], whole_alarms(tmp_path, table)
    for number, (first, last) in enumerate(pairwise(cuts)):
        put(table.slice(first, last - first), log / f"{number}.parquet")
        if number == 2:
            (log / "0.parquet").unlink()
        file = FILE if number < 2 else FILE | {"requirements": {**FILE["requirements"], "right": "accuracy >= 0.71"}}
        with go(tmp_path, log, file=file) as going:
            going.look()
            told = [(one.name, one.row) for one in going.alarms if one.name == "fair"]
    assert told == wanted != []


def whole_alarms(folder: Path, table: pa.Table) -> list[tuple[str, int]]:
    put(table, folder / "all" / "1.parquet")
    with go(folder / "first", folder / "all") as going:
        going.look()
        return [(one.name, one.row) for one in going.alarms if one.name == "fair"]


def test_a_log_that_is_sampled_from_some_day_on_is_weighted_from_then(tmp_path: Path) -> None:
    folder, chance = tmp_path / "decisions", random.Random(6)
    with open_log(folder, FIELDS) as log:
        decide(log, 200, 0, chance)
        with go(tmp_path, folder, file=SERVED, labels=folder / "labels") as going:
            going.look()
            assert not going.by_window
            log.write([Record(log.next_id(), int(moment(300) * 1e6), "", "income@7", "ab" * 32, "live",
                              ("F", "1", 0.5), 4.0) for _ in range(50)])
            looked = going.look()
            assert "its rows are weighted" in going.by_window.values()
            assert looked.total == 250 and looked.rows == 50
            assert any("begins anew" in note for note in looked.notes)
    plain = shall.watch(SERVED, folder)
    with go(tmp_path, folder, file=SERVED, labels=folder / "labels") as going:
        assert going.look().rows == 0
        fair = [one for window in going.windows() for one in window.verdicts if one.name == "fair"]
    assert fair == [one for window in plain.windows for one in window.verdicts if one.name == "fair"]


def test_what_a_line_does_not_use_leaves_its_life_alone(tmp_path: Path) -> None:
    """Another group of the file is none of its business; how small groups of its own are treated is."""
    log, lines = tmp_path / "log", {"fair": FILE["requirements"]["fair"], "right": "accuracy >= 0.7"}
    put(rows(800, worse=400), log / "1.parquet")
    file = FILE | {"requirements": lines}
    with go(tmp_path, log, file=file) as going:
        going.look()
    more = file | {"groups": {"sex": "sex", "late": {"column": "latency", "cut": [0.5]}}}
    with go(tmp_path, log, file=more) as going:
        looked = going.look()
        assert looked.windows == () and not any("anew" in note for note in looked.notes)
    small = file | {"groups": {"sex": {"column": "sex", "at_least": 600}}}
    with go(tmp_path, log, file=small) as going:
        looked = going.look()
        assert [note for note in looked.notes if "anew" in note] == ["fair was changed: its life begins anew"]
        assert {one.name for window in looked.windows for one in window.verdicts} == {"fair"}
