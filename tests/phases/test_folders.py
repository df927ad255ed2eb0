"""Folders counted file by file, with what was counted before: always the tally of one pass."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall.adapters import open_log
from shall.core.errors import DataError
from shall.core.log import Binding, Column, GroupDef
from shall.phases import folders
from shall.phases.folders import Counted, Earlier, count_folder
from shall.phases.remembered import Remembered
from shall.tally import Need, Plan, Tally, accumulate, compile_plan

ROLES = (("score", Column("score")), ("decision", Column("decision")), ("label", Column("label")))
BINDING = Binding(ROLES, groups=(GroupDef("sex", "sex"), GroupDef("age", "age", (30.0, 50.0))))
NEEDS = (Need(groups=("sex", "age"), axes=("decision", "label")), Need(axes=("label", "score"), sums=("score",)))
PLAN = compile_plan(NEEDS, BINDING)


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests write no file twice within one tick of the clock."""
    monkeypatch.setattr(folders, "SETTLED", -1.0)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "log").mkdir()
    for number in range(5):
        write(tmp_path, number)
    return tmp_path


def write(home: Path, number: int, rows: int = 300, seed: int | None = None) -> Path:
    chance = np.random.default_rng(number if seed is None else seed)
    score = chance.random(rows)
    table = pa.table({"score": pa.array(np.where(score < 0.02, np.nan, score)), "label": chance.integers(0, 2, rows),
                      "decision": (score > 0.5).astype(np.int8), "age": chance.normal(40, 15, rows),
                      "sex": pa.array(chance.choice(["F", "M", "x"], rows))})
    path = home / "log" / f"{number}.parquet"
    pq.write_table(table, path)
    return path


def whole(home: Path, plan: Plan = PLAN) -> Tally:
    """The tally of one pass."""
    return accumulate(plan, open_log(home / "log").batches(plan.columns))


