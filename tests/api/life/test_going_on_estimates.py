"""Quality that is estimated stands up to the newest labels, those of the windows before and those that come later."""

from __future__ import annotations

import datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import shall
from shall.api.life.looked import Looked
from shall.api.life.watching import report_of
from shall.api.shown.evidence import Evidence
from shall.api.shown.happening import REFUTED as EVENT
from shall.phases.watching import track
from shall.stores import open_store
from tests.api.life.lives import START, at, found, go, put, whole

WINDOW, WINDOWS = 500, 8
ESTIMATE = "estimated_accuracy against tested >= 0.6"
REFUTED = "say that scores mean something else now than in `tested`"


def world(folder: Path, turned: set[int]) -> pa.Table:
    """An hour apart; in the windows that are ``turned`` the outcome is the contrary of what scores meant."""
    chance = np.random.default_rng(4)
    number = WINDOW * WINDOWS
    score, then = chance.random(number), chance.random(2_000)
    label = (chance.random(number) < score).astype(int)
    label = np.where(np.isin(np.arange(number) // WINDOW, [*turned]), 1 - label, label)
    put(pa.table({"y": (chance.random(2_000) < then).astype(int), "decision": (then > 0.5).astype(int), "score": then}),
        folder / "tested.parquet")
    return pa.table({"id": [f"r{row}" for row in range(number)], "score": score, "y": label,
                     "time": [START + datetime.timedelta(hours=row) for row in range(number)],
                     "decision": (score > 0.5).astype(int)})


def asked(folder: Path, **more: str) -> dict[str, Any]:
    return {"subject": {"name": "loans", "target": "y", "positive": "1"}, "columns": {"time": "time", "id": "id"},
            "data": {"tested": str(folder / "tested.parquet")}, "requirements": {"likely": ESTIMATE, **more},
            "watch": {"windows": [f"{WINDOW} rows"], "matured": "1 year"}}


def labels(table: pa.Table, until: int, folder: Path) -> Path:
    put(table.select(["id", "y"]).slice(0, until), folder / "labels.parquet")
    return folder / "labels.parquet"


def likely(windows: Any) -> list[str]:
    return [str(one.verdict) for window in windows for one in window.verdicts if one.name == "likely"]


def test_labels_of_earlier_windows_refute_it_until_later_ones_confirm_it(tmp_path: Path) -> None:
    """The outcome turns in the third window, is back in the sixth; nobody knows labels of the fifth and the last."""
    table = world(tmp_path, {2, 3, 4})
    unknown = np.isin(np.arange(len(table)) // WINDOW, [4, 7])
    known = pa.array([None if missing else one for one, missing in zip(table["y"].to_pylist(), unknown, strict=True)])
    watched = shall.watch(asked(tmp_path), table.set_column(2, "y", known))
    assert likely(watched.windows) == ["met", "met", *["undecided"] * 4, "met", "met"]
    reasons = [window.verdicts[0].deciding.reason for window in watched.windows]
    assert reasons[4] == f"labels of 2 windows until rows 1,501 to 2,000 (1,000 rows) {REFUTED}"
    assert reasons[5].startswith("labels of 2 windows until rows 2,501 to 3,000 (1,000 rows)")


def test_what_was_recorded_before_labels_came_stays_and_what_they_say_is_recorded(tmp_path: Path) -> None:
    table = world(tmp_path, {1, 2, 3, 4, 5, 6, 7})
    file, looks = asked(tmp_path, right="accuracy >= 0.6"), list[Looked]()
    known = (0, 500, 1_000, 1_000, 2_000)
    with open_store(tmp_path / "shall.db") as store:
        for step, until in enumerate(known):
            rows = 1_000 if step == 0 else 500
            first = 0 if step == 0 else 500 + 500 * step
            put(table.slice(first, rows).drop_columns(["y"]), tmp_path / "log" / f"{step}.parquet")
            with go(tmp_path, tmp_path / "log", file=file, labels=labels(table, until, tmp_path), store=store,
                    clock=partial(at, first + rows)) as going:
                looks.append(going.look())
        records = [one.body for one in store.records("verdicts")]
        shown, evidence = found(going), Evidence(store)
        evidence.refresh()
    said = [likely(look.windows) for look in looks]
    assert said == [["met", "met"], ["met"], ["undecided"], ["undecided"], ["undecided"]]
    assert looks[2].state["likely"].alarm == "undecided"
    (note,) = [note for look in looks for note in look.notes if "by an estimate" in note and "501 to 1,000" in note]
    assert note.startswith("rows 501 to 1,000: likely was met by an estimate, before labels came, and that stays "
                           "recorded; labels of 2 windows until rows 501 to 1,000 (1,000 rows) say")
    (event,) = [one for one in evidence.life("loans") if one.kind == EVENT and one.window == "rows 501 to 1,000"]
    assert (event.name, event.words) == ("likely", f"{note}.") and evidence.model("loans").refuted == []
    told = {(one["window"], one["verdicts"][0]["name"]): one for one in records}
    assert len(told) == len(records)        # nothing was recorded twice
    assert told["rows 501 to 1,000", "likely"]["verdicts"][0]["verdict"] == "met"
    assert told["rows 501 to 1,000", "right"]["refuted"] == [
        {"name": "likely", "was": "met", "why": told["rows 501 to 1,000", "right"]["refuted"][0]["why"]}]
    assert "refuted" not in told["rows 1 to 500", "right"]
    assert [look.state["likely"].verdict for look in looks[3:]] == [
        one for look in looks[3:] for window in look.windows for one in window.verdicts if one.name == "likely"]
    clock = partial(at, len(table))
    assert shown == whole(tmp_path, tmp_path / "log", file=file, labels=tmp_path / "labels.parquet", clock=clock)
    plain = shall.watch(file, tmp_path / "log", labels=tmp_path / "labels.parquet")
    with go(tmp_path, tmp_path / "log", file=file, labels=tmp_path / "labels.parquet", clock=clock) as going:
        going.look()
        windows = report_of(going).windows
    ours, theirs = ([one for window in some for one in window.verdicts if one.name == "likely"]
                    for some in (windows, plain.windows))
    assert ours == theirs and likely(windows) == ["met", *["undecided"] * 5]


@pytest.mark.parametrize("sliced", ["", " over half", " where decision = 1"])
def test_it_is_checked_too_where_no_other_line_needs_labels_and_in_any_batches(tmp_path: Path, sliced: str) -> None:
    table = world(tmp_path, {2, 3, 4, 5, 6, 7})
    file = asked(tmp_path) | {"groups": {"half": {"column": "score", "cut": [0.5]}}}
    file["requirements"] = {"likely": f"estimated_accuracy{sliced} against tested >= 0.6" if "over" in sliced
                            else f"estimated_accuracy against tested >= 0.6{sliced}"}
    labels(table, 2_000, tmp_path)
    for first in range(0, len(table), 900):
        put(table.slice(first, 900).drop_columns(["y"]), tmp_path / "log" / f"{first:05d}.parquet")
        with go(tmp_path, tmp_path / "log", file=file, labels=tmp_path / "labels.parquet", clock=lambda: at(10_000),
                ) as going:
            going.look()
    clock = lambda: at(10_000)              # noqa: E731
    with go(tmp_path, tmp_path / "log", file=file, labels=tmp_path / "labels.parquet", clock=clock) as going:
        going.look()
        assert found(going) == whole(tmp_path, tmp_path / "log", file=file, labels=tmp_path / "labels.parquet",
                                     clock=clock)
        windows = report_of(going).windows
    plain = shall.watch(file, tmp_path / "log", labels=tmp_path / "labels.parquet").windows
    assert likely(windows) == likely(plain) == ["met", "met", *["undecided"] * 6]
    assert [window.verdicts for window in windows] == [window.verdicts for window in plain]


def test_against_the_window_before_it_is_checked_by_its_own_labels_alone(tmp_path: Path) -> None:
    """The window before it is what it is estimated from: a check by that would confirm itself."""
    table = world(tmp_path, {5, 6, 7})
    file = asked(tmp_path, likely="estimated_accuracy against previous >= 0.6")
    found = shall.watch(file, table).windows
    assert likely(found) == ["undecided", "met", "met", "met", "met", "undecided", "broken", "broken"]
    assert found[5].verdicts[0].deciding.reason == f"labels of these rows {REFUTED.replace('tested', 'previous')}"


def test_windows_with_the_newest_labels_are_kept_for_as_long_as_no_newer_come(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(track, "KEPT", 2)
    table, file, told = world(tmp_path, {1, 2, 3, 4, 5, 6, 7}), asked(tmp_path), list[str]()
    del file["watch"]["matured"]            # labels are in the log itself: nothing waits
    known = pa.array([one if row < 1_000 else None for row, one in enumerate(table["y"].to_pylist())])
    table = table.set_column(2, "y", known)
    for first in range(0, len(table), WINDOW):
        put(table.slice(first, WINDOW), tmp_path / "log" / f"{first:05d}.parquet")
        with go(tmp_path, tmp_path / "log", file=file, clock=lambda: at(10_000)) as going:
            told += likely(going.look().windows)
    assert told == likely(shall.watch(file, table).windows) == ["met", *["undecided"] * 7]


def test_a_log_of_which_nobody_knows_a_label_is_watched_as_in_a_single_run(tmp_path: Path) -> None:
    table = world(tmp_path, set())
    file = asked(tmp_path, right="accuracy >= 0.5", chosen="selection_rate >= 0.9")
    log, unknown = tmp_path / "log", table.drop_columns(["y"])
    for start, some in ((0, unknown.slice(0, 1_700)), (1_700, unknown.slice(1_700))):
        put(some, log / f"{start:04d}.parquet")
        with go(tmp_path, log, file=file, clock=partial(at, start)) as going:
            assert going.look().rows == len(some)
            report = report_of(going)
    plain = shall.watch(file, log)
    assert report.sounded == plain.sounded and {one.name for one in plain.sounded} == {"chosen"}
    for name in ("likely", "chosen"):
        assert [one for window in report.windows for one in window.verdicts if one.name == name] == [
            one for window in plain.windows for one in window.verdicts if one.name == name]
    assert {str(one.verdict) for one in plain.windows[0].verdicts} >= {"met", "broken", "undecided"}
    known = labels(table, WINDOW, tmp_path)
    with go(tmp_path, log, file=file, labels=known, clock=partial(at, 4_000)) as going:
        assert [str(one.verdict) for one in going.look().windows[0].verdicts] == ["met"]
