"""Flipped bits, cut files, swapped pages, old copies: a change is found, the first bad record named, the rest saved."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest

from shall.core.errors import Damaged, StoreError
from shall.core.store import Head, Record
from shall.stores.salvaging import LOST, SALVAGED, salvage
from shall.stores.sqlite import open_store

PAGE = 4096
KINDS = ("verdicts", "look", "blob")
SAVED_EVERY = 25                            # of the damaged files of the quick tests, which salvage takes more time for


@dataclass(frozen=True)
class Whole:
    content: bytes
    records: dict[int, Record]
    spans: dict[int, tuple[int, int]]       # where in the file the text of each short record stands
    cells: dict[int, bytes]                 # the same with what SQLite writes before it
    head: Head


def everything(path: Path) -> tuple[object, ...]:
    with open_store(path) as store:
        records = tuple(record for kind in KINDS for record in store.records(kind))
        return records, tuple(store.blob(record.subject) for record in store.records("blob")), store.looks("gate")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    path = tmp_path_factory.mktemp("whole") / "s.db"
    with open_store(path) as store:
        for number in range(60):
            body = {"mark": number, "text": "evidence ü " * (500 if number % 20 == 7 else 9)}
            store.append("verdicts", f"model-{number % 7}", body, key=str(number) if number % 2 else None)
        for number in range(4):
            store.look("gate", f"model-{number}", 10)
            store.put_blob(bytes([number]) * (900 + number * 2000))
        records = {record.sequence: record for kind in KINDS for record in store.records(kind)}
        head = store.head()
    content = path.read_bytes()
    connection = apsw.Connection(str(path))
    texts = dict(connection.execute("SELECT sequence, kind || subject || coalesce(key, '') || body || created || "
                                    "previous || hash FROM record").fetchall())
    spans = {number: (content.find(text.encode()), content.find(text.encode()) + len(text.encode()))
             for number, text in texts.items()
             if content.count(text.encode()) == 1}  # long ones go on in other pages; of some an old copy lies around
    cells = {number: content[start - 16:end] for number, (start, end) in spans.items()}
    assert len(spans) > len(records) // 2
    return Whole(content, records, spans, cells, head)


def damaged_by(whole: Whole, path: Path, damaged: bytes) -> str:
    """What is said of a damaged file; nothing where it holds what it held, to the last record."""
    path.write_bytes(damaged)
    try:
        with open_store(path) as store:
            store.verify(whole.head)
            if tuple(record for kind in KINDS for record in store.records(kind)) == tuple(
                    record for kind in KINDS for record in whole.records.values() if record.kind == kind):
                return ""
    except StoreError as problem:
        return str(problem)
    raise AssertionError(f"{path} was changed, and that was not seen")


def is_blob(record: Record) -> bool:
    return record.kind == "blob"            # whose bytes may be lost


def saved(whole: Whole, path: Path, lost_at_most: int) -> None:
    """Salvage saves every record whose bytes are there, each as it was, and says of every other that it is lost."""
    content, out = path.read_bytes(), path.with_suffix(".saved")
    found = salvage(path, out, whole.head)
    assert len(found.lost) <= lost_at_most, found.lost
    with open_store(out) as store:
        kept = {record.sequence: record for kind in KINDS for record in store.records(kind)}
        for number, record in kept.items():
            if number in whole.records:
                before = whole.records[number]
                assert (record.kind, record.subject, record.key, record.body, record.created) == (
                    before.kind, before.subject, before.key, before.body, before.created)
                assert record.hash == before.hash or number > min(found.lost)
        assert {int(record.subject) for record in store.records(LOST)} == {*found.lost}
        assert {*whole.records} == {number for number in kept if number <= whole.head.sequence} | {*found.lost}
        for number in found.lost:
            assert number not in whole.cells or whole.cells[number] not in content or is_blob(whole.records[number])
        assert bool(found.lost or found.blobs) == bool(store.records(SALVAGED))


def flipped(whole: Whole, chance: random.Random, times: int) -> Iterator[tuple[int, bytes]]:
    for _ in range(times):
        bit = chance.randrange(len(whole.content) * 8)
        damaged = bytearray(whole.content)
        damaged[bit // 8] ^= 1 << bit % 8
        yield bit // 8, bytes(damaged)


def flip(whole: Whole, folder: Path, chance: random.Random, times: int, save_every: int) -> None:
    before, found = everything(_written(folder / "whole.db", whole.content)), Counter[str]()
    for number, (at, damaged) in enumerate(flipped(whole, chance, times)):
        path = folder / f"{number}.db"
        said = damaged_by(whole, path, damaged)
        hit = next((record for record, (start, end) in whole.spans.items() if start <= at < end), 0)
        if hit:
            assert re.search(rf"record {hit} (was changed|is damaged|does not follow)", said), (at, hit, said)
        elif not said:
            assert everything(path) == before, f"byte {at} changed the evidence and was not seen"
        found["named" if hit else "seen" if said else "nothing of the evidence was changed"] += 1
        if number % save_every == 0:
            saved(whole, path, lost_at_most=1)
        _removed(path)
    print(found)
    assert found["named"] + found["seen"] > times // 3


def cut(whole: Whole, folder: Path, chance: random.Random, times: int, save_every: int) -> None:
    for number in range(times):
        path, length = folder / f"{number}.db", chance.randrange(PAGE, len(whole.content))
        assert damaged_by(whole, path, whole.content[:length]), f"cut to {length} bytes, and that was not seen"
        if number % save_every == 0:
            path.write_bytes(whole.content[:length])        # SQLite may have made it longer
            try:
                saved(whole, path, lost_at_most=len(whole.records))
            except StoreError as problem:
                assert "no record in it" in str(problem)
                assert not any(cell in whole.content[:length] for cell in whole.cells.values())
        _removed(path)


def swap(whole: Whole, folder: Path, chance: random.Random, times: int, save_every: int) -> None:
    pages = len(whole.content) // PAGE
    before = everything(_written(folder / "whole.db", whole.content))
    for number in range(times):
        path, (one, other) = folder / f"{number}.db", chance.sample(range(pages), 2)
        parts = [whole.content[at * PAGE:(at + 1) * PAGE] for at in range(pages)]
        if chance.random() < 0.5:
            parts[one], parts[other] = parts[other], parts[one]
        else:
            parts[one] = parts[other]
        said = damaged_by(whole, path, b"".join(parts))
        assert said or everything(path) == before, f"pages {one} and {other} were swapped, and that was not seen"
        if number % save_every == 0 and (one and other):
            path.write_bytes(b"".join(parts))
            saved(whole, path, lost_at_most=len(whole.records))
        _removed(path)


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _removed(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    path.with_suffix(".saved").unlink(missing_ok=True)


def test_1500_flipped_bits_are_seen_and_the_record_is_named(whole: Whole, tmp_path: Path,
                                                            chance: random.Random) -> None:
    flip(whole, tmp_path, chance, 1_500, 3 * SAVED_EVERY)


def test_500_cut_files_are_seen(whole: Whole, tmp_path: Path, chance: random.Random) -> None:
    cut(whole, tmp_path, chance, 500, SAVED_EVERY)


def test_500_swapped_pages_are_seen(whole: Whole, tmp_path: Path, chance: random.Random) -> None:
    swap(whole, tmp_path, chance, 500, SAVED_EVERY)


@pytest.mark.slow
def test_every_record_is_saved_from_2500_damaged_files(whole: Whole, tmp_path: Path, chance: random.Random) -> None:
    flip(whole, tmp_path, chance, 1_500, 1)
    cut(whole, tmp_path, chance, 500, 1)
    swap(whole, tmp_path, chance, 500, 1)


def test_an_old_file_over_a_new_one_is_seen_by_who_knows_the_head(whole: Whole, tmp_path: Path) -> None:
    path = _written(tmp_path / "s.db", whole.content)
    with open_store(path) as store:
        store.look("gate", "one more", 10)
        known = store.head()
    path.write_bytes(whole.content)
    with open_store(path) as store:
        assert store.verify() == store.verify(whole.head) == whole.head
        with pytest.raises(Damaged, match="cut short, put back from a copy"):
            store.verify(known)
