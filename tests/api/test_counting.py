"""`shall check` of a folder: what is read again, what is said, what is kept as evidence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall.adapters.files import together
from shall.phases import folders
from shall.stores.sqlite import open_store

FILE = """
shall = 1
[subject]
name = "demo"
kind = "classifier"
target = "label"
positive = "1"
[data]
log = "log"
[groups]
sex = "sex"
[requirements]
fair = "ratio of selection_rate over sex >= 0.5"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(folders, "SETTLED", -1.0)
    (tmp_path / "shall.toml").write_text(FILE)
    for number in range(4):
        write(tmp_path, number)
    return tmp_path


def write(home: Path, number: int) -> Path:
    chance = np.random.default_rng(number)
    table = pa.table({"label": chance.integers(0, 2, 500), "decision": chance.integers(0, 2, 500),
                      "sex": pa.array(chance.choice(["F", "M"], 500))})
    path = home / "log" / f"{number}.parquet"
    path.parent.mkdir(exist_ok=True)
    pq.write_table(table, path)
    return path


def check(home: Path, **options):
    return shall.check(home / "shall.toml", **options)


def test_the_same_verdicts_with_and_without_what_was_counted_before(home: Path) -> None:
    first = check(home)
    write(home, 7)
    second, plain = check(home), check(home, record=False)
    assert second.verdicts == plain.verdicts != first.verdicts
    assert second.digests == plain.digests != first.digests
    assert ": 1 new file, 0 changed, 0 gone; of 5, 1 was read and 4 counted before" in second.notes[0]
    assert not any("since the check" in note for note in (*first.notes, *plain.notes))


def test_history_that_changed_is_the_first_note_of_the_report(home: Path) -> None:
    check(home)
    (home / "log" / "2.parquet").unlink()
    report = check(home)
    assert report.notes[0].startswith("HISTORY CHANGED")
    assert "HISTORY CHANGED" in str(report)


def test_the_files_of_a_log_are_kept_as_evidence_of_its_digest(home: Path) -> None:
    report = check(home)
    check(home)
    with open_store(home / ".shall" / "shall.db") as store:
        (record,) = store.records("folder", "demo")
        listing = json.loads(store.blob(record.body["files"]))
        store.verify()
    assert record.body["folder"] == "log"
    assert [name for name, _ in listing] == [f"{number}.parquet" for number in range(4)]
    assert together([digest for _, digest in listing]) == record.body["log"] == report.digests["log"]


def test_what_changed_is_known_when_the_tallies_are_deleted(home: Path) -> None:
    check(home)
    (home / "log" / "2.parquet").unlink()
    for path in (home / ".shall").glob("tallies.db*"):
        path.unlink()
    notes = check(home).notes
    assert "gone: 2.parquet" in notes[0]
    assert "of 3, 3 were read" in notes[1]


def test_an_interrupted_check_changes_no_history(home: Path) -> None:
    check(home)
    write(home, 7)
    (home / "log" / "2.parquet").unlink()

    def interrupt(what: str, rows: int) -> None:
        raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        check(home, progress=interrupt)
    notes = check(home).notes
    assert "gone: 2.parquet" in notes[0]
    assert "1 new file, 0 changed, 1 gone" in notes[1]


def test_reread_reads_everything(home: Path) -> None:
    check(home)
    assert "of 4, 4 were read and 0 counted before" in check(home, reread=True).notes[0]


def test_a_file_is_no_folder(home: Path) -> None:
    for _ in range(2):
        report = check(home, data=home / "log" / "1.parquet")
        assert not any("since the check" in note for note in report.notes)
