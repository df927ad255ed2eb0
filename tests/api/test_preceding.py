"""What `previous` is to a log in a line that compares row by row: the log checked before."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest

import shall
from shall.api.keeping import PAIRED
from shall.core.errors import FileError
from shall.core.verdict import Finding
from shall.stores import open_store
from tests.api.preceded import ROWS, against_named, ages, check, decided, figures, laid, rows, spec, undecided


@pytest.fixture(autouse=True)
def _own_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHALL_STORE", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return laid(tmp_path)


def test_a_log_is_held_to_that_of_the_check_before_by_the_same_figures(folder: Path) -> None:
    assert undecided(check(folder, "v1.parquet")).startswith("no other log of loans was checked before: check that of")
    second = check(folder, "v2.parquet")
    assert figures(second.verdicts) == figures(against_named(folder, "v2.parquet", "v1.parquet").verdicts)
    assert any(note.startswith("`previous` is v1.parquet, checked on 2") for note in second.notes)
    assert all(one.verdict is Finding.MET and one.deciding.value for one in second.verdicts)
    third = check(folder, "v3.parquet")
    assert figures(third.verdicts) == figures(against_named(folder, "v3.parquet", "v2.parquet").verdicts)
    assert figures(third.verdicts) != figures(against_named(folder, "v3.parquet", "v1.parquet").verdicts)


def test_the_same_log_again_is_not_held_to_itself_and_recorded_once(folder: Path) -> None:
    check(folder, "v1.parquet")
    second, again = check(folder, "v2.parquet"), check(folder, "v2.parquet")
    assert figures(again.verdicts) == figures(second.verdicts)
    with open_store(folder / ".shall" / "shall.db") as store:
        assert len(store.records("check", "loans")) == 2
    shutil.copy(folder / "v2.parquet", folder / "copy.parquet")         # the same decisions at another place
    assert figures(check(folder, "copy.parquet").verdicts) == figures(second.verdicts)


def test_rows_are_joined_by_id_with_labels_apart_in_other_formats_and_folders(folder: Path) -> None:
    labels = folder / "labels.parquet"
    pq.write_table(rows().select(["id", "paid"]), labels)
    mixed = decided(1).drop_columns(["paid"]).take(pa.array(np.random.default_rng(7).permutation(ROWS)))
    csv.write_csv(mixed, folder / "old.csv")
    (folder / "new").mkdir()
    for part in range(2):
        pq.write_table(decided(2).drop_columns(["paid"]).slice(part * 1000, 1000), folder / "new" / f"{part}.parquet")
    check(folder, "old.csv", labels=labels)
    found = check(folder, "new", labels=labels, untrusted=True)
    assert figures(found.verdicts) == figures(against_named(folder, "v2.parquet", "v1.parquet").verdicts)
    frame = check(folder, decided(3))
    assert figures(frame.verdicts) == figures(against_named(folder, decided(3), "v2.parquet").verdicts)


def mixed(table: pa.Table) -> pa.Table:
    return table.take(pa.array(np.random.default_rng(7).permutation(len(table))))


def written_again(path: Path) -> None:
    pq.write_table(decided(2), path, compression="zstd", row_group_size=300)


@pytest.mark.parametrize("again", [
    lambda path: pq.write_table(mixed(decided(2)), path), written_again,
    lambda path: pq.write_table(decided(2).append_column("month", pa.array(["may"] * ROWS)), path),
    lambda path: pq.write_table(decided(2).slice(100), path),
    lambda path: pq.write_table(decided(2).rename_columns(["id", "age", "sex", "paid", "prediction"]), path),
    lambda path: pq.write_table(mixed(decided(2)).drop_columns(["age"]), path)])
def test_the_same_decisions_in_another_file_are_held_to_what_these_were(folder: Path, again: Callable[[Path], Any]
                                                                        ) -> None:
    for data in ("v1.parquet", "v2.parquet"):
        check(folder, data)
    again(folder / "again.parquet")
    for _ in range(2):
        found = check(folder, "again.parquet")
        assert figures(found.verdicts) == figures(against_named(folder, "again.parquet", "v1.parquet").verdicts)
        assert all(one.deciding.value for one in found.verdicts)
        (said,) = [note for note in found.notes if note.startswith("`previous` is v1.parquet, checked on 2")]
        assert "; v2.parquet, checked on 2" in said and said.endswith(", decides alike and so is no version before")
    back = check(folder, "v2.parquet")
    assert figures(back.verdicts) == figures(against_named(folder, "v2.parquet", "v1.parquet").verdicts)
    third = check(folder, "v3.parquet")                         # one that differs is held to the newest file
    assert figures(third.verdicts) == figures(against_named(folder, "v3.parquet", "again.parquet").verdicts)


def test_the_same_decisions_of_the_first_version_have_none_before(folder: Path) -> None:
    check(folder, "v1.parquet")
    pq.write_table(mixed(decided(1)), folder / "again.parquet")
    why = undecided(check(folder, "again.parquet"))
    assert why.startswith("no other log of loans was checked before; v1.parquet, checked on 2")
    check(folder, "v2.parquet")
    pq.write_table(mixed(decided(1)).slice(5), folder / "v4.parquet")       # back to the first one
    found = check(folder, "v4.parquet")
    assert figures(found.verdicts) == figures(against_named(folder, "v4.parquet", "v2.parquet").verdicts)


def test_rows_without_an_id_in_another_file_are_held_to_what_these_were(folder: Path) -> None:
    for number in (1, 2):
        pq.write_table(decided(number).drop_columns(["id"]), folder / f"v{number}.parquet")
        check(folder, f"v{number}.parquet")
    pq.write_table(decided(2).drop_columns(["id", "age"]), folder / "again.parquet")
    found = check(folder, "again.parquet")
    assert figures(found.verdicts) == figures(against_named(folder, "again.parquet", "v1.parquet").verdicts)
    pq.write_table(mixed(decided(2).drop_columns(["id"])), folder / "mixed.parquet")
    assert "the other log has other rows: row " in undecided(check(folder, "mixed.parquet"))


def test_a_limit_beside_it_stands_on_the_same_version_before(folder: Path) -> None:
    lines = 'right = "accuracy >= previous - 0.5"\ncalm = "churn against previous <= 60%"'
    spec(folder / "shall.toml", lines=lines)
    for data in ("v1.parquet", "v2.parquet"):
        last = check(folder, data)
    pq.write_table(mixed(decided(2)), folder / "again.parquet")
    found = check(folder, "again.parquet")
    assert figures(found.verdicts) == figures(last.verdicts) and last.verdicts[0].deciding.value


def other_rows(path: Path) -> None:
    table = decided(1)
    pq.write_table(table.set_column(0, "id", pa.array(np.arange(ROWS) + 10**6)), path)


@pytest.mark.parametrize(("done", "why"), [
    (Path.unlink, "was of v1.parquet, which is not there any more: keep the log of each version where it lies"),
    (other_rows, "was of v1.parquet, which was changed since"),
    (lambda path: path.write_bytes(b"PAR1"), "was of v1.parquet, which was changed since"),
    (lambda path: (path.unlink(), path.mkdir()), "was of v1.parquet, which cannot be read"),
])
def test_a_log_that_is_not_there_as_it_was_gives_no_answer(folder: Path, done: Callable[[Path], Any], why: str) -> None:
    check(folder, "v1.parquet")
    done(folder / "v1.parquet")
    assert why in undecided(check(folder, "v2.parquet"))


def test_a_version_before_the_one_before_does_not_take_its_place(folder: Path) -> None:
    for number in (1, 2):
        check(folder, f"v{number}.parquet")
    (folder / "v2.parquet").unlink()
    assert "was of v2.parquet, which is not there any more" in undecided(check(folder, "v3.parquet"))


def test_a_log_of_other_rows_gives_no_answer(folder: Path) -> None:
    other_rows(folder / "v1.parquet")
    check(folder, "v1.parquet")
    second = check(folder, "v2.parquet")
    assert undecided(second).startswith("the other log has none of these rows: no id is in both")
    assert any(note.startswith("`previous` is v1.parquet") for note in second.notes)


def test_ids_that_are_places_in_a_file_join_nothing(folder: Path) -> None:
    """Row 7 of one month is not row 7 of the next."""
    mixed = decided(1).take(pa.array(np.random.default_rng(7).permutation(ROWS)))
    pq.write_table(mixed.set_column(0, "id", decided(1)["id"]), folder / "v1.parquet")
    check(folder, "v1.parquet")
    why = undecided(check(folder, "v2.parquet"))
    assert "other rows in the other log: paid, sex differ. An id has to tell a row" in why


def test_what_is_not_in_the_folder_of_the_file_is_not_read_again(folder: Path, tmp_path_factory: Any) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "v1.parquet"
    shutil.copy(folder / "v1.parquet", elsewhere)
    (folder / "link.parquet").symlink_to(elsewhere)
    for data in (decided(1), elsewhere, folder / "link.parquet"):
        check(folder, data)
        assert f"was of no file or folder in {folder}" in undecided(check(folder, "v2.parquet"))
        shutil.rmtree(folder / ".shall")


@pytest.mark.parametrize("place", ["../{}/v1.parquet", "/etc/passwd", "{}/v1.parquet", "link.parquet", "loop", "pipe",
                                   "file://v1.parquet", "v1\0.parquet", "x" * 5000])
def test_a_path_of_a_record_that_leads_elsewhere_is_not_followed(folder: Path, tmp_path_factory: Any, place: str
                                                                 ) -> None:
    other = tmp_path_factory.mktemp("other")
    shutil.copy(folder / "v1.parquet", other / "v1.parquet")
    (folder / "link.parquet").symlink_to(other / "v1.parquet")
    (folder / "loop").symlink_to(folder / "loop")
    os.mkfifo(folder / "pipe")
    digest = check(folder, "v1.parquet").digests["log"]
    with open_store(folder / ".shall" / "shall.db") as store:
        body = dict(store.records("check", "loans")[0].body)
        assert body[PAIRED]["place"] == "v1.parquet" and body[PAIRED]["decided"] != digest
        said = place.format(other.name if place.startswith("..") else other)
        store.append("check", "loans", {**body, PAIRED: {**body[PAIRED], "place": said}}, key=None)
    why = undecided(check(folder, "v2.parquet"))
    assert "and so is not read" in why or "which is not there any more" in why


@pytest.mark.parametrize(("told", "why"), [
    ("v1.parquet", "did not note where its log lies"), ({"place": "v1.parquet"}, "did not note where its log lies"),
    ({"decided": "0" * 64, "place": "v1.parquet"}, "was of v1.parquet, which was changed since"),
    ({"decided": "0" * 64, "place": ["v1.parquet"]}, "was of no file or folder in"),
    ({"decided": ["0" * 64], "place": "v1.parquet"}, "was of v1.parquet, which was changed since"),
    ({"decided": "0" * 64}, "was of no file or folder in")])
def test_a_record_that_somebody_else_wrote_gives_no_answer(folder: Path, told: Any, why: str) -> None:
    check(folder, "v1.parquet")
    with open_store(folder / ".shall" / "shall.db") as store:
        store.append("check", "loans", {**store.records("check", "loans")[0].body, PAIRED: told})
    assert why in undecided(check(folder, "v2.parquet"))


def test_only_checks_of_the_same_subject_count(folder: Path) -> None:
    shall.check(spec(folder / "other.toml", name="cars"), folder / "v1.parquet")
    assert undecided(check(folder, "v2.parquet")).startswith("no other log of loans was checked before")
    spec(folder / "shall.toml", name="")
    assert undecided(check(folder, "v2.parquet")).startswith("what has no name has no version before: [subject] name")


def test_without_a_record_nothing_is_known(folder: Path) -> None:
    check(folder, "v1.parquet")
    assert "leave --no-record out" in undecided(check(folder, "v2.parquet", record=False))
    told = tomllib.loads((folder / "shall.toml").read_text()) | {"data": {}}
    assert "recorded beside a shall file on disk" in undecided(shall.check(told, folder / "v2.parquet"))
    pq.write_table(rows(), folder / "gate.parquet")
    found = shall.ship(ages(40), told | {"data": {"gate": str(folder / "gate.parquet")}}, folder / "bundle").check
    assert found is not None and found.looks is not None
    assert found.looks.why == "looks are counted beside a shall file on disk"


def test_a_check_that_noted_nothing_is_told(folder: Path) -> None:
    spec(folder / "shall.toml", lines='right = "accuracy >= 0.5"')
    check(folder, "v1.parquet")
    with open_store(folder / ".shall" / "shall.db") as store:
        assert PAIRED not in store.records("check", "loans")[0].body       # who does not ask has nothing noted
    spec(folder / "shall.toml")
    assert "did not note where its log lies" in undecided(check(folder, "v2.parquet"))
    check(folder, "v1.parquet")
    assert figures(check(folder, "v2.parquet").verdicts) == figures(
        against_named(folder, "v2.parquet", "v1.parquet").verdicts)


def test_nothing_is_lost_by_an_interrupt(folder: Path) -> None:
    check(folder, "v1.parquet")

    def interrupted(what: str, done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(folder, "v2.parquet", progress=interrupted)
    with open_store(folder / ".shall" / "shall.db") as store:
        assert len(store.records("check", "loans")) == 1
    assert figures(check(folder, "v2.parquet").verdicts) == figures(
        against_named(folder, "v2.parquet", "v1.parquet").verdicts)


def test_no_watch_of_single_rows_is_promised(folder: Path) -> None:
    spec(folder / "shall.toml", lines='[requirements.calm]\nthat = "churn against previous <= 5%"\nphases = ["watch"]')
    with pytest.raises(FileError, match="`churn` cannot be watched live"):
        check(folder, "v1.parquet")
