"""Disks that fail at the n-th call, that are full, that lose power: done or not done, never half, and said in words."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shall.core.errors import StoreError
from shall.core.store import Head, Store
from shall.stores.sqlite import SqliteStore, open_store
from tests.stores.disk import Failing, Fault, Remembering, disk

WRITER = Path(__file__).with_name("writer.py")


@contextmanager
def no_longer_than(seconds: int) -> Iterator[None]:
    def too_long(*_: object) -> None:
        raise TimeoutError(f"it hangs: more than {seconds} s")
    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# --- the n-th call fails ----------------------------------------------------------------------------
STEPS: tuple[Callable[[Store], object], ...] = (
    lambda store: store.append("event", "x", {"n": 1, "text": "x" * 3000}, key="1"),
    lambda store: store.look("gate", "m", 3),
    lambda store: store.put_blob(b"\x07" * 9000),
    lambda store: store.append("event", "x", {"n": 2}, key="2"),
    lambda store: store.records("event"),
)


def use(path: Path, failing: Failing) -> int:
    """Open a store, write and read, and close it, on a disk that fails; gives how many steps were acknowledged."""
    done = 0
    with disk(failing), no_longer_than(20):
        try:
            store = open_store(path)
        except StoreError:
            return 0
        for step in STEPS:
            try:
                step(store)
                done += 1
            except StoreError:
                break
        if not failing.for_ever:            # it failed once: what was refused can be done again, on the same connection
            for step in STEPS[done:]:
                step(store)
                done += 1
        failing.mended = True
        store.close()
    return done


@pytest.mark.parametrize("for_ever", [False, True])
@pytest.mark.parametrize("fault", ["EIO", "ENOSPC", "short write"])
@pytest.mark.parametrize("before", [0, 3])
def test_whichever_call_fails_each_step_is_done_or_not(tmp_path: Path, fault: Fault, for_ever: bool,
                                                       before: int) -> None:
    path, old = tmp_path / "s.db", tmp_path / "old.db"
    if before:
        with open_store(old) as store:
            for number in range(before):
                store.append("before", "x", {"n": number})
    for at in range(1, 10_000):
        for file in tmp_path.glob("s.db*"):
            file.unlink()
        if before:
            shutil.copy(old, path)
        failing = Failing(at, fault, for_ever)
        done = use(path, failing)
        with open_store(path) as store:
            head = store.verify()
            events = [record.body["n"] for record in store.records("event")]
            assert events in ([], [1], [1, 2])
            assert len(events) >= (done >= 1) + (done >= 4)
            assert len(store.looks("gate")) >= (done >= 2)
            assert len(store.records("blob")) >= (done >= 3)
            assert before <= head.sequence <= before + 4
            assert len(store.records("before")) == before
        if not failing.failed:
            assert done == len(STEPS)
            break
    print(fault, for_ever, at, "calls")
    assert at > 30


# --- power fails ------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def remembered(tmp_path_factory: pytest.TempPathFactory) -> Remembering:
    """Everything that a disk was told by a store that is made, written, folded, closed and opened again."""
    path, memory = tmp_path_factory.mktemp("power") / "s.db", Remembering()
    chance = random.Random(7)

    def acknowledged(head: Head) -> None:
        memory.events.append(("acknowledged", "", head))
    with disk(memory):
        for _ in range(3):
            with open_store(path) as store:
                assert isinstance(store, SqliteStore)
                store._connection.wal_autocheckpoint(12)        # pages: so that it is folded in on the way
                for number in range(25):
                    store.append("event", "x", {"n": number, "text": "x" * chance.choice((10, 300, 6000))})
                    acknowledged(store.head())
                    if number % 8 == 0:
                        store.look("gate", f"m{store.head().sequence}", 100)
                        store.put_blob(os.urandom(chance.choice((100, 9000))))
                        acknowledged(store.head())
    whats = [event[0] for event in memory.events]
    assert whats.count("sync") > 80 and whats.count("write") > 300
    return memory


def cut_power(memory: Remembering, folder: Path, chance: random.Random, images: int) -> None:
    lost = 0
    for number in range(images):
        until = chance.randrange(len(memory.events) + 1)
        place = folder / str(number)
        place.mkdir()
        for name, content in memory.image(until, chance).items():
            (place / name).write_bytes(content)
        heads = [event[2] for event in memory.events[:until] if event[0] == "acknowledged"]
        with open_store(place / "s.db") as store:
            found = store.verify(heads[-1] if heads else None)
            lost += found.sequence > (heads[-1].sequence if heads else 0)
            if number % 10 == 0:            # and it goes on
                store.append("event", "after", {})
                store.verify(found)
        shutil.rmtree(place)
    print(images, "images;", lost, "of them have more than was acknowledged")


def test_what_was_acknowledged_survives_300_power_cuts(remembered: Remembering, tmp_path: Path,
                                                       chance: random.Random) -> None:
    cut_power(remembered, tmp_path, chance, 300)


@pytest.mark.slow
def test_what_was_acknowledged_survives_5000_power_cuts(remembered: Remembering, tmp_path: Path,
                                                        chance: random.Random) -> None:
    cut_power(remembered, tmp_path, chance, 5_000)


def test_the_test_would_see_a_store_that_does_not_sync(tmp_path: Path) -> None:
    memory, chance = Remembering(), random.Random(1)
    with disk(memory), open_store(tmp_path / "s.db") as store:
        store._connection.pragma("synchronous", "off")
        for number in range(20):
            store.append("event", "x", {"n": number})
            memory.events.append(("acknowledged", "", store.head()))
    with pytest.raises(StoreError):
        cut_power(memory, tmp_path, chance, 100)


# --- no room is left --------------------------------------------------------------------------------
@pytest.mark.skipif(os.getuid() != 0 or not Path("/proc/mounts").exists(), reason="only root can make a small disk")
def test_a_full_disk_of_three_megabytes(tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        ran = subprocess.run([sys.executable, str(WRITER), "write_on_full_disk", str(place / "s.db")],
                             capture_output=True, text=True, timeout=60)
        assert ran.returncode == 0, ran.stderr
        acknowledged, said = ran.stdout.splitlines()[0].split(" ", 1)
        assert int(acknowledged) > 100 and "nothing was recorded" in said
        with open_store(place / "s.db") as store:
            assert [record.body["number"] for record in store.records("event")] == [*range(int(acknowledged)), "again"]
            store.verify()
    finally:
        subprocess.run(["umount", str(place)], check=True)
