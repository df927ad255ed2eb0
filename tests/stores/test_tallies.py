"""What was counted before, kept in a file that may be lost at any time."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import apsw
import pytest

from shall.core.errors import StoreError
from shall.stores.tallies import PLANS, Known, Tallies, is_damaged, opened_afresh

KNOWN = Known("10 1 1", "ab" * 32)


def test_what_is_kept_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    with Tallies(tmp_path / "t.db") as tallies:
        tallies.keep_file("/log/a.parquet", KNOWN)
        tallies.keep_file("/logs/a.parquet", KNOWN)
        tallies.keep_tally("plan", "log", b"\x00content")
    with Tallies(tmp_path / "t.db") as tallies:
        assert tallies.files("/log/") == {"/log/a.parquet": KNOWN}
        assert tallies.tally("plan", "log") == b"\x00content"
        assert tallies.tally("plan", "other") is None is tallies.tally("other", "log")
        tallies.forget(["/log/a.parquet"])
        assert tallies.files("/log/") == {}


@pytest.mark.parametrize("change", ["UPDATE tally SET content = x'00'", "UPDATE tally SET log = 'other'",
                                    "UPDATE tally SET plan = 'other', log = 'other'"])
def test_a_tally_that_was_changed_is_not_given_out(tmp_path: Path, change: str) -> None:
    with Tallies(tmp_path / "t.db") as tallies:
        tallies.keep_tally("plan", "log", b"content")
    apsw.Connection(str(tmp_path / "t.db")).execute(change)
    with Tallies(tmp_path / "t.db") as tallies:
        for plan in ("plan", "other"):
            for log in ("log", "other"):
                try:
                    assert tallies.tally(plan, log) is None
                except ValueError:
                    continue


def test_what_is_gone_is_dropped_by_every_plan_and_old_plans_with_it(tmp_path: Path) -> None:
    with Tallies(tmp_path / "t.db") as tallies:
        for number in range(PLANS + 2):
            for log in ("stays", "gone"):
                tallies.keep_tally(f"plan {number}", log, b"content")
            tallies.drop(f"plan {number}", ["gone"])
        plans = [number for number in range(PLANS + 2) if tallies.tally(f"plan {number}", "stays")]
        assert plans == [*range(2, PLANS + 2)]
        assert not any(tallies.tally(f"plan {number}", "gone") for number in range(PLANS + 2))


def test_damage_is_told_from_company_and_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    path.write_bytes(b"no database " * 500)
    with pytest.raises(StoreError) as caught:
        Tallies(path)
    assert is_damaged(caught.value)
    with opened_afresh(path) as tallies:
        assert tallies.files("/") == {}
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError) as caught:
        Tallies(tmp_path / "folder")
    assert not is_damaged(caught.value)


def test_a_file_of_another_version_is_no_use(tmp_path: Path) -> None:
    Tallies(tmp_path / "t.db").close()
    apsw.Connection(str(tmp_path / "t.db")).pragma("user_version", 99)
    with pytest.raises(StoreError, match="written by another shall") as caught:
        Tallies(tmp_path / "t.db")
    assert is_damaged(caught.value)


def _write(path: str) -> int:
    with Tallies(Path(path)) as tallies:
        for number in range(50):
            tallies.keep_file(f"/log/{number}", KNOWN)
            tallies.keep_tally("plan", str(number), b"content")
            tallies.drop("plan", ["none"])
    return 50


def test_many_processes_write_at_once(tmp_path: Path) -> None:
    with ProcessPoolExecutor(3) as pool:
        assert [*pool.map(_write, [str(tmp_path / "t.db")] * 3)] == [50] * 3
    with Tallies(tmp_path / "t.db") as tallies:
        assert len(tallies.files("/log/")) == 50
