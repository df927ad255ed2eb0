"""A watch that is killed anywhere goes on where its last commit was: nothing is lost, and nothing counted twice."""

from __future__ import annotations

import contextlib
import errno
import random
import shutil
import subprocess
import sys
from functools import partial
from json import dumps
from pathlib import Path
from typing import Any

import pytest

from shall.journal import disk
from tests.api.life.lives import FILE, START, YEAR, found, go, put, rows, whole


class Killed(BaseException):
    """The process is gone."""


def test_whichever_call_of_the_disk_is_its_last_nothing_is_lost_or_counted_twice(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before the n-th change of a file, n = 1, 2, 3, …; each time another process goes on."""
    table, log = rows(1_600, worse=300), tmp_path / "log"
    file = FILE | {"requirements": {name: FILE["requirements"][name] for name in ("fair", "right", "sharp")}}
    put(table.slice(0, 900), log / "1.parquet")
    put(table.slice(900), log / "2.parquet")
    expected = whole(tmp_path, log, file=file)
    left = [0]
    for name in ("write", "keep", "rename", "remove", "keep_names"):
        real = getattr(disk, name)

        def dying(*told: Any, real: Any = real, **more: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            return real(*told, **more)
        monkeypatch.setattr(disk, name, dying)
    killed, told, number, done = 0, list[Any](), 0, False
    while not done:
        number += 1
        left[0] = number if number < 12 else number * 7
        try:
            with go(tmp_path, log, file=file) as going:
                going.commit, going.at_once = 200, 100
                told += going.look().alarms
                done, left[0] = True, 0
        except Killed:
            killed += 1
    with go(tmp_path, log, file=file) as going:
        assert going.look().rows == 0 and found(going) == expected
        assert {*told} >= {*going.alarms} and killed > 8


CHILD = """
import json, sys
from pathlib import Path
from shall.api.life.watching import watching
folder, file = Path(sys.argv[1]), json.loads(sys.argv[2])
print("ready", flush=True)
with watching(file, folder / "log", state=folder / "state", clock=lambda: 1.8e9) as going:
    going.commit, going.at_once = 60, 20
    going.look()
print("done", flush=True)
"""


@pytest.mark.parametrize("kills", [3, pytest.param(40, marks=pytest.mark.slow)])
def test_killed_at_any_instant_it_finds_what_one_pass_finds(tmp_path: Path, kills: int) -> None:
    table, log, chance = rows(1_500, worse=500), tmp_path / "log", random.Random(kills)
    for start in range(0, 1_500, 500):
        put(table.slice(start, 500), log / f"{start:04d}.parquet")
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    for _ in range(kills):
        child = subprocess.Popen([sys.executable, str(script), str(tmp_path), dumps(FILE)], stdout=subprocess.PIPE,
                                 text=True)
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(chance.random() * 0.8)
        child.kill()
        child.wait()
        child.stdout.close()
    clock = partial(float, 1.8e9)
    with go(tmp_path, log, clock=clock) as going:
        going.look()
        assert found(going) == whole(tmp_path, log, clock=clock)


def test_a_disk_that_is_full_keeps_no_alarm_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on in memory, and the state is kept when there is room; killed before, the rows are read again."""
    table, log = rows(1_600, worse=300), tmp_path / "log"
    file = FILE | {"requirements": {name: FILE["requirements"][name] for name in ("fair", "right", "sharp")}}
    put(table.slice(0, 900), log / "1.parquet")
    expected = whole(tmp_path, log, file=file)
    real = disk.put

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(disk, "put", full)
    going = go(tmp_path, log, file=file)
    first = going.look()
    assert {one.name for one in first.alarms} == {"fair"} and first.windows and found(going) == expected
    assert [note for note in first.notes if "cannot be kept" in note and "No space left on device" in note]
    assert going.look().alarms == () and not (tmp_path / "state" / "state.json").exists()
    going.close(heard=False)                # killed
    with go(tmp_path, log, file=file) as going:
        assert going.look().alarms == first.alarms          # told again, rather than never
        put(table.slice(900), log / "2.parquet")
        assert going.look().rows == 700
        monkeypatch.setattr(disk, "put", real)
        assert going.look().notes == () and (tmp_path / "state" / "state.json").exists()
    with go(tmp_path, log, file=file) as going:
        assert going.look().rows == 0 and found(going) == whole(tmp_path / "two", log, file=file)


def test_a_look_that_only_read_rows_is_kept_later_and_what_one_finds_at_once(tmp_path: Path) -> None:
    """As a server watches, which looks each second. Killed in between it reads those rows again."""
    table, log, state = rows(1_600, worse=300), tmp_path / "log", tmp_path / "state" / "state.json"
    now = [START.timestamp() + 3600 * 920]
    put(table.slice(0, 900), log / "1.parquet")
    with go(tmp_path, log, clock=lambda: now[0]) as going:
        going.rest = 3600
        assert going.look().alarms and going.look().rows == 0       # that it was told is kept too
        kept = state.read_bytes()
        for start in (900, 910):
            put(table.slice(start, 10), log / f"{start}.parquet")
            assert going.look().rows == 10 and state.read_bytes() == kept
        shutil.copytree(tmp_path / "state", tmp_path / "killed" / "state")
        now[0] = YEAR
        assert going.look().windows and (judged := state.read_bytes()) != kept
        put(table.slice(920), log / "920.parquet")
        going.rest = 0
        assert going.look().rows == 680 and state.read_bytes() != judged
        expected = whole(tmp_path, log)
    with go(tmp_path / "killed", log) as going:
        assert going.look().rows == 700 and found(going) == expected


def test_what_was_read_since_is_kept_when_it_is_closed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with go(tmp_path, log, clock=START.timestamp) as going:
        going.rest = 3600
        for start in (0, 10):
            put(rows(20).slice(start, 10), log / f"{start}.parquet")
            assert going.look().rows == 10
        going.close(heard=False)
    with go(tmp_path, log) as going:
        assert going.look().rows == 0
