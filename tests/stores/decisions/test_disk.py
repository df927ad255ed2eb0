"""K4: the disk is full or fails, at any call. Each decision is kept or refused, nothing hangs, and it goes on after."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shall.adapters import open_log as read_log
from shall.core.decisions import Field, Label, Record
from shall.core.errors import StoreError
from shall.journal import disk
from shall.stores.decisions import DecisionLog, open_log, verify
from tests.stores.decisions.power import unsynced

FIELDS = (Field("age", "number"), Field("text", "text"))
FILLER = Path(__file__).with_name("filler.py")
CALLS = ("make", "write", "cut", "keep", "keep_names", "rename", "link", "remove")


def record(log: DecisionLog, number: int, size: int = 100) -> Record:
    return Record(log.next_id(), number, f"r{number}", "income@7", "ab" * 32, "live", (number, "x" * size))


def ages(folder: Path) -> list[int]:
    return [int(age) for batch in read_log(folder).batches(["age"]) for age in batch.column(0).to_pylist()]


class Failing:
    """A disk whose calls fail from the n-th on, once or for ever; a write leaves half of itself."""

    def __init__(self, number: int, ever: bool, code: int) -> None:
        self.left, self._ever, self._code, self.failed = number, ever, code, 0
        self._lock = threading.Lock()

    def into(self, patch: pytest.MonkeyPatch) -> None:
        for name in CALLS:
            patch.setattr(disk, name, self._between(name, getattr(disk, name)))

    def _between(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*parts: Any) -> Any:
            with self._lock:
                self.left -= 1
                fails = self.left < 0 and (self._ever or not self.failed)
                self.failed += fails
            if fails:
                if name == "write":
                    real(parts[0], parts[1][:len(parts[1]) // 2], parts[2])
                raise OSError(self._code, os.strerror(self._code))
            return real(*parts)
        return called


def decide(log: DecisionLog, numbers: range) -> tuple[list[int], list[int]]:
    """Those that were kept, and those that were refused."""
    kept, refused = [], []
    for number in numbers:
        try:
            log.write([record(log, number)])
            log.write_labels([Label(f"r{number}", "1", 0)])
        except StoreError as problem:
            assert "nothing was kept" in str(problem) or "cannot be opened for writing" in str(problem)
        (kept if log.answered(f"r{number}") else refused).append(number)
    return kept, refused


@pytest.mark.parametrize(("ever", "code"), [(False, errno.EIO), (True, errno.ENOSPC)], ids=["once", "for ever"])
def test_any_call_may_fail(tmp_path: Path, ever: bool, code: int) -> None:
    """The n-th call of all fails, n = 1, 2, … until none does."""
    number = 0
    while True:
        folder = tmp_path / f"{number}" / "income"
        failing = Failing(number, ever, code)
        with pytest.MonkeyPatch.context() as patch:
            unsynced(patch)
            failing.into(patch)
            try:
                log = open_log(folder, FIELDS, rows_a_segment=3)
            except StoreError as problem:
                assert "cannot be opened for writing" in str(problem)
                kept = []
            else:
                kept, refused = decide(log, range(5))
                assert len(kept) + len(refused) == 5
                failing.left = 10**9        # there is room again
                late, none = decide(log, range(20, 22))
                assert none == []
                kept += late
                log.close()
        with open_log(folder, FIELDS) as log:
            assert log.alarms["damaged"] == 0, log.notes
            assert not log.notes or "torn" in log.notes[0]
            log.write([record(log, 99)])
        assert ages(folder) == [*kept, 99]
        assert verify(folder).rows == len(kept) + 1
        if not failing.failed:
            break
        number += 1
    print(number, "calls failed")
    assert number > 40


@pytest.mark.parametrize("durable", ["must", "try"])
def test_a_full_disk_is_said_and_there_is_room_again(tmp_path: Path, durable: str) -> None:
    """No file of a process may grow beyond a limit; then the limit is lifted, and it goes on without a restart."""
    command = [sys.executable, str(FILLER), str(tmp_path / "income"), durable]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    kept, refused, alarms = ran.stdout.split()
    assert int(refused) > 0 and int(kept) > 100
    assert int(alarms) == (int(refused) if durable == "try" else 0)
    assert len(ages(tmp_path / "income")) == int(kept)
    assert verify(tmp_path / "income").rows == int(kept)
