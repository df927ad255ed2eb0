"""Files of a log that differ in their columns: what no line asks for matters to none, what one asks for is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import shall
from shall.api.life.watching import report_of
from shall.core.errors import DataError, ShallError
from shall.stores.watching import WatchFolder
from tests.api.life.lives import FILE, at, found, go, put, rows, whole

FEATURES: dict[str, Any] = FILE | {"requirements": {**FILE["requirements"],
                                                    "complete": "missing_rate over feature <= 0.5"}}
ASKED = (FILE, FEATURES)


def with_type(name: str, kind: pa.DataType, table: pa.Table) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, table.column(name).cast(kind))


def text(name: str, table: pa.Table) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array([f"x{one}" for one in range(len(table))]))


def gains(table: pa.Table) -> pa.Table:
    """In front of the others, and of names by which roles are guessed."""
    more = {"extra": range(len(table)), "probability": [0.5] * len(table), "timestamp": ["never"] * len(table)}
    for name, values in more.items():
        table = table.add_column(0, name, pa.array(list(values)))
    return table


CHANGES: dict[str, Callable[[pa.Table], pa.Table]] = {
    "one more": gains, "one less": lambda table: table.drop_columns(["latency"]),
    "another order": lambda table: table.select(table.column_names[::-1]),
    "another type": partial(text, "latency"),
    "wider": lambda table: with_type("score", pa.float64(), with_type("label", pa.float64(), table)),
    "text": lambda table: with_type("sex", pa.large_string(), table),
    "coded": lambda table: with_type("sex", pa.dictionary(pa.int8(), pa.string()), table),
}


def narrow(table: pa.Table) -> pa.Table:
    return with_type("score", pa.float32(), with_type("label", pa.int32(), table))


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("how", CHANGES)
def test_columns_that_no_line_asks_for_and_wider_types_stop_nothing(tmp_path: Path, how: str, turned: bool) -> None:
    table, log, same = narrow(rows(2_000, worse=900)), tmp_path / "log", tmp_path / "same"
    told = 0
    for number in range(4):
        some = table.slice(500 * number, 500)
        put(some, same / f"{number}.parquet")
        put(CHANGES[how](some) if (number > 1) is not turned else some, log / f"{number}.parquet")
        with go(tmp_path, log, clock=partial(at, 500 * number)) as going:
            looked = going.look()
            told += looked.rows
            assert looked.rows == 500 and not any("anew" in note for note in looked.notes)
    assert told == 2_000
    with go(tmp_path, log) as going:
        going.look()
        steps, alarms = found(going), going.alarms
    assert steps == whole(tmp_path, log) and alarms
    once, plain = shall.watch(FILE, log), shall.watch(FILE, same)
    assert once.sounded == plain.sounded == alarms
    assert [one.verdicts for one in once.windows] == [one.verdicts for one in plain.windows]
    assert shall.check(FILE, log).verdicts == shall.check(FILE, same).verdicts


def test_a_column_that_comes_while_it_looks_makes_no_line_another_one(tmp_path: Path) -> None:
    """Nor when it goes on; that `over feature` does not ask about it is told."""
    table, log = rows(1_500), tmp_path / "log"
    put(table.slice(0, 500), log / "b.parquet")
    with go(tmp_path, log, file=FEATURES) as going:
        going.look()
        keys = going.tracks[0].keys
        put(gains(table.slice(500, 500)), log / "c.parquet")
        assert going.look().rows == 500
    put(gains(table.slice(1_000)), log / "a.parquet")       # it may lie before the others, too
    with go(tmp_path, log, file=FEATURES) as going:
        assert going.look().rows == 500 and going.tracks[0].keys == keys
        note = next(one for one in going.notes if "leaves out" in one)
        assert note.startswith("`over feature` leaves out timestamp, probability, extra, which only some files of")
        assert going.look().notes == () and {*going.settled} == {"2026-01", "2026-02", "2026-03"}
    once = shall.watch(FEATURES, log)
    assert note in once.notes and not any("leaves out" in one for one in shall.watch(FILE, log).notes)
    assert {one.deciding.n for one in shall.check(FEATURES, log).verdicts if one.name == "enough"} == {1_500}


def test_a_feature_that_a_file_lacks_is_missed_until_the_file_is_mended(tmp_path: Path) -> None:
    """Its rows are not taken for missing values, nor is the line another one, whether it looks again or goes on."""
    table, log = rows(1_000), tmp_path / "log"
    put(table.slice(0, 500), log / "1.parquet")
    with go(tmp_path, log, file=FEATURES) as going:
        assert going.look().rows == 500
    for how in ("one less", "another type"):
        put(CHANGES[how](table.slice(500)), log / "2.parquet")
        with go(tmp_path, log, file=FEATURES) as going:
            for _ in range(2):
                with pytest.raises(DataError, match=r"column latency.* in .*2.parquet|2.parquet has no column latency"):
                    going.look()
        assert "leaves out latency" in " ".join(shall.watch(FEATURES, log).notes)
    put(table.slice(500), log / "2.parquet")
    with go(tmp_path, log, file=FEATURES) as going:
        looked = going.look()
        assert looked.rows == 500 and looked.total == 1_000 and not any("anew" in note for note in looked.notes)
        assert found(going) == whole(tmp_path, log, file=FEATURES)


@pytest.mark.parametrize("first", ["0", "2"])
def test_labels_that_a_file_lacks_are_missed_wherever_it_lies(tmp_path: Path, first: str) -> None:
    """Which value is the positive one is told by the rows that have labels."""
    table, log = rows(1_000), tmp_path / "log"
    said = pa.array(["yes" if one else "no" if place % 3 else "perhaps" for place, one in
                     enumerate(table.column("label").to_pylist())])
    table = table.set_column(table.column_names.index("label"), "label", said).drop_columns(["score", "decision"])
    table = table.append_column("decision", said)
    file = FILE | {"subject": {"name": "loans", "target": "label", "positive": "yes"},
                   "requirements": {"right": "recall >= 0.1", "enough": "rows >= 10"}}
    put(table.slice(0, 500), log / "1.parquet")
    with go(tmp_path, log, file=file) as going:
        assert going.look().rows == 500
        keys = going.tracks[0].keys
    put(table.slice(500).drop_columns(["label"]), log / f"{first}.parquet")
    with go(tmp_path, log, file=file) as going:
        with pytest.raises(DataError, match=rf"{first}.parquet has no column label, and .*1.parquet has one"):
            going.look()
        put(table.slice(500), log / f"{first}.parquet")
        assert going.look().rows == 500 and going.tracks[0].keys == keys


def test_to_begin_afresh_is_to_go_without_a_feature_that_comes_no_more(tmp_path: Path) -> None:
    table, log = rows(1_000), tmp_path / "log"
    put(table.slice(0, 500), log / "1.parquet")
    put(CHANGES["one less"](table.slice(500)), log / "2.parquet")
    with go(tmp_path, log, file=FEATURES) as going:
        assert going.look().rows == 1_000
        assert any("leaves out latency" in note for note in going.notes)


@pytest.mark.parametrize("file", ASKED)
@pytest.mark.parametrize("name", ["sex", "score", "label", "decision", "time"])
@pytest.mark.parametrize("lacks", [1, 2])
def test_a_column_that_a_line_asks_for_and_a_file_lacks_is_named(tmp_path: Path, file: dict[str, Any], name: str,
                                                                 lacks: int) -> None:
    table, log = rows(1_000), tmp_path / "log"
    for number in (1, 2):
        some = table.slice(500 * number - 500, 500)
        put(some.drop_columns([name]) if number == lacks else some, log / f"{number}.parquet")
        if number == 1 and lacks == 2:
            with go(tmp_path, log, file=file) as going:
                assert going.look().rows == 500
    told = f"{lacks}.parquet has no column {name}, and .*{3 - lacks}.parquet has one: write it into every file"
    for asked in (lambda: shall.check(file, log), lambda: shall.watch(file, log),
                  lambda: shall.watch(file, log, state=tmp_path / "state"),
                  lambda: shall.watch(file, log, state=tmp_path / "fresh")):
        with pytest.raises(ShallError, match=told):
            asked()


def test_labels_that_come_later_may_have_more_columns(tmp_path: Path) -> None:
    table, log, labels = rows(1_000), tmp_path / "log", tmp_path / "labels"
    file = FILE | {"watch": {"windows": ["1 month"], "matured": "90 days"}}
    put(table.drop_columns(["label"]), log / "1.parquet")
    for number in (1, 2):
        some = table.slice(500 * number - 500, 500).select(["id", "label"])
        put(some if number == 1 else some.append_column("by", pa.array(["me"] * 500)), labels / f"{number}.parquet")
        with go(tmp_path, log, file=file, labels=labels, clock=partial(at, 1_000)) as going:
            going.look()
            assert [window.labelled for window in going.windows()] == ([500, 0] if number == 1 else [744, 256])
    put(table.slice(0, 10), log / "2.parquet")          # labels in the rows and beside them
    with go(tmp_path, log, file=file, labels=labels) as going, pytest.raises(DataError, match="has a column label alr"):
        going.look()


def test_a_watch_that_was_begun_before_columns_were_kept_goes_on(tmp_path: Path,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    table, log, keep = rows(1_000), tmp_path / "log", WatchFolder.keep
    put(table.slice(0, 500), log / "1.parquet")
    with monkeypatch.context() as before:
        before.setattr(WatchFolder, "keep", lambda self, state, *rest: keep(
            self, {name: one for name, one in state.items() if name != "columns"}, *rest))
        with go(tmp_path, log, file=FEATURES) as going:
            assert going.look().rows == 500
    for number, change in ((2, gains), (3, CHANGES["wider"])):
        put(change(table.slice(250 * number, 250)), log / f"{number}.parquet")
        with go(tmp_path, log, file=FEATURES) as going:
            looked = going.look()
            assert looked.rows == 250 and not any("anew" in note for note in looked.notes)
            assert report_of(going).windows == shall.watch(FEATURES, log).windows
