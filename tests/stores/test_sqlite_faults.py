"""Many processes, killed processes, full disks, flipped bits: what was acknowledged stays, what was changed is seen."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from shall.core.errors import StoreError
from shall.core.store import Head
from shall.stores.sqlite import open_store

WRITER = Path(__file__).with_name("writer.py")


def start(job: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(WRITER), job, *map(str, arguments)], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(process: subprocess.Popen[str]) -> str:
    said, problem = process.communicate(timeout=500)
    assert process.returncode == 0, problem
    return said


# --- many processes ---------------------------------------------------------------------------------
def test_eight_processes_get_exactly_the_budget(tmp_path: Path, chance: random.Random) -> None:
    subjects = [f"model-{number}" for number in range(24)]
    processes = [start("look_at", tmp_path / "s.db", "gate", 10, *chance.sample(subjects, len(subjects)))
                 for _ in range(8)]
    lines = [line.split() for process in processes for line in finish(process).splitlines()]
    granted = {line[1]: int(line[2]) for line in lines if line[0] == "granted"}
    assert sorted(granted.values()) == list(range(1, 11))
    assert Counter(line[0] for line in lines)["granted"] == 10                  # each granted to one process only
    assert all(granted[line[1]] == int(line[2]) for line in lines if line[0] == "repeated")
    with open_store(tmp_path / "s.db") as store:
        assert len(store.looks("gate")) == 10
        store.verify()


def write_together(path: Path, processes: int, events: int) -> None:
    """Into a file that is not there yet: so they make it, and bring it to its schema, at one moment."""
    running = [start("write_events", path, f"p{number}", events, 1) for number in range(processes)]
    for process in running:
        finish(process)                     # none was told that anything is locked
    with open_store(path) as store:
        assert store.verify().sequence == processes * events
        written = {(record.subject, record.body["number"]) for record in store.records("event")}
        assert len(written) == processes * events


def test_eight_processes_write_at_once(tmp_path: Path) -> None:
    write_together(tmp_path / "s.db", 8, 100)


@pytest.mark.slow
def test_eight_processes_write_forty_thousand_records(tmp_path: Path) -> None:
    write_together(tmp_path / "s.db", 8, 5_000)


def test_several_processes_migrate_at_once(tmp_path: Path) -> None:
    for attempt in range(5):
        path, go = tmp_path / f"{attempt}.db", tmp_path / f"{attempt}.go"
        processes = [start("open_only", path, go) for _ in range(3)]
        for process in processes:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
        go.touch()
        for process in processes:
            finish(process)
        with open_store(path) as store:
            assert store.verify().sequence == 3


def kill_two(folder: Path, chance: random.Random, times: int) -> None:
    """Kill two writers of one store at a random moment, so many times."""
    folder.mkdir()
    path = folder / "s.db"
    heads: list[Head] = []
    for kill in range(times):
        said = [folder / f"{kill}.{writer}" for writer in range(2)]
        processes = [start("write_for_ever", path, file.name, file) for file in said]
        while not any(file.exists() and file.stat().st_size for file in said):
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.1))
        for process in processes:
            process.kill()
            process.wait()
        with open_store(path) as store:
            store.verify()
            kept = {(record.sequence, record.hash) for record in store.records("event")}
        lines = [line.split() for file in said if file.exists() for line in file.read_text().splitlines(keepends=False)]
        heads += [Head(int(line[0]), line[1]) for line in lines if len(line) == 2 and len(line[1]) == 64]
        assert all((head.sequence, head.hash) in kept for head in heads)
    assert len(heads) >= times
    with open_store(path) as store:
        assert store.verify(heads[-1]).sequence >= len(heads)
        keys = [(record.subject, record.key) for record in store.records("event")]
        assert len(keys) == len(set(keys))


def test_kill_nine_loses_nothing_that_was_acknowledged(tmp_path: Path, chance: random.Random) -> None:
    kill_two(tmp_path / "killed", chance, 20)


@pytest.mark.slow
def test_a_thousand_times_kill_nine_loses_nothing(tmp_path: Path, chance: random.Random) -> None:
    for number in range(20):
        kill_two(tmp_path / str(number), chance, 25)


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    said = finish(start("write_until_full", tmp_path / "s.db", 300_000)).splitlines()
    acknowledged, _, problem = said[0].partition(" ")
    assert int(acknowledged) > 10
    assert "nothing was recorded" in problem
    with open_store(tmp_path / "s.db") as store:
        numbers = [record.body["number"] for record in store.records("event")]
        assert numbers == [*range(int(acknowledged)), "there is room again"]
        store.verify()


# --- damage -----------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "s.db"
    with open_store(path) as store:
        for number in range(40):
            store.append("verdicts", f"model-{number % 7}", {"mark": f"<{number:04d}>", "text": "evidence " * 20})
        for number in range(5):
            store.look("gate", f"model-{number}", 10)
            store.put_blob(bytes([number]) * 3000)
    return path


def content(path: Path) -> tuple[object, ...]:
    with open_store(path) as store:
        records = tuple(record for kind in ("verdicts", "look", "blob") for record in store.records(kind))
        return records, tuple(store.blob(record.subject) for record in store.records("blob")), store.looks("gate")


def test_two_hundred_flipped_bits_never_pass_as_whole(whole: Path, tmp_path: Path, chance: random.Random) -> None:
    before, clean = content(whole), whole.read_bytes()
    found: Counter[str] = Counter()
    for number in range(200):
        path, bit = tmp_path / f"{number}.db", chance.randrange(len(clean) * 8)
        damaged = bytearray(clean)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        try:
            with open_store(path) as store:
                store.verify()
        except StoreError:
            found["seen"] += 1
        else:
            assert content(path) == before, f"bit {bit} changed the evidence and was not seen"
            found["no record touched"] += 1
    print(found)
    assert found["seen"] > 80


@pytest.mark.parametrize("number", [0, 17, 39])
def test_the_first_bad_record_is_named_and_is_not_given_out(whole: Path, tmp_path: Path, number: int) -> None:
    path = tmp_path / "s.db"
    clean = whole.read_bytes()
    assert b'"<%04d>"' % number in clean
    path.write_bytes(clean.replace(b'"<%04d>"' % number, b'"<%04d>"' % (number + 5000)))
    with open_store(path) as store:
        with pytest.raises(StoreError, match=f"record {number + 1} was changed"):
            store.verify()
        with pytest.raises(StoreError, match=f"record {number + 1} was changed"):
            store.records("verdicts")


def test_a_changed_blob_is_named_and_is_not_given_out(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.write_bytes(whole.read_bytes().replace(b"\x03" * 2000, b"\x04" * 2000))
    with open_store(path) as store:
        name = store.records("blob")[3].subject
        with pytest.raises(StoreError, match=f"the blob {name} of record 48"):
            store.verify()
        with pytest.raises(StoreError, match="was changed after it was written"):
            store.blob(name)


def test_an_old_copy_put_back_is_seen_by_who_knows_the_head(whole: Path, tmp_path: Path) -> None:
    path, copy = tmp_path / "s.db", tmp_path / "copy.db"
    shutil.copy(whole, path)
    shutil.copy(whole, copy)
    with open_store(path) as store:
        store.look("gate", "one more", 10)
        known = store.head()
    shutil.copy(copy, path)
    with open_store(path) as store:
        store.verify()
        with pytest.raises(StoreError, match="cut short, put back from a copy"):
            store.verify(known)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_seen(whole: Path, tmp_path: Path, share: float) -> None:
    clean = whole.read_bytes()
    (tmp_path / "s.db").write_bytes(clean[:int(len(clean) * share)])
    with pytest.raises(StoreError), open_store(tmp_path / "s.db") as store:
        store.verify()


def test_a_missing_trigger_is_seen(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    shutil.copy(whole, path)
    with open_store(path) as store:
        store._connection.execute("DROP TRIGGER record_stays")
        with pytest.raises(StoreError, match="triggers are not as shall made them"):
            store.verify()
