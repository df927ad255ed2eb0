"""A watch that goes on: what it finds is what one pass finds, however often it was stopped, and nothing twice."""

from __future__ import annotations

import contextlib
import datetime
import os
import random
import shutil
import subprocess
import sys
from functools import partial
from json import dumps
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall.api.life.watching import Watching, report_of, watching
from shall.core.decisions import Field, Label, Record
from shall.core.errors import DataError, StoreError
from shall.journal import disk
from shall.reports import json
from shall.stores.decisions import open_log

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
YEAR = datetime.datetime(2027, 6, 1, tzinfo=datetime.UTC).timestamp()
FILE: dict[str, Any] = {
    "subject": {"name": "loans", "target": "label", "positive": "1", "threshold": 0.5},
    "columns": {"time": "time", "id": "id"}, "groups": {"sex": "sex"},
    "requirements": {
        "fair": "ratio of selection_rate over sex >= 0.8", "equal": "difference of true_positive_rate over sex <= 0.1",
        "right": "accuracy >= 0.7", "close": "brier <= 0.25", "sharp": "roc_auc >= 0.7", "enough": "rows >= 10"},
    "watch": {"windows": ["1 month"]}}


def rows(number: int, seed: int = 0, worse: int | None = None) -> pa.Table:
    """Decisions of a fair model, an hour apart; women are rarely chosen from row ``worse`` on."""
    rng = np.random.default_rng(seed)
    sex, label = rng.choice(["f", "m"], number), rng.integers(0, 2, number)
    score = np.clip(0.25 + 0.5 * label + rng.normal(0, 0.2, number), 0, 1)
    decision = (score > 0.5).astype(int)
    if worse is not None:
        decision[(np.arange(number) >= worse) & (sex == "f") & (rng.random(number) < 0.6)] = 0
    return pa.table({"id": [f"r{row}" for row in range(number)],
                     "time": [START + datetime.timedelta(hours=row) for row in range(number)], "sex": sex,
                     "label": label, "score": score, "decision": decision, "latency": rng.exponential(0.5, number)})


