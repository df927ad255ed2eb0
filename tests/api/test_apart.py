"""Files of one folder that differ in their columns: a line that needs such a column says so, no other is stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall.core.errors import DataError, FileError

ROWS = {"score": [0.2, 0.4, 0.6, 0.8] * 25, "label": [0, 1, 0, 1] * 25, "sex": ["f", "m"] * 50}


def folder(place: Path, **more: list[Any]) -> Path:
    """Two files, of which the second has more."""
    place.mkdir(parents=True)
    pq.write_table(pa.table(ROWS), place / "1.parquet")
    pq.write_table(pa.table({**more, **ROWS}), place / "2.parquet")
    return place


def file(*lines: str, **more: Any) -> dict[str, Any]:
    return {"requirements": {f"r{number}": line for number, line in enumerate(lines)}, **more}


@pytest.mark.parametrize("line", ["selection_rate >= 0.1", "accuracy >= 0.1"])
def test_a_decision_that_some_files_have_is_not_made_of_the_score_instead(tmp_path: Path, line: str) -> None:
    log = folder(tmp_path / "log", decision=[1, 0] * 50)
    with pytest.raises(DataError, match=r"1.parquet has no column decision, and .*2.parquet has one: write it"):
        shall.check(file(line), log)
    assert shall.check(file("roc_auc >= 0.1", "brier <= 0.9"), log).verdicts
    named = file(line, columns={"decision": "label"})       # who says which it is, is not asked
    assert shall.check(named, log).verdicts


def test_labels_that_some_files_have_are_asked_for_by_lines_that_need_them(tmp_path: Path) -> None:
    log = folder(tmp_path / "log", approved=[0, 1] * 50)
    asked = {"subject": {"target": "approved", "positive": "1"}}
    with pytest.raises(DataError, match=r"1.parquet has no column approved, and "):
        shall.check(file("accuracy >= 0.1", **asked), log)
    assert shall.check(file("selection_rate >= 0.1", **asked), log).verdicts
    pq.write_table(pa.table({"id": [1], "approved": [1]}), tmp_path / "labels.parquet")
    with pytest.raises(DataError, match="approved"):
        shall.check(file("accuracy >= 0.1", columns={"id": "sex"}, **asked), log, labels=tmp_path / "labels.parquet")


def test_an_estimate_does_not_take_labels_that_some_files_have_for_labels_to_come(tmp_path: Path) -> None:
    log, tested = folder(tmp_path / "log", approved=[0, 1] * 50), tmp_path / "tested.parquet"
    pq.write_table(pa.table({**ROWS, "approved": [0, 1] * 50}), tested)
    asked = file("estimated_accuracy against tested >= 0.1", subject={"target": "approved", "positive": "1"},
                 data={"tested": str(tested)}, watch={"windows": ["100 rows"], "false_alarms": "1 per 1000 rows"})
    for look in (lambda: shall.check(asked, log), lambda: shall.watch(asked, log),
                 lambda: shall.watch(asked, log, state=tmp_path / "state")):
        with pytest.raises(DataError, match=r"1.parquet has no column approved, and "):
            look()


def test_a_column_that_the_file_names_is_told_with_its_place_and_the_files(tmp_path: Path) -> None:
    log = folder(tmp_path / "log", region=["n", "s"] * 50)
    (tmp_path / "shall.toml").write_text('shall = 1\n[subject]\ntarget = "label"\npositive = "1"\n[groups]\n'
                                         'place = "region"\n[requirements]\nfair = "selection_rate over place >= 0"\n')
    with pytest.raises(FileError) as raised:
        shall.check(tmp_path / "shall.toml", log)
    problem, = raised.value.problems
    assert (problem.line, problem.message) == (6, "not every file of the log gives `region`")
    assert problem.fix.startswith(f"{log / '1.parquet'} has no column region, and {log / '2.parquet'} has one: write")


@pytest.mark.parametrize("untrusted", [False, True])
def test_a_file_that_nobody_vouches_for_is_read_by_the_same_columns(tmp_path: Path, untrusted: bool) -> None:
    log = folder(tmp_path / "log", extra=[1, 2] * 50)
    lines = file("accuracy >= 0.1", "missing_rate over feature <= 0.5")
    report = shall.check(lines, log, untrusted=untrusted)
    assert {one.deciding.n for one in report.verdicts if one.name == "r0"} == {200}
    assert f"`over feature` leaves out extra, which only some files of {log} had, or not in one type" in report.notes
    with pytest.raises(FileError, match=r"1.parquet has no column extra, and "):
        shall.check(file("mean(extra) >= 1"), log, untrusted=untrusted)
    with pytest.raises(DataError, match=r"1.parquet has no column extra, and "):
        shall.check(file("duplicate_rate <= 0.9"), log, untrusted=untrusted)        # it asks about whole rows


def test_other_data_are_compared_with_by_what_the_line_asks(tmp_path: Path) -> None:
    tested, log = folder(tmp_path / "tested", income=[1.5] * 100), tmp_path / "log.parquet"
    for path in (log, tested / "1.parquet", tested / "2.parquet"):
        table = pa.table(ROWS) if path == log else pq.read_table(path)
        pq.write_table(table.append_column("age", pa.array([30.5, 40] * 50)), path)
    lines = file("population_stability over feature against tested <= 9", data={"tested": str(tested)},
                 groups={"sex": "sex"})
    assert shall.check(lines, log).verdicts[0].deciding.n
    pq.write_table(pa.table({**ROWS, "income": [1.5] * 100}), log)
    with pytest.raises(DataError, match=r"`tested` cannot be compared with: .*1.parquet has no column income, and "):
        shall.check(lines, log)


def test_a_time_that_some_files_have_is_asked_for_by_a_watch_alone(tmp_path: Path) -> None:
    """Without it nobody could say how long a year is, and alarms after every row would be off without a word."""
    log = folder(tmp_path / "log", timestamp=["2026-01-01"] * 100)
    assert shall.check(file("roc_auc >= 0.1"), log).verdicts
    for state in ({}, {"state": tmp_path / "state"}):
        with pytest.raises(DataError, match=r"1.parquet has no column timestamp, and "):
            shall.watch(file("roc_auc >= 0.1"), log, **state)


def test_slices_say_by_which_columns_there_are_none(tmp_path: Path) -> None:
    log = folder(tmp_path / "log", town=["a", "b"] * 50)
    found = shall.slices(file("brier <= 0.9"), log, at_least=10)
    assert any("no slices by town, which only some files of" in note for note in found.notes)
    assert not any("town" in note for note in shall.slices(file("brier <= 0.9"), log, over=["sex"], at_least=10).notes)