def check(home: Path, before: Counted | None = None, plan: Plan = PLAN, *, reread: bool = False,
          progress: Callable[[str, int], None] | None = None) -> Counted:
    earlier = Earlier(before.listing, "2026-11-01") if before else None
    log = open_log(home / "log")
    with Remembered(home / "tallies.db", reread=reread) as remembered:
        counted = count_folder(plan, log, remembered, earlier, progress)
    assert counted.tally == whole(home, plan)
    assert counted.tally.to_bytes() == whole(home, plan).to_bytes()
    assert counted.digest == open_log(home / "log").digest()
    return counted


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were digested ("digest 1.parquet") or counted ("count 1.parquet")."""
    names: list[str] = []
    count, digest = folders._Folder._count, folders.digest_of_files

    def digested(files: list[Path]) -> str:
        names.append(f"digest {files[0].name}")
        return digest(files)

    def counted(self, path: Path, progress) -> Tally:
        names.append(f"count {path.name}")
        return count(self, path, progress)
    monkeypatch.setattr(folders, "digest_of_files", digested)
    monkeypatch.setattr(folders._Folder, "_count", counted)
    return names


def taken(names: list[str]) -> set[str]:
    found = {*names}
    names.clear()
    return found


def test_only_what_is_new_is_read(home: Path, read: list[str]) -> None:
    first = check(home)
    assert len(taken(read)) == 10
    assert first.notes == ()
    second = check(home, first)
    assert taken(read) == set()
    assert second.notes == ("since the check of 2026-11-01: 0 new files, 0 changed, 0 gone; of 5, 0 were read and 5 "
                            "counted before",)
    write(home, 7)
    third = check(home, second)
    assert taken(read) == {"digest 7.parquet", "count 7.parquet"}
    assert third.notes == ("since the check of 2026-11-01: 1 new file, 0 changed, 0 gone; of 6, 1 was read and 5 "
                           "counted before",)


def test_what_changed_and_what_is_gone_is_told_first(home: Path, read: list[str]) -> None:
    first = check(home)
    taken(read)
    write(home, 1, seed=99)
    (home / "log" / "3.parquet").unlink()
    (home / "log" / "4.parquet").unlink()
    second = check(home, first)
    assert taken(read) == {"digest 1.parquet", "count 1.parquet"}
    assert second.notes == (
        "HISTORY CHANGED, rows that were checked before are not as they were: changed: 1.parquet; gone: 3.parquet, "
        "4.parquet",
        "since the check of 2026-11-01: 0 new files, 1 changed, 2 gone; of 3, 1 was read and 2 counted before")
    assert check(home, second).notes[0].startswith("since the check of 2026-11-01: 0 new files, 0 changed, 0 gone")


def test_a_file_that_was_only_touched_is_digested_and_not_counted(home: Path, read: list[str]) -> None:
    first = check(home)
    taken(read)
    os.utime(home / "log" / "2.parquet", (1, 1))
    assert "0 changed" in check(home, first).notes[0]
    assert taken(read) == {"digest 2.parquet"}


def test_a_change_behind_the_back_of_the_clock_is_found(home: Path, read: list[str]) -> None:
    path = home / "log" / "2.parquet"
    first, before = check(home), path.stat()
    swapped = pq.read_table(path).set_column(1, "label", pa.array([1 - one for one in
                                                                   pq.read_table(path)["label"].to_pylist()]))
    pq.write_table(swapped, path)
    assert path.stat().st_size == before.st_size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "1 changed" in check(home, first).notes[1]


def test_a_file_that_was_just_written_is_digested_again(home: Path, read: list[str],
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "SETTLED", 3600.0)
    first = check(home)
    taken(read)
    check(home, first)
    assert taken(read) == {f"digest {number}.parquet" for number in range(5)}


def test_reread_trusts_nothing(home: Path, read: list[str]) -> None:
    first = check(home)
    taken(read)
    again = check(home, first, reread=True)
    assert len(taken(read)) == 10
    assert again.notes == ("since the check of 2026-11-01: 0 new files, 0 changed, 0 gone; of 5, 5 were read and 0 "
                           "counted before",)


def test_another_plan_counts_again_and_digests_nothing(home: Path, read: list[str]) -> None:
    first = check(home)
    taken(read)
    check(home, first, compile_plan(NEEDS[:1], BINDING))
    assert taken(read) == {f"count {number}.parquet" for number in range(5)}
    check(home, first)
    assert taken(read) == set()


def test_types_that_a_new_file_gives_the_whole_count_again(home: Path, read: list[str]) -> None:
    for path in (home / "log").iterdir():
        pq.write_table(pq.read_table(path).set_column(4, "sex", pa.nulls(300)), path)
    first = check(home)
    taken(read)
    write(home, 7)
    check(home, first)
    assert len([name for name in taken(read) if name.startswith("count")]) == 6


def test_an_interruption_keeps_the_files_that_are_done(home: Path, read: list[str]) -> None:
    def interrupt(what: str, rows: int) -> None:
        if "count 2.parquet" in read:
            raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        check(home, progress=interrupt)
    taken(read)
    check(home)
    assert taken(read) == {f"count {number}.parquet" for number in (2, 3, 4)}


@pytest.mark.parametrize("what", ["UPDATE tally SET content = substr(content, 1, 100)",
                                  "UPDATE tally SET content = (SELECT content FROM tally ORDER BY log LIMIT 1)",
                                  "UPDATE tally SET seal = 'x'"])
def test_a_damaged_tally_is_counted_again_and_said(home: Path, read: list[str], what: str) -> None:
    first = check(home)
    taken(read)
    with sqlite3.connect(home / "tallies.db") as connection:
        connection.execute(what)
    second = check(home, first)
    assert len(taken(read)) >= 4
    assert any("a tally that was kept is damaged" in note for note in second.notes)
    assert len(check(home, second).notes) == 1


def test_a_damaged_digest_is_made_again(home: Path, read: list[str]) -> None:
    check(home)
    taken(read)
    with sqlite3.connect(home / "tallies.db") as connection:
        connection.execute("UPDATE file SET content = 'ab'")
    check(home)
    assert taken(read) == {f"digest {number}.parquet" for number in range(5)}


def test_a_damaged_file_of_tallies_is_begun_anew_and_said(home: Path, read: list[str]) -> None:
    first = check(home)
    taken(read)
    (home / "tallies.db").write_bytes(b"nonsense " * 1000)
    second = check(home, first)
    assert len(taken(read)) == 10
    assert "it only saves work, so it was begun anew" in second.notes[-1]
    assert len(check(home, second).notes) == 1


def test_a_place_that_cannot_be_written_only_costs_time(home: Path) -> None:
    (home / "tallies.db").mkdir()
    assert "what was counted before could not be used or kept" in check(home).notes[-1]


def test_a_file_that_changes_while_it_is_counted(home: Path) -> None:
    def meddle(what: str, rows: int) -> None:
        os.utime(home / "log" / "0.parquet", (1, 1))
    with pytest.raises(DataError, match=r"0.parquet was changed while it was read: start again"):
        check(home, progress=meddle)


def test_files_of_equal_content_count_each(home: Path) -> None:
    first = check(home)
    (home / "log" / "9.parquet").write_bytes((home / "log" / "1.parquet").read_bytes())
    second = check(home, first)
    assert second.tally.rows == 1800
    (home / "log" / "9.parquet").unlink()
    assert check(home, second).tally.rows == 1500


def test_checks_at_one_time_agree(home: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(lambda _: check(home), range(8))]
    assert {counted.digest for counted in found} == {found[0].digest}
    assert {note for counted in found for note in counted.notes} == set()


def test_what_is_gone_is_forgotten(home: Path) -> None:
    first = check(home)
    for number in range(4):
        (home / "log" / f"{number}.parquet").unlink()
    check(home, first)
    with sqlite3.connect(home / "tallies.db") as connection:
        assert connection.execute("SELECT count(*) FROM tally").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM file").fetchone() == (1,)


def test_days_in_the_path_are_part_of_what_is_counted(home: Path, read: list[str]) -> None:
    for day in ("2026-11-01", "2026-11-02"):
        (home / "log" / f"date={day}").mkdir()
        (home / "log" / f"date={day}" / "a.parquet").write_bytes((home / "log" / "1.parquet").read_bytes())
    for number in range(5):
        (home / "log" / f"{number}.parquet").unlink()
    plan = compile_plan([Need(groups=("day",), axes=("label",))],
                        Binding(ROLES, groups=(GroupDef("day", "date"),)))
    first = check(home, plan=plan)
    assert [key for key in first.tally.cubes[0].keys] == [("2026-11-01",), ("2026-11-02",)]
    (home / "log" / "date=2026-11-02").rename(home / "log" / "date=2026-11-03")
    second = check(home, first, plan)
    assert [key for key in second.tally.cubes[0].keys] == [("2026-11-01",), ("2026-11-03",)]
    assert "gone: date=2026-11-02/a.parquet" in second.notes[0]


def test_a_link_to_another_file_counts_like_a_file(home: Path) -> None:
    (home / "log" / "9.parquet").symlink_to(home / "log" / "1.parquet")
    assert check(home, check(home)).tally.rows == 1800