def put(table: pa.Table, path: Path) -> None:
    """A file of a log is put there whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path.with_name("." + path.name))
    path.with_name("." + path.name).rename(path)


def go(folder: Path, log: Path, **more: Any) -> Watching:
    return watching(more.pop("file", FILE), log, state=folder / "state", clock=more.pop("clock", lambda: YEAR), **more)


def found(going: Watching) -> str:
    report = report_of(going)
    return json.watch(report)


def whole(folder: Path, log: Path, **more: Any) -> str:
    """What one pass that nobody stops finds."""
    with go(folder / "whole", log, **more) as going:
        going.look()
        return found(going)


def at(row: int) -> float:
    """The time of a row."""
    return START.timestamp() + 3_600 * row


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
    assert second.spans == plain.spans


FIELDS = (Field("sex", "text"), Field("decision", "text"), Field("score", "number"))
SERVED: dict[str, Any] = {
    "subject": {"name": "income", "target": "label", "positive": "1"},
    "columns": {"id": "id", "time": "time", "decision": "decision", "score": "score"}, "groups": {"sex": "sex"},
    "requirements": {"fair": "ratio of selection_rate over sex >= 0.8", "right": "accuracy >= 0.8"},
    "watch": {"windows": ["1 day"], "matured": "10 days"}}


def decide(log: Any, number: int, first: int, chance: random.Random, *, right: float = 0.9,
           model: str = "income@7") -> tuple[list[Record], list[Label]]:
    """Decisions ten minutes apart, and the labels that will come of them."""
    records = [Record(log.next_id(), int(START.timestamp() * 1e6) + 600_000_000 * (first + place), "", model, "ab" * 32,
                      "live", (chance.choice("FM"), str(int(chance.random() > 0.5)), chance.random()))
               for place in range(number)]
    labels = [Label(one.id, one.values[1] if chance.random() < right else str(1 - int(one.values[1])), one.time + 10**9)
              for one in records]
    log.write(records)
    return records, labels


def moment(row: int) -> float:
    return START.timestamp() + 600 * row


def test_labels_that_come_later_are_heard_when_they_are_there_or_the_rows_are_old(tmp_path: Path) -> None:
    chance, folder = random.Random(3), tmp_path / "decisions"
    waiting: list[Label] = []
    looks = []
    with open_log(folder, FIELDS, rows_a_segment=500) as log:
        for first in range(0, 4_000, 800):
            _, labels = decide(log, 800, first, chance, right=0.9 if first < 2_000 else 0.5)
            waiting += [label for label in labels if chance.random() < 0.9]
            chance.shuffle(waiting)
            if waiting[:900]:
                log.write_labels(waiting[:900])
            del waiting[:900]
            with go(tmp_path, folder, file=SERVED, labels=folder / "labels", clock=partial(moment, first + 800)
                    ) as going:
                looks.append(going.look())
        log.write_labels(waiting)
    windows = [(window.label, {one.name for one in window.verdicts}) for look in looks for window in look.windows]
    assert len({(label, *names) for label, names in windows}) == len(windows)       # each once
    assert {frozenset(names) for _, names in windows} == {frozenset({"fair"}), frozenset({"right"})}
    assert any(" % labelled)" in str(one) for one in looks[-1].waiting)
    alarms = [alarm for look in looks for alarm in look.alarms]
    assert alarms and {alarm.name for alarm in alarms} == {"right"} and alarms[0].row > 2_000
    clock = lambda: moment(9_000)           # noqa: E731
    with go(tmp_path, folder, file=SERVED, labels=folder / "labels", clock=clock) as going:
        going.look()
        assert found(going) == whole(tmp_path, folder, file=SERVED, labels=folder / "labels", clock=clock)
        report = report_of(going)
    plain = shall.watch(SERVED, folder, labels=folder / "labels")
    assert [window.verdicts for window in report.windows] == [window.verdicts for window in plain.windows]
    assert sum(window.labelled for window in report.windows) == sum(window.labelled for window in plain.windows)


class Killed(BaseException):
    """The process is gone."""


def test_whichever_call_of_the_disk_is_its_last_nothing_is_lost_or_counted_twice(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before the n-th change of a file, n = 1, 2, 3, …; each time another process goes on."""
    table, log = rows(1_600, worse=300), tmp_path / "log"
    file = FILE | {"requirements": {name: FILE["requirements"][name] for name in ("fair", "right", "sharp")}}
    put(table.slice(0, 900), log / "1.parquet")
    put(table.slice(900), log / "2.parquet")
    expected = whole(tmp_path, log, file=file)
    left = [0]
    for name in ("write", "keep", "rename", "remove", "keep_names"):
        real = getattr(disk, name)

        def dying(*told: Any, real: Any = real, **more: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            return real(*told, **more)
        monkeypatch.setattr(disk, name, dying)
    killed, told, number, done = 0, list[Any](), 0, False
    while not done:
        number += 1
        left[0] = number if number < 12 else number * 7
        try:
            with go(tmp_path, log, file=file) as going:
                going.commit, going.at_once = 200, 100
                told += going.look().alarms
                done, left[0] = True, 0
        except Killed:
            killed += 1
    with go(tmp_path, log, file=file) as going:
        assert going.look().rows == 0 and found(going) == expected
        assert {*told} >= {*going.alarms} and killed > 8


CHILD = """
import json, sys
from pathlib import Path
from shall.api.life.watching import watching
folder, file = Path(sys.argv[1]), json.loads(sys.argv[2])
print("ready", flush=True)
with watching(file, folder / "log", state=folder / "state", clock=lambda: 1.8e9) as going:
    going.commit, going.at_once = 60, 20
    going.look()
print("done", flush=True)
"""


@pytest.mark.parametrize("kills", [3, pytest.param(40, marks=pytest.mark.slow)])
def test_killed_at_any_instant_it_finds_what_one_pass_finds(tmp_path: Path, kills: int) -> None:
    table, log, chance = rows(1_500, worse=500), tmp_path / "log", random.Random(kills)
    for start in range(0, 1_500, 500):
        put(table.slice(start, 500), log / f"{start:04d}.parquet")
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    for _ in range(kills):
        child = subprocess.Popen([sys.executable, str(script), str(tmp_path), dumps(FILE)], stdout=subprocess.PIPE,
                                 text=True)
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(chance.random() * 0.8)
        child.kill()
        child.wait()
        child.stdout.close()
    clock = partial(float, 1.8e9)
    with go(tmp_path, log, clock=clock) as going:
        going.look()
        assert found(going) == whole(tmp_path, log, clock=clock)


def test_a_second_process_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    put(rows(50), tmp_path / "log" / "1.parquet")
    with go(tmp_path, tmp_path / "log"), pytest.raises(StoreError, match=f"by the process {os.getpid()}: .*--state"):
        go(tmp_path, tmp_path / "log")
    go(tmp_path, tmp_path / "log").close()


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
        assert any("1.parquet is another file" in note for note in going.look().notes)
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


def test_a_line_that_was_changed_begins_anew_and_the_others_go_on(tmp_path: Path) -> None:
    table, log = rows(3_000, worse=1_000), tmp_path / "log"
    put(table.slice(0, 1_500), log / "1.parquet")
    with go(tmp_path, log) as going:
        going.look()
        before = {one.name for one in going.alarms}
    assert "fair" in before
    put(table.slice(1_500), log / "2.parquet")
    file = FILE | {"requirements": FILE["requirements"] | {"fair": "ratio of selection_rate over sex >= 0.75",
                                                           "most": "selection_rate <= 0.9"}}
    with go(tmp_path, log, file=file) as going:
        looked = going.look()
        assert {"fair was changed: its life begins anew", "most was changed: its life begins anew"} <= {*looked.notes}
        assert not any("right" in note for note in looked.notes)
        assert all(alarm.row > 1_500 for alarm in looked.alarms)
        again = report_of(going)
    with go(tmp_path / "other", log, file=file) as going:
        going.look()
        afresh = report_of(going)
    assert [window.verdicts for window in again.windows] == [window.verdicts for window in afresh.windows]
    others = [[one for one in report.sounded if one.name not in ("fair", "most")] for report in (again, afresh)]
    assert others[0] == others[1]


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


def test_an_empty_log_and_one_without_any_label_are_watched_quietly(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    with go(tmp_path, tmp_path / "log") as going:
        assert going.look().rows == 0 and going.look().windows == () and report_of(going).windows == ()
        put(rows(300), tmp_path / "log" / "1.parquet")
        assert going.look().rows == 300
    folder, chance = tmp_path / "decisions", random.Random(2)
    with open_log(folder, FIELDS) as log:
        decide(log, 2_000, 0, chance)
    other = tmp_path / "second"
    with go(other, folder, file=SERVED, labels=folder / "labels", clock=lambda: moment(2_000)) as going:
        looked = going.look()
        assert {one.name for window in looked.windows for one in window.verdicts} == {"fair", "right"}
        mature = [window for window in looked.windows if window.verdicts[0].name == "right"]
        assert mature and all(window.verdicts[0].verdict == "undecided" for window in mature)
        waits = [window for window in report_of(going).windows if "waiting for labels (0 %" in str(
            [part.reason for one in window.verdicts for part in one.evidence])]
        assert len(waits) == len(looked.waiting) and len(waits) + len(mature) == len(report_of(going).windows)
        assert looked.state["right"].alarm == "undecided" and not looked.alarms


def test_a_label_that_is_corrected_before_it_is_heard_counts_as_it_is_now_and_never_twice(tmp_path: Path) -> None:
    folder, chance = tmp_path / "decisions", random.Random(4)
    with open_log(folder, FIELDS) as log:
        _, labels = decide(log, 288, 0, chance, right=1.0)
        log.write_labels(labels[:144])
        with go(tmp_path, folder, file=SERVED, labels=folder / "labels", clock=lambda: moment(288)) as going:
            (first,) = [window for window in going.look().windows if window.verdicts[0].name == "right"]
            wrong = [label._replace(label="1" if label.label == "0" else "0") for label in labels]
            log.write_labels([*wrong[:144], *labels[144:]])             # what was heard is not heard again
            log.write_labels(wrong[144:200])
            looked = going.look()
            assert looked.windows == ()
            windows = going.windows()
    assert first.verdicts[0].deciding.value == 1.0
    values = [one.deciding.value for window in windows for one in window.verdicts if one.name == "right"]
    assert values == [1.0, pytest.approx(88 / 144)]


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


def test_a_first_line_that_needs_labels_begins_where_the_others_are(tmp_path: Path) -> None:
    folder, chance = tmp_path / "decisions", random.Random(9)
    fair = SERVED | {"requirements": {"fair": SERVED["requirements"]["fair"]}}
    with open_log(folder, FIELDS) as log:
        _, labels = decide(log, 600, 0, chance)
        log.write_labels(labels)
        with go(tmp_path, folder, file=fair, labels=folder / "labels", clock=partial(moment, 600)) as going:
            assert len(going.look().windows) == 4
        _, labels = decide(log, 600, 600, chance, right=0.4)
        log.write_labels(labels)
    with go(tmp_path, folder, file=SERVED, labels=folder / "labels", clock=partial(moment, 1_200)) as going:
        looked = going.look()
        assert looked.rows == 600 and "right was changed: its life begins anew" in looked.notes
        assert all(alarm.row > 600 and alarm.name == "right" for alarm in looked.alarms) and looked.alarms
        assert [window.rows for window in going.windows()] == [144] * 8 + [48]
        verdicts = [window.verdicts for window in going.windows()]
    plain = shall.watch(SERVED, folder, labels=folder / "labels")
    assert verdicts == [window.verdicts for window in plain.windows]
    with go(tmp_path, folder, file=fair, labels=folder / "labels", clock=partial(moment, 1_200)) as going:
        assert going.look().rows == 0 and [window.rows for window in going.windows()] == [144] * 8 + [48]
