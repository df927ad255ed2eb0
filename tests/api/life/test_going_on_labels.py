"""Labels that come later: each row is heard once, when it has its label or will have none."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

import pytest

import shall
from shall.api.life import going_on
from shall.api.life.watching import report_of
from shall.core.decisions import Label
from shall.stores.decisions import open_log
from tests.api.life.lives import FIELDS, FILE, SERVED, decide, found, go, moment, put, rows, whole


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


def test_a_window_that_is_judged_now_does_not_wait_also_where_what_waits_was_counted_before(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(going_on, "SHARE", 1e9)         # counting what waits took long: it is not done again soon
    folder, waits = tmp_path / "decisions", []
    with open_log(folder, FIELDS) as log:
        _, labels = decide(log, 600, 0, random.Random(5))
        with go(tmp_path, folder, file=SERVED, labels=folder / "labels", clock=partial(moment, 600)) as going:
            waits.append({one.window for one in going.look().waiting})
            log.write_labels(labels[:450])
            looked = going.look()
            waits.append({one.window for one in looked.waiting})
    assert len(looked.windows) == 3 and waits[0] - waits[1] == {window.label for window in looked.windows}


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


def test_rows_that_come_late_are_told_once_whoever_hears_them(tmp_path: Path) -> None:
    """They are rows of a window that both tracks have judged."""
    table = rows(2_000)
    table = table.set_column(table.schema.get_field_index("label"), "label", table["label"].cast("string"))
    put(table.slice(0, 1_500), tmp_path / "log" / "1.parquet")
    file, told = FILE | {"watch": {"windows": ["1 month"], "matured": "1 day"}}, []
    with go(tmp_path, tmp_path / "log", file=file) as going:
        assert len(going.look().windows) > 2
        for name in ("2", "3"):
            put(table.slice(100, 50), tmp_path / "log" / f"{name}.parquet")
            told += going.look().notes
    assert [note[:36] for note in told] == ["rows of 2026-01 came after it was ju"]


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


def test_rows_that_are_held_up_by_a_few_without_a_label_are_told_with_the_way_out(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, chance = tmp_path / "decisions", random.Random(6)
    with open_log(folder, FIELDS) as log:
        records, labels = decide(log, 600, 0, chance)
        log.write_labels([*labels[100:103], *labels[104:500]])
        clock = partial(moment, 600)
        with go(tmp_path, folder, file=SERVED, labels=folder / "labels", clock=clock) as going:
            looked = going.look()
            assert looked.held == (
                f"lines that need labels wait for the label of 101 rows, from row {records[0].id}, of 2026-01-01 00:00 "
                "UTC, on: 399 rows behind have theirs, and are not heard until 2026-01-11 17:10 UTC, or these labels "
                "come. Send them; how long a label is waited for is `matured` under [watch] (10 days)")
            assert looked.notes[-1] == looked.held and looked.held in report_of(going).notes
            log.write_labels(labels[:100])
            monkeypatch.setattr(going, "_rested", 0.0)                  # what waits is counted at this look
            looked = going.look()
            assert f"of row {records[103].id}, of 2026-01-01 17:10 UTC: 396 rows behind" in looked.held
            assert looked.held not in looked.notes                      # it is noted once a day
            log.write_labels(labels[103:104])
            monkeypatch.setattr(going, "_rested", 0.0)
            assert going.look().held == "" and report_of(going).notes == going.notes
