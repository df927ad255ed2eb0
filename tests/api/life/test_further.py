"""Windows of several sizes: each finds what it finds alone, and the first ones raise the alarms."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import shall
from shall.api.life.recording import record
from shall.api.life.watching import life_of_pass, report_of
from shall.api.service.serving import serving
from shall.core.decisions import Label
from shall.core.verdict import Finding
from shall.spec import loads
from shall.stores import open_store
from shall.stores.decisions import open_log
from tests.api.life.lives import FIELDS, FILE, SERVED, at, decide, found, go, moment, put, rows, whole
from tests.api.life.test_watches import WATCHED
from tests.api.life.test_watches import decide as serve
from tests.api.packed import packs

SIZES = ["1 month", "700 rows", "1 week"]


def sized(file: dict[str, Any], *sizes: str) -> dict[str, Any]:
    return {**file, "watch": {**file["watch"], "windows": [*sizes]}}


def test_each_size_finds_what_it_finds_alone() -> None:
    table = rows(3_000, worse=1_500)
    report, alone = (shall.watch(sized(FILE, *sizes), table) for sizes in (SIZES, SIZES[:1]))
    assert report.sounded == alone.sounded and report.sounded
    assert report.alarms == alone.alarms and report.windows == alone.windows and report.spans == alone.spans
    assert [one.size for one in report.further] == SIZES[1:] and not alone.further
    for further in report.further:
        other = shall.watch(FILE, table, window=further.size)
        assert [one.label for one in further.windows] == [one.label for one in other.windows]
        assert [one.verdicts for one in further.windows] == [one.verdicts for one in other.windows]
        assert further.settled == other.settled
        assert not any(one.alarms for one in further.windows)


def test_only_the_first_ones_alarm_by_window() -> None:
    """What a window may spend of the allowed false alarms is spent once."""
    file = sized({**FILE, "requirements": {"sharp": "roc_auc >= 0.99"}}, "1 month", "700 rows")
    report = shall.watch(file, rows(3_000))
    assert report.alarms and report.further[0].windows
    assert any(one.verdicts[0].verdict is Finding.BROKEN and not one.alarms for one in report.further[0].windows)


def test_a_size_that_is_named_twice_is_one() -> None:
    assert not shall.watch(sized(FILE, "1 month", "1 months"), rows(800)).further


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_stopped_anywhere_it_finds_what_one_pass_finds(tmp_path: Path, seed: int) -> None:
    chance, table, log = random.Random(seed), rows(3_000, seed, worse=1_500), tmp_path / "log"
    start, told, file = 0, [], sized(FILE, *SIZES)
    while start < len(table):
        size = chance.choice([7, 300, 1_500])
        put(table.slice(start, size), log / f"{start:06d}.parquet")
        start = min(start + size, len(table))
        with go(tmp_path, log, file=file, clock=partial(at, start)) as going:
            told += going.look().windows
    with go(tmp_path, log, file=file) as going:
        told += going.look().windows
        assert going.look().windows == ()
        assert found(going) == whole(tmp_path, log, file=file)
        report = report_of(going)
    assert report.further and report.further == tuple(
        one.__class__(one.size, one.windows, one.settled) for one in shall.watch(file, table).further)
    assert len({window.label for window in told}) == len(told)
    every = (report, *report.further)
    settled = {label for some in every for label in some.settled}
    assert settled == {one.label for one in told} < {window.label for some in every for window in some.windows}


def test_labels_that_come_later_are_waited_for_by_each(tmp_path: Path) -> None:
    chance, folder, file = random.Random(3), tmp_path / "decisions", sized(SERVED, "1 day", "500 rows")
    waiting: list[Label] = []
    told = []
    with open_log(folder, FIELDS, rows_a_segment=500) as log:
        for first in range(0, 3_000, 1_000):
            _, labels = decide(log, 1_000, first, chance)
            waiting += labels
            log.write_labels(waiting[:700])
            del waiting[:700]
            with go(tmp_path, folder, file=file, labels=folder / "labels", clock=partial(moment, first + 1_000)
                    ) as going:
                looked = going.look()
                told += looked.windows
                assert {"rows" in one.window for one in looked.waiting} == {True, False}
        log.write_labels(waiting)
    clock = lambda: moment(9_000)           # noqa: E731
    with go(tmp_path, folder, file=file, labels=folder / "labels", clock=clock) as going:
        told += going.look().windows
        assert found(going) == whole(tmp_path, folder, file=file, labels=folder / "labels", clock=clock)
    counted = [(one.label, *(verdict.name for verdict in one.verdicts)) for one in told if "rows" in one.label]
    assert sorted(counted) == sorted((f"rows {first + 1:,} to {first + 500:,}", name)
                                     for first in range(0, 3_000, 500) for name in ("fair", "right"))


def test_they_are_recorded_once_and_as_a_pass_does(tmp_path: Path) -> None:
    put(rows(3_000, worse=1_500), tmp_path / "log" / "a.parquet")
    file = loads("\n".join((
        "shall = 1", "[subject]", 'name = "loans"', 'target = "label"', 'positive = "1"', "[data]", 'log = "log"',
        "[columns]", 'time = "time"', 'id = "id"', "[groups]", 'sex = "sex"', "[requirements]",
        'fair = "ratio of selection_rate over sex >= 0.8"', "[watch]", 'windows = ["1 month", "700 rows"]')))

    def kept(store: Any) -> list[Any]:
        return [(one.kind, one.key, {**one.body}) for kind in ("verdicts", "further verdicts")
                for one in store.records(kind)]

    place, lives = tmp_path / "log", []
    for first in (True, False):
        with open_store(tmp_path / f"{first}.db") as store:
            for passes in (first, not first):
                if passes:
                    report = shall.watch(file, place)
                    life = life_of_pass(file, place, subject="loans")
                    assert life is not None
                    record(report, report.sounded, store, ("loans", life))
                else:
                    with go(tmp_path / str(first), place, file=file, subject="loans", store=store) as going:
                        going.look()
                lives.append(kept(store))
    assert lives[0] == lives[1] and lives[2] == lives[3]
    assert sorted(lives[0], key=repr) == sorted(lives[2], key=repr)
    further = [body for kind, _, body in lives[0] if kind == "further verdicts"]
    first = [f"rows {first:,} to {first + 699:,}" for first in range(1, 2_800, 700)]
    assert [one["window"] for one in further] == first
    assert {one["size"] for one in further} == {"700 rows"} and not any(one["alarms"] for one in further)


def test_a_server_judges_each_size(tmp_path: Path) -> None:
    place = packs(tmp_path, spec=WATCHED.replace('["200 rows"]', '["200 rows", "90 rows"]'))
    for number in (150, 100):
        served = serving(place)
        serve(served, number)
        served.watch()
        assert served.watched["loans@7"].rows == number
        assert served.store is not None
        kept = [[one.body["window"] for one in served.store.records(kind, "loans@7")]
                for kind in ("verdicts", "further verdicts")]
        served.close()
    assert kept == [["rows 1 to 200"], ["rows 1 to 90", "rows 91 to 180"]]
